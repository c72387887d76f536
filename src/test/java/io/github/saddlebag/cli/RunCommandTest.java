package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.check.WhereTo;
import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The routes as they stand, until they are stopped. */
@Tag("slow")
@Timeout(120)
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

            await().atMost(Duration.ofSeconds(60)).until(() -> run.err().contains("stop with"));
            assertThat(run.err())
                    .contains("files dropped into " + inbox, "go to " + api.url(), outbox.toString(), "Ctrl-C")
                    .doesNotContain("secret");

            Path file = Files.write(folder.resolve("a.jsonl"), items(5));
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
            Files.move(file, inbox.resolve("a.jsonl"));
            await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(inbox.resolve(".done/a.jsonl")));

            assertThat(Files.readAllLines(outbox.resolve("a.jsonl.results.jsonl")))
                    .hasSize(5);
        }
    }

    @Test
    void shouldSayThatNothingComesWhereNoSourceIsEnabled() throws Exception {
        try (CommandRun run = CommandRun.start(
                "run", "--url", "http://127.0.0.1:1/", "--set", "saddlebag.source.file.enabled=false")) {

            await().atMost(Duration.ofSeconds(60)).until(() -> run.err().contains("stop with"));

            assertThat(run.err()).contains("no source is enabled", "saddlebag.source.file.enabled=true");
        }
    }

    @Test
    void shouldNotStartWithABadValue() throws Exception {
        CommandRun run = CommandRun.of("run", "--url", "http://127.0.0.1:1/", "--batch-size", "0");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("saddlebag.batch.max-items is '0'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "saddlebag.source.file.enabled=yes",
                "saddlebag.source.timer.enabled=1",
                "saddlebag.source.kafka.enabled=yes",
                "saddlebag.source.kafka.start-at=begin",
                "saddlebag.dead-letter.to=direct:saddlebag-dead-letters-kafak"
            })
    void shouldNotStartWithASwitchOrAPlaceThatIsNone(String setting) throws Exception {
        for (String command : List.of("run", "check")) {
            CommandRun run = CommandRun.of(command, "--url", "http://127.0.0.1:1/", "--set", setting);

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).contains(setting.replace("=", " is '") + "': give ");
        }
    }

    @Test
    void shouldSayWhereResultsGo() {
        Map<String, String> values = new HashMap<>(Map.of(
                "deliver.to", "file",
                "deliver.directory", "outbox",
                "deliver.kafka.topic", "results",
                "deliver.kafka.brokers", "k:9092",
                "deliver.direct.to", "http:host?password=secret",
                "dead-letter.to", "direct:saddlebag-dead-letters",
                "dead-letter.kafka.topic", "failed"));
        WhereTo to = new WhereTo(noun -> values.getOrDefault(noun, ""));

        assertThat(to.words()).isEqualTo("results and dead letters are written to outbox/");
        values.put("deliver.file", "r.jsonl");
        assertThat(to.words()).isEqualTo("results are written to r.jsonl, dead letters are written to outbox/");
        values.put("deliver.to", "kafka");
        values.put("dead-letter.to", "direct:saddlebag-dead-letters-kafka");
        assertThat(to.words())
                .isEqualTo("results go to the topic results of k:9092, dead letters go to the topic failed of k:9092");
        values.put("deliver.to", "direct");
        values.put("deliver.to-header", "where");
        values.put("dead-letter.to", "seda:mine");
        assertThat(to.words())
                .isEqualTo("results go to http:host, where nothing else is chosen, dead letters go to seda:mine");
        values.put("deliver.to", "none");
        assertThat(to.words()).startsWith("results are not kept");
    }
}
