package io.github.saddlebag;

import io.github.saddlebag.format.WireFormat;
import io.github.saddlebag.setting.EndsWithContext;
import io.github.saddlebag.setting.NearMiss;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.trace.Tracing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The beans of a pipeline, by their names. */
final class Made {

    private static final Logger LOG = LoggerFactory.getLogger(Made.class);
    private static final String FORMAT = "Format-";

    private final CamelContext context;
    private final String pipeline;
    private final Map<String, Object> beans = new LinkedHashMap<>();

    Made(CamelContext context, String pipeline) {
        this.context = context;
        this.pipeline = pipeline;
    }

    String pipeline() {
        return pipeline;
    }

    /** Its properties. */
    Pipeline properties() {
        return Pipeline.of(context, pipeline);
    }

    /** Whether its context traces. */
    Tracing tracing() {
        return Tracing.of(context);
    }

    /** What belongs to the pipeline by this end of its name. */
    String name(String end) {
        return pipeline + end;
    }

    /** The same bean, which knows its context now. */
    <T> T add(String name, T bean) {
        CamelContextAware.trySetCamelContext(bean, context);
        beans.put(pipeline + name, bean);
        return bean;
    }

    /** The endpoint that a route calls <code>{{PIPELINE-NAME}}</code>: editors cut an address at its first colon. */
    void addEndpoint(String name, String uri) {
        context.getPropertiesComponent().addInitialProperty(pipeline + '-' + name, uri);
    }

    /** One of these formats, or the host's, which may be for this pipeline or for all. */
    WireFormat format(String name) {
        return Stream.of(pipeline, Pipeline.DEFAULT)
                .map(owner -> owner + FORMAT + name)
                .map(bean -> beans.getOrDefault(bean, context.getRegistry().lookupByName(bean)))
                .filter(WireFormat.class::isInstance)
                .map(WireFormat.class::cast)
                .findFirst()
                .orElseThrow(() -> noFormat(name));
    }

    private IllegalArgumentException noFormat(String name) {
        String start = pipeline + FORMAT;
        List<String> formats = beans.keySet().stream()
                .filter(bean -> bean.startsWith(start))
                .map(bean -> bean.substring(start.length()))
                .toList();
        return Setting.bad(
                "call.format",
                name,
                "there is no bean " + start + name + " yet; the formats are " + String.join(", ", formats) + "."
                        + NearMiss.question(name, formats)
                        + " A format of your own has to be there before the routes of Saddlebag are loaded.");
    }

    Map<String, Object> beans() {
        return beans;
    }

    /** Gives back what they hold. */
    void end() {
        for (Object bean : beans.values()) {
            if (bean instanceof EndsWithContext ends) {
                try {
                    ends.end();
                } catch (Exception e) {
                    LOG.warn("{} did not end as it should: {}", bean, e.toString(), e);
                }
            }
        }
    }
}
