package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.saddlebag.setting.Profiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The profiles that ship, and the cases that show what they do; so do those of formats that no profile has. */
@Tag("slow")
class ProfilesTest {

    private static final Path CASES = Path.of("src/test/resources/profiles");
    private static final Set<String> JOBS = Set.of("aria2-download", "geocoding-job");
    private static final Path PAGE = Path.of("docs/profiles.md");

    static List<String> names() {
        return Profiles.NAMES;
    }

    static List<Path> cases() throws Exception {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldSendAndReadAsTheCaseSays(Path folder) throws Exception {
        try (CommandRun run = CommandRun.of("check", "--cases", folder.toString())) {
            assertThat(run.status()).as(run.out() + run.err()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldBeShownOnItsPage(String name) throws Exception {
        assertThat(Files.readString(PAGE)).contains("## " + name, "--profile " + name);
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldSetWhatThereIsAndContradictNothing(String name) throws Exception {
        assumeTrue(hasMode(name), "the route of its mode is not there");
        try (CommandRun run = CommandRun.of(
                "check",
                "--strict",
                "--profile",
                name,
                "--url",
                "https://api.example.com/batch",
                "--set",
                "sqs.queue-url=q",
                "--set",
                "dynamodb.table=t")) {
            assertThat(run.status()).as(run.out() + run.err()).isZero();
        }
    }

    @Test
    void shouldListWhatShips() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/saddlebag/profiles"))) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".properties", "")))
                    .containsExactlyInAnyOrderElementsOf(Profiles.NAMES);
        }
    }

    @Test
    void shouldHaveACaseForEach() throws Exception {
        List<String> shown =
                cases().stream().map(folder -> folder.getFileName().toString()).toList();

        assertThat(shown)
                .containsAll(Profiles.NAMES.stream()
                        .filter(name -> !JOBS.contains(name))
                        .toList());
    }

    private static boolean hasMode(String name) {
        return !JOBS.contains(name) || Files.exists(Path.of("routes/32-call-job.camel.yaml"));
    }
}
