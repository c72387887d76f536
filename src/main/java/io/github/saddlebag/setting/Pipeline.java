package io.github.saddlebag.setting;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/**
 * The properties of one pipeline: {@code saddlebag.pipeline.NAME.K}, then its profile, then {@code saddlebag.K}. The
 * pipeline {@code saddlebag} has the last of the three only.
 *
 * <p>What names a place is shared by no two pipelines: see {@link Place}. What belongs to an endpoint, such as its
 * secrets, is shared only by those that share its address.
 */
public final class Pipeline {

    /** The name of the pipeline that the files make as they stand. */
    public static final String DEFAULT = "saddlebag";

    /** The bean of the files as they stand that makes all others. */
    static final String BEANS = DEFAULT + "Beans";

    /** That one, in messages: their properties are as they stand. */
    public static final Pipeline OF_FILES = of(property -> null, DEFAULT);

    /** How all properties begin that are ours. */
    public static final String OURS = "saddlebag.";

    /** The property with the names of all pipelines, separated by commas. */
    public static final String LIST = "saddlebag.pipelines";

    /** How the properties of pipelines begin. */
    public static final String PREFIX = "saddlebag.pipeline.";

    /** The property, without {@code saddlebag.}, with the name of a profile. */
    public static final String PROFILE = "call.profile";

    private static final String URL = "call.url";

    /** What is sent to an endpoint, or where, and means nothing to another one. */
    private static final Pattern OF_ENDPOINT =
            Pattern.compile("auth\\..+|call\\.(header|query)\\..*|job\\.(url|poll-url|result-url)|call\\.part-url");

    /** What all pipelines of a runtime have in common: the server of the callers, and the memory. */
    private static final Pattern OF_RUNTIME = Pattern.compile("call\\.max-memory|source\\.http\\.(host|port|max-callers"
            + "|max-connections|head-timeout|idle-timeout|body-timeout|allowed-origins|health-path|http-version)");

    /** In a message: a property of all pipelines. */
    private static final Pattern PROPERTY = Pattern.compile(
            "(?<![\\w.-])saddlebag\\.((?:source|item|batch|call|single|job|breaker|answer|deliver|dead-letter|auth)"
                    + "\\.[a-z][a-z.-]*[a-z])");

    /** The value of a property by its whole names; null: nobody set it under any of them. */
    private final Function<List<String>, @Nullable String> properties;

    private final String name;

    private Pipeline(Function<List<String>, @Nullable String> properties, String name) {
        this.properties = properties;
        this.name = name;
    }

    /** The pipeline of this name, which need not run. */
    public static Pipeline of(CamelContext context, String name) {
        return new Pipeline(names -> ContextProperties.value(context, names), name);
    }

    /** @param properties the value of a property by its whole name; null: nobody set it */
    public static Pipeline of(Function<String, @Nullable String> properties, String name) {
        return of(List.of(properties), name);
    }

    /** @param sources where properties are looked for, as above, the strongest first */
    public static Pipeline of(List<Function<String, @Nullable String>> sources, String name) {
        return new Pipeline(
                names -> {
                    for (Function<String, @Nullable String> source : sources) {
                        String value = first(names, source);
                        if (value != null) {
                            return value;
                        }
                    }
                    return null;
                },
                name);
    }

    /** The value that the first of the names has that has any. */
    static @Nullable String first(List<String> names, Function<String, @Nullable String> source) {
        for (String name : names) {
            String value = source.apply(name);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /** Whether the context has this pipeline: all that were made, but for the one of the files where others are listed. */
    public boolean isMade() {
        if (!isDefault()) {
            return true;
        }
        String names = set(LIST);
        return names == null || names.isBlank() || PipelineNames.listed(names).contains(name);
    }

    /** Whether a property, without {@code saddlebag.}, is one of the runtime, which no pipeline has for itself. */
    public static boolean isOfRuntime(String noun) {
        return OF_RUNTIME.matcher(noun).matches();
    }

    /** Whether a property, without {@code saddlebag.}, belongs to an endpoint. */
    public static boolean isOfEndpoint(String noun) {
        return OF_ENDPOINT.matcher(noun).matches();
    }

    /** The name. */
    public String name() {
        return name;
    }

    /** Whether it is the one that the files make as they stand. */
    public boolean isDefault() {
        return name.equals(DEFAULT);
    }

    /**
     * The value that counts, with placeholders resolved.
     *
     * @param noun the property without {@code saddlebag.}
     * @param fallback the value where nobody set it; null: none
     */
    public @Nullable String value(String noun, @Nullable String fallback) {
        return value(List.of(noun), fallback);
    }

    /**
     * The same for a property that has more than one name: in a source that has several of them the first one counts.
     *
     * @param nouns its names without {@code saddlebag.}
     */
    public @Nullable String value(List<String> nouns, @Nullable String fallback) {
        if (isDefault()) {
            String value = set(OURS, nouns);
            return value == null ? fallback : value;
        }
        String own = own(nouns);
        if (own != null) {
            return own;
        }
        String noun = nouns.get(0);
        String shared = isOfEndpoint(noun) && own(URL) != null ? null : set(OURS, nouns);
        String value = shared == null ? fallback : shared;
        return value == null ? null : Place.of(noun, value, name);
    }

    /** What is set for this pipeline alone, by itself or in its profile; null: nothing. */
    private @Nullable String own(String noun) {
        return own(List.of(noun));
    }

    private @Nullable String own(List<String> nouns) {
        String own = set(PREFIX + name + '.', nouns);
        if (own != null || nouns.contains(PROFILE)) {
            return own;
        }
        return first(whole(OURS, nouns), profile()::get);
    }

    private Map<String, String> profile() {
        String profile = set(PREFIX + name + '.' + PROFILE);
        return profile == null || profile.isBlank()
                ? Map.of()
                : Profiles.read(PREFIX + name + '.' + PROFILE, profile.trim());
    }

    /** The value of a property by its whole name; null: nobody set it. */
    public @Nullable String set(String property) {
        return properties.apply(List.of(property));
    }

    private @Nullable String set(String start, List<String> nouns) {
        return properties.apply(whole(start, nouns));
    }

    private static List<String> whole(String start, List<String> nouns) {
        return nouns.stream().map(start::concat).toList();
    }

    /** Whether it has a value of its own, or of its profile's, for a property without {@code saddlebag.}. */
    public boolean hasOwn(String noun) {
        return isDefault() || own(noun) != null;
    }

    /** The property of which its value comes, or of which one of its own would come. */
    public String property(String noun) {
        boolean shared = isDefault()
                || isOfRuntime(noun)
                || own(noun) == null && set(OURS + noun) != null && !(isOfEndpoint(noun) && own(URL) != null);
        return shared ? OURS + noun : PREFIX + name + '.' + noun;
    }

    /** The message, in which the properties are those of this pipeline. */
    public String told(String message) {
        return isDefault()
                ? message
                : PROPERTY.matcher(message).replaceAll(found -> Matcher.quoteReplacement(property(found.group(1))));
    }

    /** The same for many messages at run time: how a property is called is looked up once. */
    public UnaryOperator<String> telling() {
        if (isDefault()) {
            return UnaryOperator.identity();
        }
        Map<String, String> known = new ConcurrentHashMap<>();
        return message -> PROPERTY.matcher(message)
                .replaceAll(found -> Matcher.quoteReplacement(known.computeIfAbsent(found.group(1), this::property)));
    }

    /**
     * The properties whose names begin alike, by the rest of their names, with placeholders resolved.
     *
     * @param prefix without {@code saddlebag.}, with the last full stop
     */
    public Map<String, String> beginningWith(CamelContext context, String prefix) {
        Map<String, String> values = asTheyStand(context, prefix);
        values.replaceAll((key, value) -> context.resolvePropertyPlaceholders(value));
        return values;
    }

    private Map<String, String> asTheyStand(CamelContext context, String prefix) {
        if (isDefault()) {
            return rest(Prefixed.found(context, OURS + prefix), OURS + prefix);
        }
        Map<String, String> values = new TreeMap<>();
        String own = PREFIX + name + '.' + prefix;
        values.putAll(rest(Prefixed.found(context, own), own));
        Set<String> known = new HashSet<>();
        values.keySet().forEach(key -> known.add(key.toLowerCase(Locale.ROOT)));
        add(rest(beginning(profile(), OURS + prefix), OURS + prefix), known, values);
        if (!isOfEndpoint(prefix) || own(URL) == null) {
            Map<String, String> shared = rest(Prefixed.found(context, OURS + prefix), OURS + prefix);
            shared.replaceAll((key, value) -> Place.of(prefix + key, value, name));
            add(shared, known, values);
        }
        return values;
    }

    /** Names of headers are the same in capitals. */
    private static void add(Map<String, String> more, Set<String> known, Map<String, String> values) {
        more.forEach((key, value) -> {
            if (known.add(key.toLowerCase(Locale.ROOT))) {
                values.put(key, value);
            }
        });
    }

    private static Map<String, String> beginning(Map<String, String> all, String prefix) {
        Map<String, String> some = new TreeMap<>(all);
        some.keySet().removeIf(key -> !key.startsWith(prefix));
        return some;
    }

    private static Map<String, String> rest(Map<String, String> all, String prefix) {
        Map<String, String> values = new TreeMap<>();
        all.forEach((key, value) -> values.put(key.substring(prefix.length()), value));
        return values;
    }
}
