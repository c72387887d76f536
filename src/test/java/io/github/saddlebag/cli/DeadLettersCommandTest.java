package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("slow")
@Timeout(120)
class DeadLettersCommandTest {

    @TempDir
    private Path folder;

    private Path letters;

    private static String letter(String id, String reason, int status, String time) {
        return "{\"id\":\"" + id + "\",\"item\":{\"id\":\"" + id + "\"},\"reason\":\"" + reason + "\",\"status\":"
                + status + ",\"time\":\"" + time + "\"}\n";
    }

    @BeforeEach
    void write() throws Exception {
        letters = Files.writeString(
                folder.resolve("failed.jsonl"),
                letter("a", "It took 31 s.", 504, "2030-01-01T10:00:00Z")
                        + letter("b", "No user 'b'.", 404, "2030-01-01T11:00:00Z")
                        + letter("c", "No user 'c'.", 404, "2030-01-01T12:00:00Z")
                        + "{\"id\":\"torn");
    }

    private CommandRun run(String arguments) throws Exception {
        String[] words = ("dead-letters " + letters + (arguments.isEmpty() ? "" : " ") + arguments).split(" ");
        return CommandRun.of(words);
    }

    @Test
    void shouldCountByReasonTheMostFrequentFirst() throws Exception {
        CommandRun run = run("");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out().lines())
                .containsExactly(
                        letters + ": 3 dead letters",
                        "       2  No user 'b'.  (such as b)",
                        "       1  It took 31 s.  (a)");
    }

    @Test
    void shouldTellTheWordsOfTheEndpoint() throws Exception {
        Files.writeString(
                letters,
                "{\"item\":1,\"reason\":\"It failed.\",\"detail\":\"no zip code\"}\n"
                        + "{\"item\":2,\"reason\":\"It failed.\",\"detail\":\"no street\"}\n");

        assertThat(run("").out().lines().skip(1))
                .containsExactly(
                        "       1  It failed. The endpoint says: no zip code  (line 1)",
                        "       1  It failed. The endpoint says: no street  (line 2)");
    }

    @ParameterizedTest
    @CsvSource({
        "--by status, 2  404|1  504",
        "--since 2030-01-01T11:30:00Z, 1  No user 'c'.",
        "--where status=504, 1  It took 31 s.",
        "--where reason~user --where id=c, 1  No user 'c'.",
        "--limit 1, 2  No user 'b'.",
    })
    void shouldCountThoseThatAreWanted(String arguments, String lines) throws Exception {
        CommandRun run = run(arguments);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out().lines().skip(1).map(line -> line.strip().replaceAll("  \\(.*\\)$", "")))
                .containsExactly(lines.split("\\|"));
    }

    @Test
    void shouldPrintThoseThatAreWantedAsReplayTakesThem() throws Exception {
        Path some = folder.resolve("some.jsonl");
        Files.writeString(some, run("--where status=404 --limit 1 --print").out());

        try (TestApi api = TestApi.start(TestApi::echo)) {
            CommandRun replay =
                    CommandRun.of("replay", some.toString(), "--output", folder + "/again.jsonl", "--url", api.url());

            assertThat(replay.status()).as(replay.err()).isZero();
            assertThat(folder.resolve("again.jsonl")).content().startsWith("{\"id\":\"b\",\"result\"");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--where reason, NAME=VALUE or NAME~TEXT",
        "--since yesterday, how long ago",
        "--limit 0, from 1",
    })
    void shouldRefuseWhatCannotBeMeant(String arguments, String cure) throws Exception {
        CommandRun run = run(arguments);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains(arguments.split(" ")[0], cure);
    }

    @Test
    void shouldRefuseAFileThatHasNoDeadLetters() throws Exception {
        letters = Files.writeString(folder.resolve("items.jsonl"), "{\"id\":\"a\"}\n");

        CommandRun run = run("");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("line 1 is no dead letter");
    }

    @Test
    void shouldBeToldAtTheEndOfARun() throws Exception {
        Path items = Files.writeString(
                folder.resolve("items.jsonl"), "{\"id\":\"a\"}\n{\"id\":\"b\"}\nnone\n{\"id\":\"c\"}\n");
        try (TestApi api = TestApi.start(request -> TestApi.answer(422, ""))) {
            CommandRun run = CommandRun.of(
                    "process",
                    "--input",
                    items.toString(),
                    "--output",
                    folder + "/r.jsonl",
                    "--url",
                    api.url(),
                    "--keep-going");

            assertThat(run.status()).isEqualTo(3);
            assertThat(run.err())
                    .contains("4 of 4 items failed", "   3  ", "422", "such as a", "   1  ", "saddlebag replay");
        }
    }
}
