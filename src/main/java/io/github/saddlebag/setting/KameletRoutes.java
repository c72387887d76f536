package io.github.saddlebag.setting;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.Processor;
import org.apache.camel.model.Model;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.jspecify.annotations.Nullable;

/**
 * Loads the routes for a Kamelet, where the host has not included them: as soon as the context has started, or with the
 * first item. (While Camel makes a Kamelet, no other routes can be loaded.) A runtime has one pipeline, so all Kamelets in
 * it say the same.
 */
public final class KameletRoutes implements Processor, CamelContextAware {

    private static final String FIRST_ROUTE = "saddlebag-batch";
    private static final String FILES = "classpath:saddlebag/routes/*.camel.yaml";

    private final Map<String, String> settings = new TreeMap<>();
    private @Nullable CamelContext camelContext;
    private volatile boolean loaded;

    /** That a Kamelet of this context has set the properties. */
    private record Declared() {}

    /**
     * Sets the properties, once a context.
     *
     * @throws IllegalArgumentException another Kamelet, or the host, has set one to another value
     */
    public void init() throws Exception {
        CamelContext context = Objects.requireNonNull(camelContext);
        ExtendedCamelContext extension = context.getCamelContextExtension();
        boolean first = extension.getContextPlugin(Declared.class) == null && !isLoaded(context);
        PropertiesComponent properties = context.getPropertiesComponent();
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            String name = "saddlebag." + setting.getKey();
            String now = properties.resolveProperty(name).orElse(null);
            if (now == null && first) {
                properties.addInitialProperty(name, setting.getValue());
            } else if (!setting.getValue().equals(now)) {
                throw Setting.bad(
                        setting.getKey(),
                        shown(setting.getKey(), setting.getValue()),
                        "the runtime has another value already, and one pipeline for all Kamelets. Give each the same"
                                + " values, or set them as properties of the runtime and leave them out here.");
            }
        }
        if (first) {
            extension.addContextPlugin(Declared.class, new Declared());
            if (!context.isStarted()) {
                context.addStartupListener(new WhenStarted());
            }
        }
    }

    /** Routes that are added before that are not started. */
    private static final class WhenStarted implements ExtendedStartupListener {

        @Override
        public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
            // not yet
        }

        @Override
        public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) throws Exception {
            load(context);
        }
    }

    private static boolean isLoaded(CamelContext context) {
        return context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinition(FIRST_ROUTE) != null;
    }

    private static void load(CamelContext context) throws Exception {
        synchronized (context) {
            if (!isLoaded(context)) {
                // in their order: the beans, which are made anew when their file is added, come before who holds them
                List<Resource> files = new ArrayList<>(
                        PluginHelper.getPackageScanResourceResolver(context).findResources(FILES));
                files.sort(Comparator.comparing(Resource::getLocation));
                PluginHelper.getRoutesLoader(context).loadRoutes(files);
            }
        }
    }

    /** Loads the routes, where they are not there yet. */
    @Override
    public void process(Exchange exchange) throws Exception {
        if (!loaded && exchange.getContext().isStarted()) {
            load(exchange.getContext());
            loaded = true;
        }
    }

    private static String shown(String noun, String value) {
        return noun.startsWith("call.header.") ? "..." : Setting.withoutQuery(value);
    }

    private void set(String noun, String value) {
        if (!value.isBlank()) {
            settings.put(noun, value);
        }
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

    @Override
    public @Nullable CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }
}
