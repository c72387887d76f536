package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ReplayCommandTest {

    @TempDir
    private Path folder;

    private CommandRun replay(Path file, TestApi api) throws Exception {
        Path output = folder.resolve("again.jsonl");
        return CommandRun.of("replay", file.toString(), "--output", output.toString(), "--url", api.url());
    }

    @Test
    void shouldRemoveTheDeadLettersThatWereAnswered() throws Exception {
        Path letters = Files.writeString(
                folder.resolve("failed.jsonl"),
                "{\"id\":\"a\",\"item\":{\"id\":\"a\"},\"reason\":\"The endpoint was away.\"}\n");
        try (TestApi api = TestApi.start(TestApi::echo)) {

            CommandRun run = replay(letters, api);

            assertThat(run.status()).as(run.err()).isZero();
            assertThat(letters).doesNotExist();
            assertThat(folder.resolve("again.jsonl")).content().contains("\"id\":\"a\",\"result\"");
        }
    }

    /** They were overwritten, without a word. */
    @ParameterizedTest
    @ValueSource(strings = {"", "of another run"})
    void shouldLeaveEarlierResultsAlone(String checkpoint) throws Exception {
        Path letters = Files.writeString(
                folder.resolve("failed.jsonl"), "{\"item\":{\"id\":\"a\"},\"reason\":\"The endpoint was away.\"}\n");
        Path results = Files.writeString(folder.resolve("again.jsonl"), "{\"id\":\"z\",\"result\":1}\n");
        Path other = folder.resolve("again.jsonl.checkpoint");
        if (!checkpoint.isEmpty()) {
            Files.writeString(other, checkpoint);
        }
        try (TestApi api = TestApi.start(TestApi::echo)) {

            CommandRun run = replay(letters, api);

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err())
                    .contains("--output " + results, "holds results already", "name another file")
                    .doesNotContain("Exception");
            assertThat(results).content().isEqualTo("{\"id\":\"z\",\"result\":1}\n");
            assertThat(letters).exists();
            assertThat(Files.exists(other)).isEqualTo(!checkpoint.isEmpty());
            assertThat(api.requests()).isEmpty();

            Files.writeString(results, "");
            Files.deleteIfExists(other);
            assertThat(replay(letters, api).status()).isZero();
            assertThat(results).content().contains("\"id\":\"a\",\"result\"");
        }
    }

    @Test
    void shouldSayWhereTheItemsAreThatFailedAgain() throws Exception {
        Path letters = Files.writeString(
                folder.resolve("failed.jsonl"), "{\"item\":{\"no\":1},\"reason\":\"It has no id.\"}\n");
        try (TestApi api = TestApi.start(TestApi::echo)) {

            CommandRun run = replay(letters, api);

            assertThat(run.status()).isEqualTo(3);
            assertThat(run.err()).contains("1 of 1 items failed; " + letters);
            assertThat(letters).content().contains("{\\\"no\\\":1}", "\"reason\"");
        }
    }

    /** An input or a result file, given by mistake, was sent and then removed as if it were dead letters. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":\"a\",\"address\":\"1 High Street\"}",
                "{\"id\":\"a\",\"item\":\"a pen\"}",
                "{\"id\":\"a\",\"error\":\"The endpoint was away.\"}",
                "[\"a\"]",
                "1 High Street"
            })
    void shouldLeaveAFileAloneThatHoldsNoDeadLetters(String line) throws Exception {
        Path items = Files.write(folder.resolve("items.jsonl"), List.of("", line));
        try (TestApi api = TestApi.start(TestApi::echo)) {

            CommandRun run = replay(items, api);

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).contains("items.jsonl", "line 2", "dead letter");
            assertThat(items).content().contains(line);
            assertThat(api.requests()).isEmpty();
        }
    }
}
