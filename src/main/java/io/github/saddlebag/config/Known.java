package io.github.saddlebag.config;

import io.github.saddlebag.setting.NearMiss;
import io.github.saddlebag.setting.Pipeline;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A property that there is, as its record says.
 *
 * @param name without {@code saddlebag.}; of a map, without the last dot
 * @param fallback its default
 * @param example of a map, a name and a value with an equals sign between them; otherwise empty
 * @param component by which it is read
 * @param modes the modes that read it; none: all
 * @param formats the formats that read it; none: all
 * @param unlessFixed whether formats that say themselves where everything stands do not read it
 * @param needs the property without which nobody reads it; empty: none
 * @param oldNames the names that it had before
 * @param replacedBy the property that does what it did; empty: none
 * @param text what it does
 */
public record Known(
        String name,
        String fallback,
        String example,
        RecordComponent component,
        List<String> modes,
        List<String> formats,
        boolean unlessFixed,
        String needs,
        List<Old> oldNames,
        String replacedBy,
        String text) {

    /** The formats that say themselves where everything stands. */
    public static final Set<String> FIXED_FORMATS = Set.of("bulk", "json-rpc", "odata", "multipart");

    private static final Pattern CAMEL_HUMP = Pattern.compile("([a-z0-9])([A-Z])");

    /** By reflection, so once. */
    private static final List<Group> GROUPS = readGroups();

    private static final Map<String, Known> ALL = all();

    private static final List<Known> RENAMED = ALL.values().stream()
            .filter(property -> !property.oldNames().isEmpty())
            .toList();

    /** A part of the reference: properties that belong together. */
    public record Group(String name, String title, List<Known> properties) {}

    private static Map<String, Known> all() {
        Map<String, Known> all = new LinkedHashMap<>();
        for (Group group : GROUPS) {
            group.properties().forEach(property -> all.put(property.name(), property));
        }
        return all;
    }

    /** All properties by stage, in each stage the essentials first. */
    public static List<Group> groups() {
        return GROUPS;
    }

    private static List<Group> readGroups() {
        return List.of(
                group(
                        "source",
                        "where items come from",
                        FileSettings.class,
                        KafkaSettings.class,
                        SourceSettings.class,
                        TimerSettings.class,
                        ServeSettings.class),
                group("item", "what an item is", ItemSettings.class),
                group("batch", "how items become batches", BatchSettings.class),
                group("call", "how requests are made", CallSettings.class, FormatSettings.class, RetrySettings.class),
                group("auth", "credentials for the endpoint", AuthSettings.class),
                group("single", "one request for each item, where saddlebag.call.mode is single", SingleSettings.class),
                group(
                        "job",
                        "batches that the endpoint processes later, where saddlebag.call.mode is job",
                        JobSettings.class),
                group("breaker", "the circuit breaker, in the terms of Resilience4j", BreakerSettings.class),
                group("answer", "which answer belongs to which item", AnswerSettings.class),
                group("deliver", "where outcomes go", DeliverSettings.class),
                group("dead-letter", "where failed items go", DeadLetterSettings.class));
    }

    private static Group group(String name, String title, Class<?>... stages) {
        List<Known> properties = new ArrayList<>();
        for (Class<?> stage : stages) {
            for (RecordComponent component : stage.getRecordComponents()) {
                properties.add(of(stage, component));
            }
        }
        return new Group(name, title, List.copyOf(properties));
    }

    private static Known of(Class<?> stage, RecordComponent component) {
        Property property = annotation(component);
        return new Known(
                name(stage, component),
                property.value(),
                property.example(),
                component,
                List.of(property.modes()),
                List.of(property.formats()),
                property.unlessFixed(),
                property.needs(),
                List.of(property.old()),
                property.replacedBy(),
                String.join(" ", property.text().split("\\s+")));
    }

    static Property annotation(RecordComponent component) {
        return Objects.requireNonNull(component.getAnnotation(Property.class), component::getName);
    }

    /** The name of a component's property, without {@code saddlebag.}. */
    static String name(Class<?> stage, RecordComponent component) {
        String name = annotation(component).name();
        return stage.getAnnotation(Stage.class).value()
                + '.'
                + (name.isEmpty() ? hyphenated(component.getName()) : name);
    }

    /** The same name as properties are written: {@code max-attempts} for {@code maxAttempts}. */
    public static String hyphenated(String name) {
        return CAMEL_HUMP.matcher(name).replaceAll("$1-$2").toLowerCase(Locale.ROOT);
    }

    /** The name of the property that differs only in capitals, hyphens and underscores; or the same name. */
    static String asWritten(String noun) {
        String plain = plain(noun);
        return ALL.keySet().stream()
                .filter(name -> plain(name).equals(plain))
                .findFirst()
                .orElse(noun);
    }

    private static String plain(String noun) {
        return noun.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
    }

    /** All properties by their names, without {@code saddlebag.}. */
    public static Map<String, Known> byName() {
        return ALL;
    }

    /** Those that had other names before. */
    public static List<Known> renamed() {
        return RENAMED;
    }

    /** Whether there is such a property, by its name or an old one, or one of a map. */
    public static boolean isKnown(String name) {
        return name.startsWith(Pipeline.OURS)
                && (has(name.substring(Pipeline.OURS.length()))
                        || OldNames.has(name.substring(Pipeline.OURS.length()))
                        || ALL.values().stream()
                                .anyMatch(property -> property.isMap() && name.startsWith(property.start())));
    }

    /** What may have been meant by names that are not known, each in a question; the others say nothing. */
    public static List<String> meant(Collection<String> names) {
        Set<String> all = names();
        return names.stream()
                .filter(name -> !isKnown(name))
                .sorted()
                .flatMap(name -> NearMiss.of(hyphenated(name), all).stream()
                        .map(near -> name + " is no property. Did you mean " + near + "?"))
                .toList();
    }

    private static boolean has(String noun) {
        Known property = ALL.get(noun);
        return property != null && !property.isMap();
    }

    /** The type of its value; of a map, {@code Map}. */
    public Class<?> type() {
        return component.getType();
    }

    /** Whether the last part of the name is for users to choose. */
    public boolean isMap() {
        return type() == Map.class;
    }

    /** How the names of a map's properties begin, with {@code saddlebag.} and the last dot. */
    public String start() {
        return Pipeline.OURS + name + '.';
    }

    /** The name as it is written; of a map, with the name of its example. */
    public String fullName() {
        return isMap() ? start() + example.substring(0, example.indexOf('=')) : Pipeline.OURS + name;
    }

    /** Names as they are written, of all that are no maps; what others replace is not proposed any more. */
    public static Set<String> names() {
        return ALL.values().stream()
                .filter(property -> !property.isMap() && property.replacedBy().isEmpty())
                .map(Known::fullName)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
