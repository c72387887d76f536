package io.github.saddlebag.setting;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.Processor;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jspecify.annotations.Nullable;

/**
 * Makes the pipeline of a Kamelet: as soon as the context has started, or with the first item. (While Camel makes a Kamelet,
 * no other routes can be loaded.) Each use has its own, where Camel knows it for one: uses of the same Kamelet with the same
 * parameters and without a name are one endpoint. A use that says what the host's own properties say uses the host's,
 * unless it has a name, {@code kamelet:http-batch-action/NAME}.
 */
public final class KameletRoutes extends InContext implements Processor {

    private static final String FIRST_ROUTE = "saddlebag-batch";
    /** What Camel names a use that has no name of its own begins so. */
    private static final String UNNAMED = "http-batch-";

    private final Map<String, String> settings = new TreeMap<>();
    private String use = "";
    private @Nullable String pipeline;
    private volatile boolean loaded;

    /** A use and its pipeline; without a name: one before the context was started again. */
    private record Use(String name, Map<String, String> settings, String pipeline) {}

    /** The uses of Kamelets in a context. */
    private static final class Uses extends LifecycleStrategySupport {

        private final List<Use> all = new ArrayList<>();
        private final Set<String> loaded = new HashSet<>();

        /** At a second start Camel makes the routes of Kamelets anew, with other names of its own, and lacks old beans. */
        @Override
        public synchronized void onContextInitializing(CamelContext context) {
            Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
            for (int i = 0; i < all.size(); i++) {
                Use use = all.get(i);
                RouteDefinition route = model.getRouteDefinition(use.name);
                if (route != null) {
                    try {
                        model.removeRouteDefinition(route);
                    } catch (Exception e) {
                        throw RuntimeCamelException.wrapRuntimeException(e);
                    }
                }
                if (use.name.startsWith(UNNAMED)) {
                    all.set(i, new Use("", use.settings, use.pipeline));
                }
            }
        }

        /** The pipeline of a use, or of one before that said the same. */
        private @Nullable String pipeline(String name, Map<String, String> settings) {
            for (int i = 0; i < all.size(); i++) {
                Use use = all.get(i);
                boolean isFree = use.name.isEmpty() && name.startsWith(UNNAMED);
                if (use.name.equals(name) || isFree && use.settings.equals(settings)) {
                    all.set(i, new Use(name, settings, use.pipeline));
                    return use.pipeline;
                }
            }
            return null;
        }
    }

    /** Sets the properties, once a pipeline. */
    public void init() throws Exception {
        pipeline();
    }

    /** The name of the pipeline, by which {@code batch:} knows it. */
    public synchronized String pipeline() throws Exception {
        String known = pipeline;
        if (known == null) {
            CamelContext context = context();
            known = use(context, uses(context));
            pipeline = known;
        }
        return known;
    }

    private static synchronized Uses uses(CamelContext context) {
        ExtendedCamelContext extension = context.getCamelContextExtension();
        Uses uses = extension.getContextPlugin(Uses.class);
        if (uses == null) {
            uses = new Uses();
            extension.addContextPlugin(Uses.class, uses);
            context.addLifecycleStrategy(uses);
        }
        return uses;
    }

    private String use(CamelContext context, Uses uses) throws Exception {
        synchronized (uses) {
            String known = uses.pipeline(use, settings);
            if (known == null) {
                PropertiesComponent properties = context.getPropertiesComponent();
                known = use.startsWith(UNNAMED) && isAsTheHosts(properties)
                        ? Pipeline.DEFAULT
                        : "kamelet-" + (uses.all.size() + 1);
                uses.all.add(new Use(use, settings, known));
                if (!known.equals(Pipeline.DEFAULT)) {
                    Pipelines.of(context).expect(known);
                    String start = Pipeline.PREFIX + known + '.';
                    settings.forEach((noun, value) -> properties.addInitialProperty(start + noun, value));
                    for (String source : List.of("file", "kafka", "timer", "http")) {
                        properties.addInitialProperty(start + "source." + source + ".enabled", "false");
                    }
                }
                if (!context.isStarted()) {
                    context.addStartupListener(new WhenStarted(uses, known));
                }
            }
            return known;
        }
    }

    private boolean isAsTheHosts(PropertiesComponent properties) {
        return settings.entrySet().stream()
                .allMatch(one -> properties
                        .resolveProperty(Pipeline.OURS + one.getKey())
                        .map(one.getValue()::equals)
                        .orElse(false));
    }

    /** Routes that are added before that are not started. */
    private record WhenStarted(Uses uses, String pipeline) implements ExtendedStartupListener {

        @Override
        public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
            // not yet
        }

        @Override
        public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) throws Exception {
            load(context, uses, pipeline);
        }
    }

    private static boolean isLoaded(CamelContext context) {
        return context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinition(FIRST_ROUTE) != null;
    }

    private static void load(CamelContext context, Uses uses, String pipeline) throws Exception {
        synchronized (context) {
            if (uses.loaded.add(pipeline)) {
                if (!pipeline.equals(Pipeline.DEFAULT)) {
                    Pipelines.of(context).add(pipeline);
                } else if (!isLoaded(context)) {
                    Pipelines.of(context).load();
                }
            }
        }
    }

    /** Loads the routes, where they are not there yet. */
    @Override
    public void process(Exchange exchange) throws Exception {
        CamelContext context = exchange.getContext();
        if (!loaded && context.isStarted()) {
            load(context, uses(context), pipeline());
            loaded = true;
        }
    }

    private void set(String noun, String value) {
        if (!value.isBlank()) {
            settings.put(noun, value);
        }
    }

    /** The name of the use, or the one that Camel has made up: that of its route. */
    public void setUse(String name) {
        use = name;
    }

    /** The endpoint's address. */
    public void setUrl(String url) {
        set("call.url", url);
    }

    /** The value of the header {@code Authorization}. */
    public void setAuthorization(String authorization) {
        set("call.header.Authorization", authorization);
    }

    public void setMaxItems(String maxItems) {
        set("batch.max-items", maxItems);
    }

    public void setMaxWait(String maxWait) {
        set("batch.max-wait", maxWait);
    }

    public void setConcurrency(String concurrency) {
        set("call.concurrency", concurrency);
    }

    public void setRate(String rate) {
        set("call.rate", rate);
    }

    /** Where an answer has its result: a JSON pointer. */
    public void setResult(String result) {
        set("answer.result", result);
    }
}
