package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is recorded of a run, and the advice that comes of it. */
@Tag("slow")
@Timeout(120)
class AdviseCommandTest {

    private static final Pattern ADDRESS = Pattern.compile("POST an item to (http://127\\.0\\.0\\.1:\\d+/)");
    private static final String SECRET = "s3cr3t-of-recording";

    @TempDir
    private Path folder;

    private final TestApi api = TestApi.start(TestApi::echo);
    private Path recorded;

    @BeforeEach
    void nameFile() {
        recorded = folder.resolve("run.rec");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private CommandRun process(List<String> items, String... more) throws Exception {
        Path input = Files.write(folder.resolve("items.jsonl"), items);
        Stream<String> begin = Stream.of(
                "process",
                "--input",
                input.toString(),
                "--output",
                folder.resolve("results.jsonl").toString(),
                "--url",
                api.url() + "?key=" + SECRET,
                "--header",
                "Authorization: Bearer " + SECRET,
                "--rate",
                "0");
        return CommandRun.of(Stream.concat(begin, Stream.of(more)).toArray(String[]::new));
    }

    /** Lines of which each comes when the endpoint has been asked for the one before: waiting buys nothing. */
    private final class OneByOne extends InputStream {

        private final List<String> lines;
        private int next;
        private byte[] line = {};
        private int at;

        private OneByOne(List<String> lines) {
            this.lines = lines;
        }

        @Override
        public int read() {
            if (at == line.length) {
                await().pollInterval(Duration.ofMillis(1))
                        .until(() -> api.requests().size() >= next);
                if (next == lines.size()) {
                    return -1;
                }
                line = (lines.get(next++) + '\n').getBytes(StandardCharsets.UTF_8);
                at = 0;
            }
            return line[at++];
        }

        @Override
        public int read(byte[] into, int from, int length) {
            int first = read();
            if (first < 0) {
                return -1;
            }
            into[from] = (byte) first;
            int more = Math.min(length - 1, line.length - at);
            System.arraycopy(line, at, into, from + 1, more);
            at += more;
            return more + 1;
        }
    }

    private JsonNode advised() throws Exception {
        CommandRun run = CommandRun.of("advise", recorded.toString(), "--json");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.outLines()).hasSize(1);
        return run.summary().path("pipelines").path(0);
    }

    private static JsonNode json(CommandRun run) throws IOException {
        String line = run.err()
                .lines()
                .filter(each -> each.startsWith("{"))
                .findFirst()
                .orElseThrow();
        return TestApi.JSON.readTree(line);
    }

    @Test
    void shouldAdviseWhatTheSummaryOfTheRunDid() throws Exception {
        CommandRun run = CommandRun.withInput(
                new OneByOne(items(120)),
                "process",
                "--input",
                "-",
                "--output",
                folder.resolve("results.jsonl").toString(),
                "--url",
                api.url(),
                "--set",
                "saddlebag.batch.max-wait=5ms",
                "--summary",
                "json",
                "--record",
                recorded.toString());

        assertThat(run.status()).as(run.err()).isZero();
        JsonNode summary = json(run).path("advice");
        assertThat(summary).hasSize(1);
        assertThat(summary.path(0).path("setting").asText()).isEqualTo("saddlebag.batch.max-wait");
        assertThat(advised().path("advice")).isEqualTo(summary);
        CommandRun text = CommandRun.of("advise", recorded.toString());
        assertThat(text.status()).isZero();
        assertThat(text.outLines())
                .hasSize(3)
                .element(2)
                .isEqualTo("  advice      " + summary.path(0).path("why").asText());
    }

    @Test
    void shouldRecordBatchesAndRequestsAndNothingOfItemsForItsOwnerOnly() throws Exception {
        CommandRun run = process(items(50), "--batch-size", "5", "--record", recorded.toString());

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(advised().path("batches").asInt()).isEqualTo(10);
        assertThat(advised().path("requests").asInt()).isEqualTo(api.requests().size());
        assertThat(advised().path("advice")).isEmpty();
        assertThat(Files.readString(recorded))
                .endsWith("{\"end\":\"stop\"}\n")
                .doesNotContain(SECRET, "\"i7\"", "127.0.0.1", "text");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(recorded)))
                .isEqualTo("rw-------");
        assertThat(CommandRun.of("advise", recorded.toString()).out()).contains("none: 100 of them say enough");
    }

    @Test
    void shouldReplaceARecordingAndNothingElse() throws Exception {
        Files.writeString(recorded, "three years of work");

        CommandRun refused = process(items(3), "--record", recorded.toString());

        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).contains("--record " + recorded, "is not a recording", "Name another file");
        assertThat(recorded).hasContent("three years of work");
        assertThat(api.requests()).isEmpty();
        Files.delete(recorded);
        for (int i = 0; i < 2; i++) {
            assertThat(process(items(3), "--overwrite", "--record", recorded.toString())
                            .status())
                    .isZero();
        }
        assertThat(advised().path("requests").asInt()).isEqualTo(1);
    }

    @Test
    void shouldRecordWhatIsServed() throws Exception {
        try (CommandRun run = CommandRun.start(
                "serve", "--port", "0", "--url", api.url(), "--linger-ms", "1", "--record", recorded.toString())) {
            await().atMost(Duration.ofSeconds(60)).until(() -> run.err().contains("stop with"));
            Matcher address = ADDRESS.matcher(run.err());
            assertThat(address.find()).as(run.err()).isTrue();
            HttpRequest post = HttpRequest.newBuilder(URI.create(address.group(1)))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(item("a")))
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(post, BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }

        assertThat(recorded).content().endsWith("{\"end\":\"stop\"}\n");
        assertThat(advised().path("batches").asInt()).isEqualTo(1);
    }

    @Test
    void shouldRecordWhatIsRun() throws Exception {
        Path inbox = Files.createDirectory(folder.resolve("in"));
        try (CommandRun run = CommandRun.start(
                "run",
                "--url",
                api.url(),
                "--set",
                "saddlebag.source.file.enabled=true",
                "--set",
                "saddlebag.source.file.directory=" + inbox,
                "--set",
                "saddlebag.deliver.directory=" + folder.resolve("out"),
                "--record",
                recorded.toString())) {
            await().atMost(Duration.ofSeconds(60)).until(() -> run.err().contains("stop with"));
            Path file = Files.write(folder.resolve("a.jsonl"), items(5));
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
            Files.move(file, inbox.resolve("a.jsonl"));
            await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(inbox.resolve(".done/a.jsonl")));
        }

        assertThat(recorded).content().endsWith("{\"end\":\"stop\"}\n");
        assertThat(advised().path("requests").asInt()).isEqualTo(api.requests().size());
    }

    @Test
    void shouldRefuseWhatItCannotRead() throws Exception {
        CommandRun missing = CommandRun.of("advise", recorded.toString());
        Files.write(recorded, items(3));
        CommandRun foreign = CommandRun.of("advise", recorded.toString());

        assertThat(missing.status()).isEqualTo(2);
        assertThat(missing.err()).contains(recorded + ": there is no such file");
        assertThat(foreign.status()).isEqualTo(2);
        assertThat(foreign.err()).contains(recorded + ", line 1: ", "--record FILE");
        assertThat(foreign.out()).isEmpty();
    }
}
