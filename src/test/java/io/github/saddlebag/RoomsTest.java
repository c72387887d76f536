package io.github.saddlebag;

import static com.tngtech.archunit.core.importer.ImportOption.Predefined.DO_NOT_INCLUDE_TESTS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each class is in a room of its kind, and the rooms know each other in one direction only. */
class RoomsTest {

    private static final Path SOURCES = Path.of("src/main/java/io/github/saddlebag");
    private static final int LARGEST = 26;

    /** One knot, which no cut makes clearer. */
    private static final Map<String, Integer> LARGER = Map.of("batch", 29);

    private static final Pattern IMPORT =
            Pattern.compile("^import (?:static )?(io\\.github\\.saddlebag\\.[a-z.]+\\.[A-Z]\\w*)", Pattern.MULTILINE);

    /** For Camel: its plugin makes them, or makes them of it, or it calls what they hand down. */
    private static final Pattern FOR_CAMEL =
            Pattern.compile(".*(Configurer|UriFactory|\\.BatchEndpoint|\\.RunSettings)");

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes = new ClassFileImporter().withImportOption(DO_NOT_INCLUDE_TESTS).importPackages("io.github.saddlebag");
    }

    /** What stands in an import: constants are compiled in, so that their class is not named where they are used. */
    private static Set<String> imported() throws IOException {
        Set<String> names = new HashSet<>();
        for (String top : List.of("src/main/java", "src/test/java")) {
            try (Stream<Path> files = Files.walk(Path.of(top))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    Matcher imports = IMPORT.matcher(Files.readString(file));
                    while (imports.find()) {
                        names.add(imports.group(1));
                    }
                }
            }
        }
        return names;
    }

    /** Where classes are named by others than Java: the wiring, the launcher, what a reader is told. */
    private static String texts() throws IOException {
        StringBuilder texts = new StringBuilder();
        for (String top : List.of("routes", "docs", "src/main/resources", "bin")) {
            try (Stream<Path> files = Files.walk(Path.of(top))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    texts.append(Files.readString(file)).append('\n');
                }
            }
        }
        return texts.append(Files.readString(Path.of("README.md")))
                .append(Files.readString(Path.of("pom.xml")))
                .toString();
    }

    @Test
    void shouldHaveNoCycles() {
        slices().matching("io.github.saddlebag.(**)").should().beFreeOfCycles().check(classes);
    }

    @Test
    void shouldHaveNoCrowdedRoom() throws Exception {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            Map<Path, Long> sizes = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("package-info.java"))
                    .collect(Collectors.groupingBy(Path::getParent, Collectors.counting()));

            assertThat(sizes)
                    .isNotEmpty()
                    .allSatisfy((room, size) -> assertThat(size)
                            .as("source files in " + room)
                            .isLessThanOrEqualTo(
                                    LARGER.getOrDefault(room.getFileName().toString(), LARGEST)));
        }
    }

    @Test
    void shouldSayWhatEachRoomIsFor() throws Exception {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            assertThat(files.filter(Files::isDirectory)
                            .filter(room -> !room.equals(SOURCES))
                            .toList())
                    .allSatisfy(room -> assertThat(Files.readString(room.resolve("package-info.java")))
                            .as("package-info.java of " + room)
                            .contains("/**", "@NullMarked"))
                    .allSatisfy(room -> assertThat(Files.readString(Path.of("docs/architecture.md")))
                            .contains("\n| `" + room.getFileName() + "` |"));
        }
    }

    @Test
    void shouldBePublicOnlyWhereOthersUseIt() throws Exception {
        String texts = texts();
        Set<String> imported = imported();
        JavaClasses withTests = new ClassFileImporter().importPackages("io.github.saddlebag");
        List<String> doors = classes.stream()
                .map(type -> withTests.get(type.getName()))
                .filter(type -> type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(type -> type.getDirectDependenciesToSelf().stream()
                        .allMatch(use -> use.getOriginClass().getPackageName().equals(type.getPackageName())))
                .map(JavaClass::getName)
                .filter(name -> !FOR_CAMEL.matcher(name).matches())
                .filter(name -> !imported.contains(name) && !texts.contains(name))
                .filter(name -> !texts.contains("`" + name.substring(name.lastIndexOf('.') + 1) + "`"))
                .sorted()
                .toList();

        assertThat(doors)
                .as("public, and neither used by another room nor named by a route or the docs")
                .isEmpty();
    }
}
