package io.github.saddlebag.runtime;

import io.github.saddlebag.config.Known;
import io.github.saddlebag.config.OldNames;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.setting.Profiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a run: what the command line says wins over the properties file, and that over the profile. A line of
 * the file that still says what was shipped says nothing.
 */
public final class Configuration {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\??(saddlebag\\.[a-z0-9.-]+)");

    /** What the launcher and the JVM set. */
    private static final Set<String> OWN =
            Set.of(Standalone.HOME, Pipeline.LIST, "saddlebag.terminal", "saddlebag.columns", "saddlebag.exit");

    /** In what the command line says: the one pipeline that is worked on, or {@link #ALL}. */
    public static final String PIPELINE = "saddlebag.pipeline";

    /** All pipelines that are listed. */
    public static final String ALL = "*";

    /** The pipeline that the files make as they stand, whatever is listed. */
    public static final String PLAIN = "";

    private static final String DIRECT = "direct:" + Pipeline.DEFAULT + '-';

    private final PropertySources sources;
    private final References references = new References(name -> valueOr(name, ""));
    private final Set<String> known = new TreeSet<>(OWN);

    private PipelineChoice choice = new PipelineChoice(Set.of(), Set.of(Pipeline.DEFAULT), Pipeline.DEFAULT);

    private Configuration(PropertySources sources) {
        this.sources = sources;
        known.addAll(ShippedProperties.all().keySet());
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
        PropertySources sources = new PropertySources(file, flags);
        Configuration configuration = new Configuration(sources);
        configuration.choose(sources.overrides().remove(PIPELINE));
        configuration.takeProfile();
        configuration.takeOldNames();
        configuration.takeNames(routes);
        return configuration;
    }

    private void choose(@Nullable String asked) throws UsageException {
        choice = PipelineChoice.of(resolved(Pipeline.LIST), asked);
        if (ALL.equals(asked)) {
            return;
        }
        if (!choice.listed().isEmpty()) {
            sources.overrides().put(Pipeline.LIST, choice.pipeline());
        }
        if (!choice.pipeline().equals(Pipeline.DEFAULT)) {
            giveToPipeline(choice.pipeline());
        }
    }

    /** What the command line says is said of the one pipeline. */
    private void giveToPipeline(String pipeline) {
        for (Map.Entry<String, String> flag : List.copyOf(sources.overrides().entrySet())) {
            String key = flag.getKey();
            String noun = key.startsWith(Pipeline.OURS) ? key.substring(Pipeline.OURS.length()) : "";
            if ((known.contains(key) || Known.isKnown(key)) && !OWN.contains(key) && !Pipeline.isOfRuntime(noun)) {
                String value = flag.getValue();
                sources.overrides().remove(key);
                sources.overrides()
                        .put(
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
        return noun == null || Pipeline.isOfRuntime(noun) ? name : Pipeline.PREFIX + pipeline() + '.' + noun;
    }

    /** The one pipeline that is worked on. */
    String pipeline() {
        return choice.pipeline();
    }

    /** What the properties file says. */
    Map<String, String> written() {
        return sources.written();
    }

    /** The pipelines that are listed. */
    Set<String> listed() {
        return choice.listed();
    }

    /** The names that are near to what somebody may have meant: of the routes, and of all that was shipped. */
    Set<String> known() {
        return known;
    }

    /** The pipelines that run. */
    Set<String> running() {
        return choice.running();
    }

    /** A pipeline, by what is said of it wherever it is said. */
    Pipeline of(String name) {
        return sources.pipeline(name);
    }

    /** The message, in which the properties are those of the pipeline. */
    public String told(String message) {
        return of(pipeline()).told(message);
    }

    private void takeProfile() throws UsageException {
        String name = sources.inside(Profiles.PROPERTY);
        if (name == null || name.isBlank()) {
            return;
        }
        try {
            Profiles.read("--profile", name.trim()).forEach((key, value) -> {
                if (OldNames.ofSame(key).stream().noneMatch(this::isSaid)) {
                    sources.overrides().put(key, value);
                }
            });
            // it has been done: the routes look for no profile
            sources.overrides().put(Profiles.PROPERTY, "");
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    /** What is said under old names is said under the new ones as well. */
    private void takeOldNames() {
        for (Known property : Known.renamed()) {
            Map<String, String> values = new TreeMap<>();
            boolean same = true;
            for (String name : running()) {
                Pipeline one = of(name);
                String value = Objects.requireNonNull(OldNames.value(property, one, property.fallback()));
                same &= value.equals(one.value(property.name(), property.fallback()));
                values.put((one.isDefault() ? Pipeline.OURS : Pipeline.PREFIX + name + '.') + property.name(), value);
            }
            if (!same) {
                sources.overrides().putAll(values);
            }
        }
    }

    /** What is said under old names, in one sentence for all; or nothing. */
    public Optional<String> oldNames() {
        return OldNames.told(running().stream().map(this::of).toList(), sources::said);
    }

    private void takeNames(@Nullable Path routes) throws UsageException {
        for (Path file : RouteFiles.of(routes)) {
            try {
                PLACEHOLDER.matcher(PropertySources.text(file)).results().forEach(name -> known.add(name.group(1)));
            } catch (UsageException e) {
                // who makes routes of it says so
            }
        }
    }

    /** Whether somebody gave the property a value of their own. */
    public boolean isSaid(String key) {
        String noun = noun(key);
        return noun == null
                ? sources.said(key) != null
                : of(pipeline()).value(noun, null) != null
                        && sources.said(of(pipeline()).property(noun)) != null;
    }

    /** The property without {@code saddlebag.}, where it is one that each pipeline may have for itself; or null. */
    private @Nullable String noun(String key) {
        return pipeline().equals(Pipeline.DEFAULT)
                        || !key.startsWith(Pipeline.OURS)
                        || key.startsWith(Pipeline.PREFIX)
                        || OWN.contains(key)
                ? null
                : key.substring(Pipeline.OURS.length());
    }

    /** The value that counts, or another where there is none. */
    public String valueOr(String key, String other) {
        String noun = noun(key);
        String value = noun == null ? sources.value(key) : of(pipeline()).value(noun, null);
        return value == null ? other : value;
    }

    /** The names of all properties that somebody gave a value, or that a value refers to. */
    Set<String> mentioned() {
        Set<String> names = new TreeSet<>(known);
        names.addAll(names());
        return references.and(names);
    }

    /** The names in the file and on the command line. */
    Set<String> names() {
        return sources.names();
    }

    /** The value that counts, and in it the values of those that it refers to; empty where there is none. */
    public String resolved(String name) {
        return references.resolved(name);
    }

    References references() {
        return references;
    }

    /** What wins over the properties file: flags, then what the JVM and the environment say of what the file may. */
    Map<String, String> winning() {
        Map<String, String> winning = new TreeMap<>(sources.overrides());
        for (String name : mentioned()) {
            String outside = PropertySources.outside(name);
            if (outside != null) {
                winning.putIfAbsent(name, outside);
            }
        }
        return winning;
    }

    /** Whether the file, the profile or the command line say something else than what was shipped. */
    public boolean differs(String key) {
        String noun = noun(key);
        String value = noun == null
                ? sources.inside(key)
                : sources.pipelineInside(pipeline()).value(noun, null);
        return value != null && !sources.isShipped(key, value);
    }

    /** Whether the file sets nothing to another value than was shipped. */
    public boolean isAsShipped() {
        return sources.written().keySet().stream().noneMatch(this::differs);
    }

    /** @throws UsageException a property does not exist, or there is no endpoint */
    public void check() throws UsageException {
        new ConfigurationCheck(this).run();
    }

    /** What somebody set though this mode does not read it, in one sentence; or nothing. */
    public Optional<String> withoutEffect() {
        if (!running().contains(pipeline())) {
            return Optional.empty();
        }
        String mode = valueOr("saddlebag.call.mode", "batch");
        Stream<String> format = Lint.isWithoutFormat(mode, valueOr("saddlebag.call.format", ""))
                ? Stream.of("call.format")
                : Stream.empty();
        List<String> names = Stream.concat(Lint.ofOtherModes(mode).stream(), format)
                .map(noun -> Pipeline.OURS + noun)
                .filter(this::differs)
                .map(name -> sources.overrides().containsKey(name) ? Flags.beside(name) : name)
                .toList();
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of("These properties have no effect with the mode " + mode + ": " + String.join(", ", names)
                        + ".");
    }
}
