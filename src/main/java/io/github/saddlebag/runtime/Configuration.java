package io.github.saddlebag.runtime;

import io.github.saddlebag.config.Known;
import io.github.saddlebag.config.PipelineKeys;
import io.github.saddlebag.setting.NearMiss;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.setting.Profiles;
import io.github.saddlebag.setting.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a run: what the command line says wins over the properties file, and that over the profile. A line of
 * the file that still says what was shipped says nothing.
 */
public final class Configuration {

    /** How all properties begin that are ours. */
    private static final String OURS = "saddlebag.";

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\??(saddlebag\\.[a-z0-9.-]+)");

    private static final Pattern REFERENCE = Pattern.compile("\\{\\{\\??((?:env:|sys:)?[^{}:]+)(?::([^{}]*))?}}");
    private static final int MOST_REFERENCES = 10;

    /** How Camel begins what it says of closing braces; it does not say in which property. */
    static final String UNOPENED = "Missing {{";

    /** What the launcher and the JVM set. */
    private static final Set<String> OWN =
            Set.of(Standalone.HOME, Pipeline.LIST, "saddlebag.terminal", "saddlebag.columns", "saddlebag.exit");

    /** In what the command line says: the one pipeline that is worked on, or {@link #ALL}. */
    public static final String PIPELINE = "saddlebag.pipeline";

    /** All pipelines that are listed. */
    public static final String ALL = "*";

    /** The pipeline that the files make as they stand, whatever is listed. */
    public static final String PLAIN = "";

    private static final String URL = "call.url";
    private static final String TOPIC = "source.kafka.topic";
    private static final String DIRECT = "direct:" + Pipeline.DEFAULT + '-';

    private final Map<String, String> overrides = new TreeMap<>();
    private final Map<String, String> shipped;
    private final Map<String, String> written;
    private final Set<String> known = new TreeSet<>(OWN);

    private Set<String> listed = Set.of();
    private Set<String> running = Set.of(Pipeline.DEFAULT);
    private String pipeline = Pipeline.DEFAULT;

    private Configuration(@Nullable Path file) throws UsageException {
        shipped = shipped();
        known.addAll(shipped.keySet());
        try (Reader text = file == null ? Reader.nullReader() : Files.newBufferedReader(file)) {
            written = Profiles.read(text);
        } catch (IOException | IllegalArgumentException e) {
            throw new UsageException(file + ": it cannot be read as properties.");
        }
    }

    /**
     * Reads what is configured.
     *
     * @param file the properties file, or null
     * @param routes the folder of the routes, whose own properties are known as well; or null
     * @param flags what the command line says
     */
    public static Configuration read(@Nullable Path file, @Nullable Path routes, Map<String, String> flags)
            throws UsageException {
        Configuration configuration = new Configuration(file);
        configuration.overrides.putAll(flags);
        configuration.choose(configuration.overrides.remove(PIPELINE));
        configuration.takeProfile();
        configuration.takeNames(routes);
        return configuration;
    }

    /** The names of all properties that were shipped. */
    public static Set<String> names() {
        return shipped().keySet();
    }

    /** The value that a property was shipped with; empty where it is not known. */
    static String fallback(String name) {
        return shipped().getOrDefault(name, "");
    }

    /** The defaults, and what the file of the standalone runtime sets instead. */
    private static Map<String, String> shipped() {
        Map<String, String> shipped = new TreeMap<>();
        Known.byName().values().stream()
                .filter(property -> !property.isMap())
                .forEach(property -> shipped.put(property.fullName(), property.fallback()));
        try (InputStream in = Configuration.class.getResourceAsStream("/saddlebag/application.properties")) {
            shipped.putAll(Profiles.read(new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException("the properties are part of the program", e);
        }
        return shipped;
    }

    /** @param asked the pipeline that the command line names, {@link #ALL}, or null: none */
    private void choose(@Nullable String asked) throws UsageException {
        try {
            listed = Pipeline.listed(resolved(Pipeline.LIST));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        if (ALL.equals(asked)) {
            running = listed.isEmpty() ? running : listed;
            return;
        }
        String names = String.join(", ", listed);
        if (asked == null) {
            pipeline = Pipeline.meant(listed)
                    .orElseThrow(() -> new UsageException(
                            Pipeline.LIST + " has " + names + ": say which of them is meant with --pipeline."));
        } else if (asked.equals(PLAIN)) {
            pipeline = Pipeline.DEFAULT;
        } else if (listed.isEmpty() ? asked.equals(Pipeline.DEFAULT) : listed.contains(asked)) {
            pipeline = asked;
        } else {
            throw new UsageException("--pipeline " + asked + ": "
                    + (listed.isEmpty()
                            ? Pipeline.LIST + " is not set. List its name there."
                            : Pipeline.LIST + " has " + names + "." + NearMiss.question(asked, listed)));
        }
        running = Set.of(pipeline);
        if (!listed.isEmpty()) {
            overrides.put(Pipeline.LIST, pipeline);
        }
        if (!pipeline.equals(Pipeline.DEFAULT)) {
            giveToPipeline();
        }
    }

    /** What the command line says is said of the one pipeline. */
    private void giveToPipeline() {
        for (Map.Entry<String, String> flag : List.copyOf(overrides.entrySet())) {
            String key = flag.getKey();
            String noun = key.startsWith(OURS) ? key.substring(OURS.length()) : "";
            if ((known.contains(key) || Known.isKnown(key)) && !OWN.contains(key) && !Pipeline.isOfRuntime(noun)) {
                String value = flag.getValue();
                overrides.remove(key);
                overrides.put(
                        Pipeline.PREFIX + pipeline + '.' + noun,
                        value.startsWith(DIRECT)
                                ? "direct:" + pipeline + '-' + value.substring(DIRECT.length())
                                : value);
            }
        }
    }

    /** How a property of all pipelines is written, so that it is the one pipeline's. */
    public String ofPipeline(String name) {
        String noun = noun(name);
        return noun == null || Pipeline.isOfRuntime(noun) ? name : Pipeline.PREFIX + pipeline + '.' + noun;
    }

    /** The one pipeline that is worked on. */
    String pipeline() {
        return pipeline;
    }

    /** What the properties file says. */
    Map<String, String> written() {
        return written;
    }

    /** The pipelines that run. */
    Set<String> running() {
        return running;
    }

    private Pipeline of(String name) {
        return Pipeline.of(this::given, name);
    }

    /** The message, in which the properties are those of the pipeline. */
    public String told(String message) {
        return told(pipeline, message);
    }

    String told(String name, String message) {
        return of(name).told(message);
    }

    private void takeProfile() throws UsageException {
        String name = written(Profiles.PROPERTY);
        if (name == null || name.isBlank()) {
            return;
        }
        try {
            Profiles.read("--profile", name.trim()).forEach((key, value) -> {
                if (!isSaid(key)) {
                    overrides.put(key, value);
                }
            });
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private void takeNames(@Nullable Path routes) throws UsageException {
        if (routes == null) {
            return;
        }
        try (Stream<Path> files = Files.list(routes)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).toList()) {
                Matcher names = PLACEHOLDER.matcher(Files.readString(file));
                while (names.find()) {
                    known.add(names.group(1));
                }
            }
        } catch (IOException e) {
            throw new UsageException(routes + ": it cannot be read.");
        }
    }

    /** Whether somebody gave the property a value of their own. */
    public boolean isSaid(String key) {
        String noun = noun(key);
        return noun == null
                ? isGiven(key)
                : of(pipeline).value(noun, null) != null && isGiven(of(pipeline).property(noun));
    }

    /** The property without {@code saddlebag.}, where it is one that each pipeline may have for itself; or null. */
    private @Nullable String noun(String key) {
        return pipeline.equals(Pipeline.DEFAULT)
                        || !key.startsWith(OURS)
                        || key.startsWith(Pipeline.PREFIX)
                        || OWN.contains(key)
                ? null
                : key.substring(OURS.length());
    }

    private boolean isGiven(String key) {
        String line = written.get(key);
        return overrides.containsKey(key) || outside(key) != null || line != null && !line.equals(shipped.get(key));
    }

    private @Nullable String value(String key) {
        String noun = noun(key);
        return noun == null
                ? written(key)
                : Pipeline.of(this::written, pipeline).value(noun, null);
    }

    private @Nullable String written(String key) {
        String flag = overrides.get(key);
        return flag != null ? flag : written.get(key);
    }

    private @Nullable String given(String key) {
        String value = overrides.get(key);
        if (value == null) {
            value = outside(key);
        }
        if (value == null) {
            value = written(key);
        }
        return value;
    }

    /** The value that counts, or another where there is none. */
    public String valueOr(String key, String other) {
        String noun = noun(key);
        String value = noun == null ? given(key) : of(pipeline).value(noun, null);
        return value == null ? other : value;
    }

    private static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    }

    /** The names of all properties that somebody gave a value, or that a value refers to. */
    Set<String> mentioned() {
        Set<String> names = new TreeSet<>(known);
        names.addAll(written.keySet());
        names.addAll(overrides.keySet());
        for (String name : List.copyOf(names)) {
            Matcher others = REFERENCE.matcher(valueOr(name, ""));
            while (others.find()) {
                names.add(others.group(1));
            }
        }
        return names;
    }

    /** The value that counts, and in it the values of those that it refers to; empty where there is none. */
    public String resolved(String name) {
        return resolve(direct(name));
    }

    private String resolve(String text) {
        String value = text;
        for (int depth = 0; depth < MOST_REFERENCES && value.contains("{{"); depth++) {
            value = REFERENCE.matcher(value).replaceAll(other -> {
                String fallback = other.group(2) == null ? "" : other.group(2);
                String found = direct(other.group(1));
                return Matcher.quoteReplacement(found.isEmpty() ? fallback : found);
            });
        }
        return value;
    }

    private String direct(String name) {
        if (name.startsWith("env:")) {
            return Objects.requireNonNullElse(System.getenv(name.substring(4)), "");
        }
        return valueOr(name.startsWith("sys:") ? name.substring(4) : name, "");
    }

    /** The same message with the name of the property that it is about, where it has none. */
    String named(String message) {
        if (!message.startsWith(UNOPENED)) {
            return message;
        }
        Set<String> names = new TreeSet<>(written.keySet());
        names.addAll(overrides.keySet());
        return names.stream()
                .filter(name ->
                        REFERENCE.matcher(valueOr(name, "")).replaceAll("").contains("}}"))
                .findFirst()
                .map(name -> name + " has two closing braces that end no placeholder: put a space between them, as in"
                        + " {\"a\":${/b} }.")
                .orElse(message);
    }

    /** What wins over the properties file: flags, then what the JVM and the environment say of what the file may. */
    Map<String, String> winning() {
        Map<String, String> winning = new TreeMap<>(overrides);
        for (String name : mentioned()) {
            String outside = outside(name);
            if (outside != null) {
                winning.putIfAbsent(name, outside);
            }
        }
        return winning;
    }

    private static @Nullable String outside(String name) {
        String value = System.getProperty(name);
        return value == null ? System.getenv(variable(name)) : value;
    }

    /** Whether the file, the profile or the command line say something else than what was shipped. */
    public boolean differs(String key) {
        String value = value(key);
        return value != null && !value.equals(shipped.get(key));
    }

    /** Whether the file sets nothing to another value than was shipped. */
    public boolean isAsShipped() {
        return written.keySet().stream().noneMatch(this::differs);
    }

    /** @throws UsageException a property does not exist, or there is no endpoint */
    public void check() throws UsageException {
        Set<String> names = new TreeSet<>(written.keySet());
        names.addAll(overrides.keySet());
        List<String> unknown =
                names.stream().map(this::problem).flatMap(Optional::stream).toList();
        if (!unknown.isEmpty()) {
            throw new UsageException(String.join(" ", unknown));
        }
        Map<String, String> readers = new TreeMap<>();
        for (String name : running) {
            try {
                check(of(name), readers);
            } catch (IllegalArgumentException e) {
                throw new UsageException(String.valueOf(e.getMessage()));
            }
        }
    }

    private void check(Pipeline one, Map<String, String> readers) throws UsageException {
        boolean itemsNameIt = orEmpty(one.value("call.mode", "")).equals("single")
                && !orEmpty(one.value("single.items", "")).equals("data");
        if (orEmpty(one.value(URL, "")).isBlank() && !itemsNameIt) {
            throw new UsageException((one.isDefault() ? OURS + URL : Pipeline.PREFIX + one.name() + '.' + URL)
                    + " is not set: give the endpoint's address"
                    + (running.size() > 1 ? "." : " with --url."));
        }
        for (String name : Standalone.NO_SOURCES.keySet()) {
            checkSwitch(one, name.substring(OURS.length()));
        }
        if (resolve(orEmpty(one.value("source.kafka.enabled", ""))).equals("true")) {
            checkTopics(one, readers);
        }
    }

    /** Whether two read the same records, though nobody said so. */
    private void checkTopics(Pipeline one, Map<String, String> readers) throws UsageException {
        for (String topic : Setting.words(resolve(orEmpty(one.value("source.kafka.topic", "items"))))) {
            String other = readers.putIfAbsent(topic, one.name());
            if (other != null && !(one.hasOwn(TOPIC) && of(other).hasOwn(TOPIC))) {
                throw new UsageException(
                        "The pipelines " + other + " and " + one.name() + " both read the topic " + topic
                                + ". Give each its own, or name it for each: " + Pipeline.PREFIX + one.name() + '.'
                                + TOPIC + '='
                                + topic + ".");
            }
        }
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value.trim();
    }

    /** A route that is not switched on says nothing of a word that is neither. */
    private void checkSwitch(Pipeline one, String noun) throws UsageException {
        String value = resolve(orEmpty(one.value(noun, "")));
        if (!value.isEmpty() && !value.equals("true") && !value.equals("false")) {
            throw new UsageException(one.property(noun) + " is '" + value + "': give true or false.");
        }
    }

    /** What somebody set though this mode does not read it, in one sentence; or nothing. */
    public Optional<String> withoutEffect() {
        if (!running.contains(pipeline)) {
            return Optional.empty();
        }
        String mode = valueOr("saddlebag.call.mode", "batch");
        List<String> names = Lint.ofOtherModes(mode).stream()
                .map(noun -> OURS + noun)
                .filter(this::differs)
                .map(name -> overrides.containsKey(name) ? Flags.beside(name) : name)
                .toList();
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of("These properties have no effect with the mode " + mode + ": " + String.join(", ", names)
                        + ".");
    }

    private Optional<String> problem(String name) {
        if (name.startsWith(Pipeline.PREFIX)) {
            return PipelineKeys.problem(name, Pipeline.LIST + " does not have the pipeline", listed);
        }
        return isUnknown(name)
                ? Optional.of(name + " is no property."
                        + meant(name).map(near -> " Did you mean " + near + "?").orElse(""))
                : Optional.empty();
    }

    private boolean isUnknown(String name) {
        return name.startsWith(OURS) ? !known.contains(name) && !Known.isKnown(name) : known.contains(OURS + name);
    }

    private Optional<String> meant(String name) {
        return name.startsWith(OURS) ? NearMiss.of(name, known) : Optional.of(OURS + name);
    }
}
