package io.github.saddlebag.setting;

import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.camel.CamelContext;

/** Properties that belong together by the beginning of their names, where users choose the rest. */
public final class Prefixed {

    private Prefixed() {}

    /** The values by the rest of the names, with placeholders resolved and {@code file:} replaced by what is in it. */
    public static Map<String, String> of(CamelContext context, String prefix) {
        Properties found = context.getPropertiesComponent().loadProperties(key -> key.startsWith(prefix));
        Map<String, String> values = new TreeMap<>();
        for (String key : found.stringPropertyNames()) {
            String value = context.resolvePropertyPlaceholders(found.getProperty(key));
            String noun = key.substring(key.indexOf('.') + 1);
            values.put(key.substring(prefix.length()), Setting.secret(noun, value));
        }
        return values;
    }
}
