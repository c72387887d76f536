package io.github.saddlebag.deliver;

import io.github.saddlebag.setting.Setting;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;

/**
 * A place for outcomes that has a name.
 *
 * @param kind how it is delivered to, one of a closed set that 54-deliver-to knows
 * @param target a path, a topic or an address, out of the configuration and never out of an item; empty: that of the kind
 */
record Destination(String name, String kind, String target) {

    /** A file that is appended to. */
    static final String APPEND = "append";

    static final String KAFKA = "kafka";

    /** An endpoint of Camel. */
    static final String ENDPOINT = "endpoint";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");

    /** One of those that are there in any case. */
    static Destination of(String name) {
        return new Destination(name, name, "");
    }

    /**
     * One that the configuration names.
     *
     * @param uri {@code file:PATH}, {@code kafka:TOPIC}, or the address of an endpoint
     * @param kafka whether there is a route to Kafka
     */
    static Destination of(String name, String uri, boolean kafka, CamelContext context) {
        String property = "deliver.destination." + name;
        if (!NAME.matcher(name).matches() || Destinations.NAMES.contains(name) || name.equals("dead-letter")) {
            throw Setting.bad(
                    property,
                    uri,
                    "its name has letters, figures, - and _, and is none of " + Destinations.NAMES + ".");
        }
        int colon = uri.indexOf(':');
        String scheme = colon < 1 ? "" : uri.substring(0, colon);
        String rest = uri.substring(colon + 1).trim();
        if (scheme.isEmpty() || rest.isEmpty()) {
            throw Setting.bad(property, uri, "give file:PATH, kafka:TOPIC, direct:NAME, or another endpoint.");
        }
        if (scheme.equals("file")) {
            return new Destination(name, APPEND, rest);
        }
        if (scheme.equals(KAFKA)) {
            if (!kafka) {
                throw Setting.bad(property, uri, "set saddlebag.deliver.kafka.enabled to true as well.");
            }
            return new Destination(name, KAFKA, rest);
        }
        if (context.getComponent(scheme) == null) {
            throw Setting.bad(property, Setting.withoutQuery(uri), "there is no component " + scheme + " here.");
        }
        return new Destination(name, ENDPOINT, uri);
    }
}
