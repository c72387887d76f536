package io.github.saddlebag.runtime;

import io.github.saddlebag.config.Known;
import io.github.saddlebag.setting.NearMiss;
import io.github.saddlebag.setting.Profiles;
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
            Set.of(Standalone.HOME, "saddlebag.terminal", "saddlebag.columns", "saddlebag.exit");

    private final Map<String, String> overrides = new TreeMap<>();
    private final Map<String, String> shipped;
    private final Map<String, String> written;
    private final Set<String> known = new TreeSet<>(OWN);

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

    private void takeProfile() throws UsageException {
        String name = value(Profiles.PROPERTY);
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
            throw new UsageException(e.getMessage());
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
        String line = written.get(key);
        return overrides.containsKey(key)
                || System.getProperty(key) != null
                || System.getenv(variable(key)) != null
                || line != null && !line.equals(shipped.get(key));
    }

    private @Nullable String value(String key) {
        String flag = overrides.get(key);
        return flag != null ? flag : written.get(key);
    }

    /** The value that counts, or another where there is none. */
    public String valueOr(String key, String other) {
        String value = overrides.get(key);
        for (String next : new @Nullable String[] {System.getProperty(key), System.getenv(variable(key)), value(key)}) {
            value = value == null ? next : value;
        }
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
        String value = direct(name);
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

    /** What wins over the properties file. */
    Map<String, String> overrides() {
        return overrides;
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
        List<String> unknown = names.stream()
                .filter(this::isUnknown)
                .map(name -> name + " is no property."
                        + meant(name).map(near -> " Did you mean " + near + "?").orElse(""))
                .toList();
        if (!unknown.isEmpty()) {
            throw new UsageException(String.join(" ", unknown));
        }
        boolean itemsNameIt = valueOr("saddlebag.call.mode", "").equals("single")
                && !valueOr("saddlebag.single.items", "").equals("data");
        if (valueOr("saddlebag.call.url", "").isBlank() && !itemsNameIt) {
            throw new UsageException("saddlebag.call.url is not set: give the endpoint's address with --url.");
        }
        for (String name : Standalone.NO_SOURCES.keySet()) {
            checkSwitch(name);
        }
    }

    /** A route that is not switched on says nothing of a word that is neither. */
    private void checkSwitch(String name) throws UsageException {
        String value = resolved(name);
        if (!value.isEmpty() && !value.equals("true") && !value.equals("false")) {
            throw new UsageException(name + " is '" + value + "': give true or false.");
        }
    }

    /** What somebody set though this mode does not read it, in one sentence; or nothing. */
    public Optional<String> withoutEffect() {
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

    private boolean isUnknown(String name) {
        return name.startsWith(OURS) ? !known.contains(name) && !Known.isKnown(name) : known.contains(OURS + name);
    }

    private Optional<String> meant(String name) {
        return name.startsWith(OURS) ? NearMiss.of(name, known) : Optional.of(OURS + name);
    }
}
