package io.github.saddlebag.runtime;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.util.StringHelper;

/**
 * What {@code camel.management.enabled=true} means here, where nothing else is said: health and metrics, for this machine
 * only. Camel's own defaults are all addresses, port 8080, and neither. What costs something for each step of a route stays
 * off.
 */
final class Management {

    private static final String PREFIX = "camel.management.";

    private static final Map<String, String> DEFAULTS = Map.of(
            "camel.management.host", "127.0.0.1",
            "camel.management.port", "9876",
            "camel.management.health-check-enabled", "true",
            "camel.management.metrics-enabled", "true",
            "camel.metrics.enabled", "true",
            "camel.metrics.enable-route-policy", "false",
            "camel.metrics.enable-exchange-event-notifier", "false",
            "camel.metrics.enable-route-event-notifier", "false",
            "camel.metrics.enable-message-history", "false",
            "camel.health.exposure-level", "full");

    private Management() {}

    /** The defaults of what nobody has said; empty: there is no management server. */
    static Map<String, String> defaults(Configuration configuration) {
        if (!configuration.resolved(PREFIX + "enabled").equals("true")) {
            return Map.of();
        }
        Map<String, String> missing = new LinkedHashMap<>();
        DEFAULTS.forEach((name, value) -> {
            // both spellings are Camel's
            if (!configuration.isSaid(name) && !configuration.isSaid(StringHelper.dashToCamelCase(name))) {
                missing.put(name, value);
            }
        });
        return missing;
    }
}
