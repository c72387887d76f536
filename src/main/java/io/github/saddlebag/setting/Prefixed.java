package io.github.saddlebag.setting;

import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.PropertiesComponent;

/**
 * Properties that belong together by the beginning of their names, where users choose the rest. They are found wherever
 * Camel finds the others: in files and what the host gives (in a Spring application: in its {@code Environment}), as
 * properties of the JVM; but not in the environment, whose names have no small letters.
 */
final class Prefixed {

    private Prefixed() {}

    /** The values by their whole names, as they stand. */
    static Map<String, String> found(CamelContext context, String prefix) {
        Map<String, String> found = new TreeMap<>();
        PropertiesComponent properties = context.getPropertiesComponent();
        add(properties.loadProperties(key -> key.startsWith(prefix)), prefix, found);
        SpringProperties.of(context, prefix).forEach((rest, value) -> found.put(prefix + rest, value));
        // Camel asks these first, for each name, and tells nobody which there are
        add(System.getProperties(), prefix, found);
        if (properties instanceof org.apache.camel.component.properties.PropertiesComponent component
                && component.getOverrideProperties() != null) {
            // the flags of a command
            add(component.getOverrideProperties(), prefix, found);
        }
        return found;
    }

    private static void add(Properties properties, String prefix, Map<String, String> found) {
        for (String key : properties.stringPropertyNames()) {
            if (key.startsWith(prefix)) {
                found.put(key, properties.getProperty(key));
            }
        }
    }
}
