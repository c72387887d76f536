package io.github.saddlebag.config;

import io.github.saddlebag.setting.Pipeline;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The names that properties had before. They work through 0.2. The strongest source that has a property under any of its
 * names counts, and in this source the new name.
 */
public final class OldNames {

    private static final String BATCH = "batch";

    private OldNames() {}

    /** The names of a property, without {@code saddlebag.}, under which it is read in a mode; the new one first. */
    private static List<String> names(Known property, String mode) {
        List<String> names = new ArrayList<>();
        names.add(property.name());
        property.oldNames().stream().filter(old -> isRead(old, mode)).forEach(old -> names.add(old.value()));
        return names;
    }

    /** A mode of the host's own sends as batch does. */
    private static boolean isRead(Old old, String mode) {
        List<String> modes = List.of(old.modes());
        boolean isOwn = !List.of(BATCH, "single", "job").contains(mode);
        return modes.isEmpty() || modes.contains(isOwn ? BATCH : mode);
    }

    private static String mode(Pipeline pipeline) {
        return String.valueOf(pipeline.value("call.mode", BATCH)).trim();
    }

    /** The value that counts, under whatever name; null: nobody set it, and there is no fallback. */
    public static @Nullable String value(Known property, Pipeline pipeline, @Nullable String fallback) {
        return property.oldNames().isEmpty()
                ? pipeline.value(property.name(), fallback)
                : pipeline.value(names(property, mode(pipeline)), fallback);
    }

    /** The whole names of all pipelines' property that has this one; of another one, this name alone. */
    public static Set<String> ofSame(String name) {
        return Known.renamed().stream()
                .map(property -> Stream.concat(
                                Stream.of(property.name()),
                                property.oldNames().stream().map(Old::value))
                        .map(Pipeline.OURS::concat)
                        .collect(Collectors.toSet()))
                .filter(names -> names.contains(name))
                .findFirst()
                .orElse(Set.of(name));
    }

    /** Whether another property does what the one of this whole name did. */
    public static boolean isReplaced(String name) {
        return Known.byName().values().stream()
                .anyMatch(property ->
                        !property.replacedBy().isEmpty() && property.fullName().equals(name));
    }

    /** What was shipped under the old names, by their whole names. */
    public static Map<String, String> shipped() {
        Map<String, String> shipped = new TreeMap<>();
        for (Known property : Known.renamed()) {
            property.oldNames().forEach(old -> shipped.put(Pipeline.OURS + old.value(), property.fallback()));
        }
        return shipped;
    }

    /** Whether a property, without {@code saddlebag.}, was once called so. */
    static boolean has(String noun) {
        return Known.renamed().stream()
                .flatMap(property -> property.oldNames().stream())
                .anyMatch(old -> old.value().equals(noun));
    }

    /**
     * Which old names are used, in one warning; a value that is the default says nothing.
     *
     * @param pipelines those that there are
     * @param values the value of a property by its whole name; null: nobody set it
     */
    public static Optional<String> told(Collection<Pipeline> pipelines, Function<String, @Nullable String> values) {
        Map<String, String> renamed = new TreeMap<>();
        Map<String, String> unread = new TreeMap<>();
        tell(Pipeline.OURS, pipelines, values, renamed, unread);
        for (Pipeline pipeline : pipelines) {
            if (!pipeline.isDefault()) {
                tell(Pipeline.PREFIX + pipeline.name() + '.', List.of(pipeline), values, renamed, unread);
            }
        }
        List<String> told = new ArrayList<>();
        if (!renamed.isEmpty()) {
            List<String> pairs = new ArrayList<>();
            renamed.forEach((old, name) -> pairs.add(old + " is now " + name));
            told.add("Some properties have new names; the old names work through 0.2: " + String.join(", ", pairs)
                    + ".");
        }
        told.addAll(unread.values());
        return told.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", told));
    }

    private static void tell(
            String start,
            Collection<Pipeline> pipelines,
            Function<String, @Nullable String> values,
            Map<String, String> renamed,
            Map<String, String> unread) {
        for (Known property : Known.byName().values()) {
            if (!property.replacedBy().isEmpty() && isSaid(property, values.apply(start + property.name()))) {
                renamed.put(start + property.name(), start + property.replacedBy());
            }
            for (Old old : property.oldNames()) {
                String name = start + old.value();
                String value = values.apply(name);
                if (!isSaid(property, value)) {
                    continue;
                }
                if (pipelines.stream().anyMatch(pipeline -> isRead(old, mode(pipeline)))) {
                    renamed.put(name, start + property.name());
                } else {
                    pipelines.forEach(pipeline -> unread.put(
                            name, name + " (" + value + ") has no effect with the mode " + mode(pipeline) + "."));
                }
            }
        }
    }

    private static boolean isSaid(Known property, @Nullable String value) {
        return value != null && !value.equals(property.fallback());
    }
}
