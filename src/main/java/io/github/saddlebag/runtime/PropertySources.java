package io.github.saddlebag.runtime;

import io.github.saddlebag.config.OldNames;
import io.github.saddlebag.setting.ContextProperties;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.setting.Profiles;
import io.github.saddlebag.setting.TextFile;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where the properties of a run stand: on the command line, which wins, in the JVM and the environment, and in a file. A
 * line of the file that still says what was shipped says nothing.
 */
final class PropertySources {

    private final Map<String, String> overrides = new TreeMap<>();
    private final Map<String, String> shipped = new TreeMap<>(ShippedProperties.all());
    private final Map<String, String> written;

    PropertySources(@Nullable Path file, Map<String, String> flags) throws UsageException {
        overrides.putAll(flags);
        shipped.putAll(OldNames.shipped());
        try {
            written = file == null ? Map.of() : Profiles.read(text(file));
        } catch (IllegalArgumentException e) {
            throw new UsageException(file + ": it has \\u without four hexadecimal digits. Write a backslash as two.");
        }
        boolean isOther = file != null && file.toString().matches("(?i).*\\.(ya?ml|json|toml)");
        // the first words of YAML, of a script and of JSON
        if (isOther
                || written.keySet().stream()
                        .anyMatch(name -> name.equals("saddlebag") || name.equals("export") || name.startsWith("{"))) {
            throw new UsageException(file + ": it is no file of properties, whose lines are NAME=VALUE.");
        }
    }

    /** @throws UsageException the file cannot be read; the message names it */
    static String text(Path file) throws UsageException {
        try {
            return TextFile.read(file);
        } catch (UTFDataFormatException e) {
            throw new UsageException(file + ": " + e.getMessage());
        } catch (IOException e) {
            throw new UsageException(file + ": it cannot be read.");
        }
    }

    /** What the command line says, and what else wins; may be added to. */
    Map<String, String> overrides() {
        return overrides;
    }

    /** What the file says. */
    Map<String, String> written() {
        return written;
    }

    /** The names in the file and on the command line. */
    Set<String> names() {
        Set<String> names = new TreeSet<>(written.keySet());
        names.addAll(overrides.keySet());
        return names;
    }

    /** A pipeline, by what all sources say of it. */
    Pipeline pipeline(String name) {
        return Pipeline.of(List.of(overrides::get, PropertySources::outside, this::line, written::get), name);
    }

    /** A pipeline, by what the command line and the file say of it. */
    Pipeline pipelineInside(String name) {
        return Pipeline.of(this::inside, name);
    }

    /** The value that counts; null: there is none. */
    @Nullable
    String value(String key) {
        String value = said(key);
        return value == null ? written.get(key) : value;
    }

    /** The value that somebody gave the property as their own; null: nobody did. */
    @Nullable
    String said(String key) {
        String value = overrides.get(key);
        if (value == null) {
            value = outside(key);
        }
        return value == null ? line(key) : value;
    }

    /** The value on the command line or in the file; null: there is none. */
    @Nullable
    String inside(String key) {
        String flag = overrides.get(key);
        return flag == null ? written.get(key) : flag;
    }

    /** What the JVM or the environment say; null: nothing. */
    static @Nullable String outside(String name) {
        String value = System.getProperty(name);
        return value == null ? ContextProperties.environment(name) : value;
    }

    private @Nullable String line(String key) {
        String line = written.get(key);
        return line == null || isShipped(key, line) ? null : line;
    }

    /** Whether a property was shipped with this value. */
    boolean isShipped(String key, String value) {
        return value.equals(shipped.get(key));
    }
}
