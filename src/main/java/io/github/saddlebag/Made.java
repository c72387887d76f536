package io.github.saddlebag;

import io.github.saddlebag.setting.EndsWithContext;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.trace.Tracing;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.NoSuchBeanException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The beans of a pipeline, by their names. */
final class Made {

    private static final Logger LOG = LoggerFactory.getLogger(Made.class);

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

    /** One of these beans, or of the host's. */
    <T> T find(String name, Class<T> type) {
        Object ours = beans.get(pipeline + name);
        T found = ours == null ? context.getRegistry().lookupByNameAndType(pipeline + name, type) : type.cast(ours);
        if (found == null) {
            throw new NoSuchBeanException(pipeline + name);
        }
        return found;
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
