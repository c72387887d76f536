package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a file says under names of before counts, and is told of once. */
@Tag("slow")
@Timeout(120)
class OldPropertyNamesTest {

    /** What the version before wrote of these settings into its checkpoints. */
    private static final String SETTINGS_OF_BEFORE =
            "\"settings\":\"ff0c8bed8eaa70e9d6a7e2fc805a5846018adf057e381d7e7d2f922ce273b194\"";

    private static final String NOBODY = "http://127.0.0.1:1/batch";

    @TempDir
    private Path folder;

    private final TestApi api = TestApi.start(TestApi::echo);
    private Path input;
    private Path output;

    @BeforeEach
    void nameFiles() throws IOException {
        input = Files.write(folder.resolve("items.jsonl"), items(3));
        output = folder.resolve("results.jsonl");
    }

    @AfterEach
    void stop() {
        System.clearProperty("saddlebag.breaker.trials");
        api.close();
    }

    private Path file(String... lines) throws IOException {
        return Files.write(folder.resolve("site.properties"), List.of(lines));
    }

    private CommandRun process(Path file, String... more) throws Exception {
        return CommandRun.of(Stream.concat(
                        Stream.of(
                                "process",
                                "--config",
                                file.toString(),
                                "--input",
                                input.toString(),
                                "--output",
                                output + ""),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    private CommandRun check(Path file, String... more) throws Exception {
        return CommandRun.of(Stream.concat(Stream.of("check", "--config", file.toString()), Stream.of(more))
                .toArray(String[]::new));
    }

    @Test
    void shouldWorkUnderOldNamesAndTellOfAllInOneWarning() throws Exception {
        Path file = file(
                "saddlebag.call.url=" + api.url(), "saddlebag.breaker.calls=30", "saddlebag.breaker.least-calls=25");

        CommandRun run = process(file);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err())
                .containsOnlyOnce("the old names work through 0.2")
                .contains("saddlebag.breaker.calls is now saddlebag.breaker.sliding-window-size")
                .contains("saddlebag.breaker.least-calls is now saddlebag.breaker.minimum-number-of-calls");
    }

    @Test
    void shouldReadAndRefuseValuesUnderOldNames() throws Exception {
        Path file = file("saddlebag.call.url=" + api.url(), "saddlebag.breaker.calls=none");

        CommandRun run = process(file);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .contains("saddlebag.breaker.sliding-window-size is 'none'", "saddlebag.breaker.calls is now");
    }

    @Test
    void shouldSayNothingOfALineWithTheShippedValue() throws Exception {
        Path file = file("saddlebag.call.url=" + api.url(), "saddlebag.breaker.calls=20");

        assertThat(check(file, "--strict").err()).doesNotContain("breaker");
    }

    @Test
    void shouldListOldNamesInCheck() throws Exception {
        Path file = file("saddlebag.call.url=" + api.url(), "saddlebag.breaker.calls=30");

        CommandRun run = check(file, "--set", "saddlebag.breaker.slow-call=5s");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err())
                .containsOnlyOnce("warning: ")
                .contains("saddlebag.breaker.calls is now saddlebag.breaker.sliding-window-size")
                .contains("saddlebag.breaker.slow-call is now saddlebag.breaker.slow-call-duration-threshold");
        assertThat(check(file, "--strict").status()).isEqualTo(2);
    }

    /** That the breaker can open at all shows which of the two counts, as 0 is refused. */
    @Test
    void shouldTakeTheStrongestSourceAndThereTheNewName() throws Exception {
        String old = "saddlebag.breaker.trials";
        String now = "saddlebag.breaker.permitted-number-of-calls-in-half-open-state";
        Path both = file("saddlebag.call.url=" + api.url(), old + "=0", now + "=3");

        assertThat(check(both).status()).isZero();
        assertThat(check(both, "--set", now + "=0").err()).contains(now + " is '0'");
        assertThat(check(file("saddlebag.call.url=" + api.url(), now + "=0"), "--set", old + "=3")
                        .status())
                .isZero();
        System.setProperty(old, "3");
        assertThat(check(file("saddlebag.call.url=" + api.url(), now + "=0")).status())
                .isZero();
        assertThat(check(file("saddlebag.call.url=" + api.url()), "--set", now + "=0")
                        .err())
                .contains(now + " is '0'");
    }

    @Test
    void shouldWinOverAProfileUnderAnOldName() throws Exception {
        Path profile = Files.writeString(
                folder.resolve("profile.properties"),
                "saddlebag.breaker.permitted-number-of-calls-in-half-open-state=0\nsaddlebag.breaker.calls=0\n");
        Path file = file(
                "saddlebag.call.url=" + api.url(),
                "saddlebag.breaker.trials=3",
                "saddlebag.breaker.sliding-window-size=30");

        assertThat(check(file, "--profile", profile.toString()).status()).isZero();
    }

    @Test
    void shouldReadOldNamesOfAPipeline() throws Exception {
        Path file = file(
                "saddlebag.pipelines=geocode",
                "saddlebag.pipeline.geocode.call.url=" + api.url(),
                "saddlebag.pipeline.geocode.breaker.calls=none");

        assertThat(check(file).err()).contains("saddlebag.pipeline.geocode.breaker.sliding-window-size is 'none'");
    }

    @Test
    void shouldGoOnWithARunOfBeforeUnderNewNames() throws Exception {
        String[] common = {"--url", NOBODY, "--keep-going", "--set", "saddlebag.call.deadline=1ms"};
        CommandRun first = process(file("saddlebag.breaker.calls=30"), common);
        assertThat(first.status()).as(first.err()).isEqualTo(3);
        assertThat(Files.readString(output.resolveSibling("results.jsonl.checkpoint")))
                .contains(SETTINGS_OF_BEFORE);

        CommandRun again = process(file("saddlebag.breaker.sliding-window-size=30"), common);

        assertThat(again.summary().path("resumed").booleanValue())
                .as(again.err())
                .isTrue();
    }
}
