package io.github.saddlebag.setting;

import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.camel.CamelContext;

/**
 * Properties that belong together by the beginning of their names, where users choose the rest. They are found wherever
 * Camel finds the others: in files and what the host gives (in a Spring application: in its {@code Environment}), as
 * properties of the JVM, and in the environment.
 */
public final class Prefixed {

    private Prefixed() {}

    /**
     * The values by the rest of the names, with placeholders resolved and {@code file:} replaced by what is in it.
     *
     * @param prefix how the names begin, with the name of the {@link Pipeline} before the first full stop
     */
    public static Map<String, String> of(CamelContext context, String prefix) {
        return of(context, prefix, System.getenv());
    }

    /** The values as they stand, with placeholders resolved: {@code file:} means what the property says it does. */
    public static Map<String, String> plain(CamelContext context, String prefix) {
        Map<String, String> values = all(context, prefix, System.getenv());
        values.replaceAll((key, value) -> context.resolvePropertyPlaceholders(value));
        return values;
    }

    /** @param environment in which names are written in capitals, with an underscore for all that is no letter or figure */
    static Map<String, String> of(CamelContext context, String prefix, Map<String, String> environment) {
        String noun = prefix.substring(prefix.indexOf('.') + 1);
        Map<String, String> values = all(context, prefix, environment);
        values.replaceAll((key, value) -> Setting.secret(noun + key, context.resolvePropertyPlaceholders(value)));
        return values;
    }

    private static Map<String, String> all(CamelContext context, String prefix, Map<String, String> environment) {
        int end = prefix.indexOf('.');
        return Pipeline.of(context, prefix.substring(0, end))
                .beginningWith(context, prefix.substring(end + 1), environment);
    }

    /** The values by their whole names, as they stand. */
    static Map<String, String> found(CamelContext context, String prefix, Map<String, String> environment) {
        Map<String, String> found = new TreeMap<>();
        add(context.getPropertiesComponent().loadProperties(key -> key.startsWith(prefix)), prefix, found);
        SpringProperties.of(context, prefix).forEach((rest, value) -> found.put(prefix + rest, value));
        // Camel asks these first, for each name, and tells nobody which there are
        add(System.getProperties(), prefix, found);
        String capitals = inCapitals(prefix);
        environment.forEach((name, value) -> {
            if (name.startsWith(capitals) && name.length() > capitals.length()) {
                found.put(nameOf(name, capitals, prefix, found), value);
            }
        });
        return found;
    }

    /**
     * Refuses marks of ours ({@code ${url:/id}}) in which the host would put values of its own.
     *
     * @throws IllegalArgumentException there is one; the message names the property
     */
    public static void refuseMarksOfTheHost(CamelContext context) {
        SpringProperties.refuseMarks(context);
    }

    private static void add(Properties properties, String prefix, Map<String, String> found) {
        for (String key : properties.stringPropertyNames()) {
            if (key.startsWith(prefix)) {
                found.put(key, properties.getProperty(key));
            }
        }
    }

    /** The name that is known already, or the one in small letters, with hyphens. */
    private static String nameOf(String name, String capitals, String prefix, Map<String, String> found) {
        for (String known : found.keySet()) {
            if (inCapitals(known).equals(name)) {
                return known;
            }
        }
        return prefix
                + name.substring(capitals.length()).toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String inCapitals(String name) {
        return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }
}
