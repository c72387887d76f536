package io.github.saddlebag.runtime;

import io.github.saddlebag.config.Known;
import io.github.saddlebag.setting.Profiles;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** The properties as they were shipped: the defaults, and what the file of the standalone runtime sets instead. */
public final class ShippedProperties {

    private static final Map<String, String> ALL = Collections.unmodifiableMap(read());

    private ShippedProperties() {}

    /** All but those of maps, by their names. */
    public static Map<String, String> all() {
        return ALL;
    }

    private static Map<String, String> read() {
        Map<String, String> shipped = new TreeMap<>();
        Known.byName().values().stream()
                .filter(property -> !property.isMap())
                .forEach(property -> shipped.put(property.fullName(), property.fallback()));
        shipped.putAll(Profiles.resource("application"));
        return shipped;
    }
}
