package io.github.saddlebag.runtime;

import io.github.saddlebag.serve.CallerServer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/** The HTTP source alone, at the root path, until it is closed. */
public final class Service implements AutoCloseable {

    private final Standalone standalone;

    private Service(Standalone standalone) {
        this.standalone = standalone;
    }

    /**
     * Starts it.
     *
     * @param config the properties file; null: that of the project
     * @param properties they win over those of a service
     * @throws UsageException the configuration is wrong, or the port is taken
     */
    public static Service start(@Nullable Path config, Map<String, String> properties) throws UsageException {
        Map<String, String> all = new LinkedHashMap<>();
        all.putAll(Standalone.NO_SOURCES);
        all.put("saddlebag.source.http.enabled", "true");
        all.put("saddlebag.source.http.path", "/");
        all.putAll(properties);
        return new Service(Standalone.start(config, all));
    }

    /** Where callers POST their items. */
    public String address() {
        return address(standalone);
    }

    /** Where the callers of its pipeline POST their items. */
    public static String address(Standalone standalone) {
        CamelContext context = standalone.context();
        String host = context.resolvePropertyPlaceholders("{{bean:" + standalone.named("saddlebagCallers") + ".host}}");
        String path = standalone.property("saddlebag.source.http.path");
        return "http://" + host + ":" + context.hasService(CallerServer.class).port() + path;
    }

    /** Where its batches go. */
    public String url() {
        return standalone.property("saddlebag.call.url");
    }

    public CamelContext context() {
        return standalone.context();
    }

    @Override
    public void close() {
        standalone.close();
    }
}
