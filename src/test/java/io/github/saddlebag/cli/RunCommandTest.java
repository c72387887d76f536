package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The routes as they stand, until they are stopped. */
@Timeout(40)
class RunCommandTest {

    @TempDir
    private Path folder;

    @Test
    void shouldSayWhatItDoesAndHowToStopItAndDoIt() throws Exception {
        Path inbox = Files.createDirectory(folder.resolve("in"));
        Path outbox = folder.resolve("out");
        try (TestApi api = TestApi.start(TestApi::echo);
                CommandRun run = CommandRun.start(
                        "run",
                        "--url",
                        api.url() + "?key=secret",
                        "--set",
                        "saddlebag.source.file.enabled=true",
                        "--set",
                        "saddlebag.source.file.directory=" + inbox,
                        "--set",
                        "saddlebag.deliver.directory=" + outbox)) {

            await().atMost(Duration.ofSeconds(20)).until(() -> run.err().contains("stop with"));
            assertThat(run.err())
                    .contains("files dropped into " + inbox, "go to " + api.url(), outbox.toString(), "Ctrl-C")
                    .doesNotContain("secret");

            Path file = Files.write(folder.resolve("a.jsonl"), items(5));
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
            Files.move(file, inbox.resolve("a.jsonl"));
            await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(inbox.resolve(".done/a.jsonl")));

            assertThat(Files.readAllLines(outbox.resolve("a.jsonl.results.jsonl")))
                    .hasSize(5);
        }
    }

    @Test
    void shouldNotStartWithABadValue() throws Exception {
        CommandRun run = CommandRun.of("run", "--url", "http://127.0.0.1:1/", "--batch-size", "0");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("saddlebag.batch.max-items is '0'");
    }
}
