package io.github.saddlebag;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.github.saddlebag.config.Known;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.ConfigurationReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the records say of the properties, the routes, the file of essentials and the reference say as well. */
class PropertiesAreDocumentedTest {

    private static final Path FILE = Path.of("application.properties");
    private static final Path PAGE = Path.of("docs", "configuration.md");
    private static final Path METADATA = Path.of("src/main/resources/META-INF/spring-configuration-metadata.json");

    /** What the file sets to another value than the default, for the standalone runtime as it ships. */
    private static final Set<String> SITE_VALUES = Set.of("saddlebag.source.file.enabled");

    /** What the commands read, and no route. */
    private static final Set<String> OF_COMMANDS = Set.of("saddlebag.call.profile");

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\??(saddlebag\\.[a-z.-]+)(?::([^}]*))?}}");
    private static final Pattern LINE = Pattern.compile("((?:# .*\n)*)#?(saddlebag\\.\\S*?)=(.*)\n");

    @Test
    void shouldKnowEachPropertyThatTheRoutesUseWithTheSameDefaultEverywhere() throws Exception {
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            List<Path> files = Stream.concat(Bundle.routeFiles().stream(), sources.filter(Files::isRegularFile))
                    .toList();

            assertThat(defaults(files))
                    .isNotEmpty()
                    .allSatisfy((name, defaults) -> assertThat(defaults)
                            .as(name)
                            .containsExactly(known(name).fallback()));
        }
    }

    /** Camel itself resolves what stands in a route, and knows no old names. */
    @Test
    void shouldHaveNoPropertyWithOldNamesInARoute() throws Exception {
        Set<String> used = defaults(Bundle.routeFiles()).keySet();

        assertThat(Known.byName().values())
                .filteredOn(property -> !property.oldNames().isEmpty())
                .isNotEmpty()
                .noneMatch(property -> used.contains(property.fullName()));
    }

    @Test
    void shouldUseEachPropertyThatItKnows() throws Exception {
        Set<String> used = new TreeSet<>(defaults(Bundle.routeFiles()).keySet());
        used.addAll(OF_COMMANDS);
        JavaClasses classes = new ClassFileImporter().importPath("target/classes");
        Map<String, Set<String>> read = classes.stream()
                .filter(type -> !type.getPackageName().equals(Known.class.getPackageName()))
                .flatMap(type -> type.getMethodCallsFromSelf().stream())
                .map(JavaMethodCall::getTarget)
                .collect(Collectors.groupingBy(
                        target -> target.getOwner().getName(),
                        Collectors.mapping(target -> target.getName(), Collectors.toSet())));

        assertThat(Known.byName().values())
                .isNotEmpty()
                .allSatisfy(property -> assertThat(used.contains(property.fullName())
                                || read.getOrDefault(
                                                property.component()
                                                        .getDeclaringRecord()
                                                        .getName(),
                                                Set.of())
                                        .contains(property.component().getName()))
                        .as(property.name())
                        .isTrue());
    }

    @Test
    void shouldSayInTheFileOfEssentialsWhatTheRecordsSay() throws Exception {
        String text = Files.readString(FILE);
        List<String> names = new ArrayList<>();
        Set<String> others = new TreeSet<>();
        Matcher line = LINE.matcher(text);
        while (line.find()) {
            Known property = known(line.group(2));
            String comment = line.group(1).replace("# ", "").replace('\n', ' ').trim();
            names.add(line.group(2));
            if (!property.isMap() && !line.group(3).equals(property.fallback())) {
                others.add(line.group(2));
                assertThat(comment).endsWith(" Default: " + property.fallback());
            }
            assertThat(property.text()).as(line.group(2)).startsWith(comment.replaceAll(" Default: \\S+$", ""));
        }

        assertThat(names).hasSize(25).doesNotHaveDuplicates();
        assertThat(others).isEqualTo(SITE_VALUES);
        assertThat(text.lines()).hasSizeLessThanOrEqualTo(150);
    }

    @Test
    void shouldKeepEachPropertyInTheGroupOfItsStageAndSayItInSentences() {
        for (Known.Group group : Known.groups()) {
            assertThat(group.properties())
                    .isNotEmpty()
                    .allSatisfy(property -> assertThat(property.name()).startsWith(group.name() + '.'))
                    .allSatisfy(property -> assertThat(property.text()).endsWith("."));
        }
    }

    @Test
    void shouldNameNothingInARecordThatThereIsNot() {
        assertThat(Known.byName().values())
                .flatExtracting(property -> property.needs().isEmpty() ? List.of() : List.of(property.needs()))
                .allSatisfy(noun -> assertThat(Known.byName()).containsKey(noun.toString()));
        assertThat(Arrays.stream(Settings.class.getRecordComponents())
                        .mapToInt(stage -> stage.getType().getRecordComponents().length)
                        .sum())
                .isEqualTo(Known.byName().size());
    }

    @Test
    void shouldKeepTheReferencePageAsTheRecordsSay() throws Exception {
        if (Boolean.getBoolean("saddlebag.write-docs")) {
            Files.writeString(PAGE, ConfigurationReference.markdown());
        }

        assertThat(PAGE)
                .as(
                        "%s: write it anew with mvn -Dtest=%s -Dsaddlebag.write-docs=true test",
                        PAGE, getClass().getSimpleName())
                .hasContent(ConfigurationReference.markdown());
    }

    @Test
    void shouldTellEditorsOfSpringApplicationsWhatTheRecordsSay() throws Exception {
        if (Boolean.getBoolean("saddlebag.write-docs")) {
            Files.writeString(METADATA, ConfigurationReference.springMetadata());
        }

        assertThat(METADATA).content().isEqualTo(ConfigurationReference.springMetadata());
    }

    private static Known known(String name) {
        assertThat(Known.isKnown(name)).as(name).isTrue();
        return Known.byName().values().stream()
                .filter(property -> property.isMap()
                        ? name.startsWith(property.start())
                        : property.fullName().equals(name))
                .findFirst()
                .orElseThrow();
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
}
