package io.github.saddlebag;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.ConfigurationReference;
import io.github.saddlebag.testing.ConfigurationReference.Group;
import io.github.saddlebag.testing.ConfigurationReference.Property;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The properties that the routes use, the file that sets them and the page that explains them say the same. */
class PropertiesAreDocumentedTest {

    private static final Path FILE = Path.of("application.properties");
    private static final Path PAGE = Path.of("docs", "configuration.md");
    private static final Path METADATA = Path.of("src/main/resources/META-INF/spring-configuration-metadata.json");

    /** What the file sets to another value than the default, for the standalone runtime as it ships. */
    private static final Set<String> SITE_VALUES = Set.of("saddlebag.source.file.enabled");

    /** What the commands read, and no route. */
    private static final Set<String> OF_COMMANDS = Set.of("saddlebag.call.profile");

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\??(saddlebag\\.[a-z.-]+)(?::([^}]*))?}}");
    private static final Pattern PREFIX = Pattern.compile("prefix: (saddlebag\\.[a-z.-]+\\.)\\s");

    private final ConfigurationReference reference = ConfigurationReference.read(FILE);

    PropertiesAreDocumentedTest() throws Exception {}

    @Test
    void shouldDocumentEachPropertyThatTheRoutesUseAndNoOther() throws Exception {
        Set<String> used = new TreeSet<>(defaults(Bundle.routeFiles()).keySet());
        used.addAll(OF_COMMANDS);
        for (Path route : Bundle.routeFiles()) {
            PREFIX.matcher(Files.readString(route)).results().forEach(prefix -> used.add(prefix.group(1)));
        }

        List<String> documented = new ArrayList<>();
        for (Property property : ownProperties()) {
            documented.add(property.example() ? upToLastDot(property.name()) : property.name());
        }

        assertThat(documented).containsExactlyInAnyOrderElementsOf(used);
    }

    @Test
    void shouldGiveEachPropertyOneDefaultWhereverItIsUsed() throws Exception {
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            List<Path> files = Stream.concat(Bundle.routeFiles().stream(), sources.filter(Files::isRegularFile))
                    .toList();

            assertThat(defaults(files))
                    .allSatisfy(
                            (name, defaults) -> assertThat(defaults).as(name).hasSize(1));
        }
    }

    @Test
    void shouldDocumentTheDefaultThatTheRoutesUse() throws Exception {
        Map<String, Set<String>> defaults = defaults(Bundle.routeFiles());

        assertThat(ownProperties())
                .filteredOn(property -> !property.example() && !OF_COMMANDS.contains(property.name()))
                .allSatisfy(property -> assertThat(defaults.get(property.name()))
                        .as(property.name())
                        .containsExactly(property.fallback()));
    }

    @Test
    void shouldSetEachPropertyToItsDefaultButForTheSiteValues() {
        assertThat(reference.properties())
                .filteredOn(property -> !property.value().equals(property.fallback()))
                .extracting(Property::name)
                .containsExactlyInAnyOrderElementsOf(SITE_VALUES);
    }

    @Test
    void shouldKeepEachPropertyInTheGroupOfItsStage() {
        for (Group group : reference.groups()) {
            String prefix = group.name().equals("runtime") ? "camel.main." : "saddlebag." + group.name() + ".";

            assertThat(group.properties())
                    .isNotEmpty()
                    .allSatisfy(property -> assertThat(property.name()).startsWith(prefix))
                    .allSatisfy(property -> assertThat(property.description()).endsWith("."));
        }
        assertThat(reference.groups())
                .extracting(Group::name)
                .containsExactly(
                        "source",
                        "item",
                        "batch",
                        "call",
                        "auth",
                        "single",
                        "job",
                        "breaker",
                        "answer",
                        "deliver",
                        "dead-letter",
                        "runtime");
    }

    @Test
    void shouldKeepTheReferencePageAsTheFileSays() throws Exception {
        if (Boolean.getBoolean("saddlebag.write-docs")) {
            Files.writeString(PAGE, reference.markdown());
        }

        assertThat(PAGE)
                .as(
                        "%s: write it anew with mvn -Dtest=%s -Dsaddlebag.write-docs=true test",
                        PAGE, getClass().getSimpleName())
                .hasContent(reference.markdown());
    }

    @Test
    void shouldTellEditorsOfSpringApplicationsWhatTheFileSays() throws Exception {
        if (Boolean.getBoolean("saddlebag.write-docs")) {
            Files.writeString(METADATA, reference.springMetadata());
        }

        assertThat(METADATA).content().isEqualTo(reference.springMetadata());
    }

    private List<Property> ownProperties() {
        return reference.properties().stream()
                .filter(property -> property.name().startsWith("saddlebag."))
                .toList();
    }

    /** The properties that stand as placeholders in these files, each with its defaults; none is an empty one. */
    private static Map<String, Set<String>> defaults(List<Path> files) throws Exception {
        Map<String, Set<String>> defaults = new TreeMap<>();
        for (Path file : files) {
            Matcher placeholder = PLACEHOLDER.matcher(Files.readString(file));
            while (placeholder.find()) {
                // a long list goes on on the next line
                String fallback =
                        placeholder.group(2) == null ? "" : placeholder.group(2).replaceAll(",\\s+", ",");
                defaults.computeIfAbsent(placeholder.group(1), name -> new TreeSet<>())
                        .add(fallback);
            }
        }
        return defaults;
    }

    private static String upToLastDot(String name) {
        return name.substring(0, name.lastIndexOf('.') + 1);
    }
}
