package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.batch.BatchStats;
import io.github.saddlebag.progress.FileRun;
import io.github.saddlebag.progress.RunNumbers;
import io.github.saddlebag.progress.Summary;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a run says of itself at its end. */
@Tag("slow")
@Timeout(60)
class SummaryTest {

    private static final String SECRET = "s3cr3t-of-summary";

    @TempDir
    private Path folder;

    private final TestApi api = TestApi.start(TestApi::echo);
    private Path input;
    private Path output;

    @BeforeEach
    void nameFiles() throws IOException {
        input = Files.write(folder.resolve("items.jsonl"), items(20));
        output = folder.resolve("results.jsonl");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private CommandRun process(String... more) throws Exception {
        return CommandRun.of(Stream.concat(
                        Stream.of(
                                "process",
                                "--input",
                                input.toString(),
                                "--output",
                                output.toString(),
                                "--url",
                                api.url() + "?key=" + SECRET,
                                "--header",
                                "Authorization: Bearer " + SECRET),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    private static JsonNode json(CommandRun run) throws IOException {
        List<String> lines =
                run.err().lines().filter(line -> line.startsWith("{")).toList();
        assertThat(lines).as(run.err()).hasSize(1);
        return TestApi.JSON.readTree(lines.get(0));
    }

    @Test
    void shouldGiveNoAdviceWhereAFileAlwaysHasMoreItems() throws Exception {
        Files.write(input, items(2000));
        api.behave(Singles::echo);

        CommandRun run = process("--mode", "single", "--summary", "json");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(json(run).path("requests").path("sent").asInt(2000)).isEqualTo(2000);
        assertThat(json(run).path("advice")).isEmpty();
    }

    @Test
    void shouldTellRequestsFillAndTimes() throws Exception {
        CommandRun run = process("--batch-size", "5", "--concurrency", "1");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err())
                .contains("20 items in ", "  items       20 answered, 0 failed", "  requests    4\n")
                .contains("  batches     4 with 5.0 items each (100% full): 4 by count")
                .containsPattern("  calls       p50 [0-9.]+ m?s, p95 [0-9.]+ m?s, p99 [0-9.]+ m?s")
                .doesNotContain(SECRET, "again ", "paused ");
        assertThat(run.outLines()).hasSize(1);
        assertThat(run.summary().fieldNames())
                .toIterable()
                .containsExactly("items", "seconds", "items_per_s", "errors", "peak_rss_kb", "cpu_s");
    }

    /** A stop after 100 answers behind a slow item said "0 answered", and named them nowhere in the numbers. */
    @Test
    void shouldCountAnswersThatAreKeptForTheirTurn() {
        FileRun.Result stopped = new FileRun.Result(
                0, 0, 0, 4700, 100, true, 0, Duration.ZERO, null, null, "stopped", null, true, false, false);
        RunNumbers numbers =
                new RunNumbers(new PipelineStats(), new BatchStats(), true, 100, Duration.ofMillis(10), 16);

        Summary summary = new Summary(stopped, numbers);

        assertThat(summary.text().get(0)).endsWith("0 answered, 0 failed, 100 kept, 4,700 returned");
        assertThat(summary.json(1, List.of(), null)).contains("\"kept\":100,\"given_back\":4700");
    }

    @Test
    void shouldTellAsOneLineOfJsonWhatItTellsPeople() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        String third = items(20).get(3);
        String id = TestApi.JSON.readTree(third).get("id").asText();
        api.behave(request -> {
            int call = calls.incrementAndGet();
            if (call == 1) {
                return TestApi.answer(429, "").with("Retry-After", "1");
            }
            if (call == 2) {
                return TestApi.answer(500, "");
            }
            return request.ids().contains(id) ? TestApi.answer(422, "") : TestApi.echo(request);
        });

        CommandRun run = process("--batch-size", "10", "--concurrency", "1", "--summary", "json");

        assertThat(run.status()).as(run.err()).isEqualTo(3);
        JsonNode json = json(run);
        assertThat(json.path("items").asInt()).isEqualTo(20);
        assertThat(json.path("answered").asInt()).isEqualTo(19);
        assertThat(json.path("failed").asInt()).isEqualTo(1);
        JsonNode requests = json.path("requests");
        assertThat(requests.path("in_all").asInt()).isEqualTo(api.requests().size());
        assertThat(requests.path("refused").asInt()).isEqualTo(1);
        assertThat(requests.path("refusals").asInt()).isEqualTo(1);
        assertThat(requests.path("retries").asInt()).isEqualTo(2);
        assertThat(requests.path("lost").asInt()).isZero();
        assertThat(requests.path("bisections").asInt()).isPositive();
        assertThat(requests.path("ok").asInt()
                        + requests.path("failed").asInt()
                        + requests.path("refused").asInt())
                .isEqualTo(api.requests().size());
        assertThat(json.path("batches").path("count").asInt()).isEqualTo(2);
        assertThat(json.path("batches").path("fill").asDouble()).isEqualTo(1);
        assertThat(json.path("paused_s").asDouble()).isGreaterThanOrEqualTo(1);
        assertThat(json.path("ms").path("call").path("p99").asDouble()).isPositive();
        JsonNode failure = json.path("failures").path(0);
        assertThat(failure.path("count").asInt()).isEqualTo(1);
        assertThat(failure.path("example").asText()).isEqualTo(id);
        assertThat(failure.path("kind").asText()).isEqualTo("refused");
        assertThat(failure.path("cure").asText()).contains("replay");
        assertThat(json.path("dead_letters").asText()).isEqualTo(output + ".failed.jsonl");
        assertThat(run.err()).doesNotContain(SECRET);
    }

    @Test
    void shouldTellOfEachRequestByWhatCameOfItself() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        api.behave(request -> switch (calls.incrementAndGet()) {
            case 1 -> TestApi.answer(429, "").with("Retry-After", "1");
            case 3 -> TestApi.answer(500, "");
            default -> TestApi.echo(request);
        });

        CommandRun run = process("--batch-size", "10", "--concurrency", "1", "--summary", "json");

        assertThat(run.status()).as(run.err()).isZero();
        JsonNode requests = json(run).path("requests");
        assertThat(requests.path("in_all").asInt()).isEqualTo(4);
        assertThat(requests.path("refused").asInt()).isEqualTo(1);
        assertThat(requests.path("failed").asInt()).isEqualTo(1);
        assertThat(requests.path("ok").asInt()).isEqualTo(2);
    }

    @Test
    void shouldGroupFailuresWithTheirCures() throws Exception {
        api.behave(request -> TestApi.answer(404, ""));

        CommandRun run = process("--keep-going");

        assertThat(run.status()).as(run.err()).isEqualTo(3);
        assertThat(run.err())
                .contains("20 of 20 items failed; " + output + ".failed.jsonl has them")
                .contains("      20  ", "404 Not Found", "Check the address (--url)", "saddlebag replay " + output);
        assertThat(Files.readAllLines(Path.of(output + ".failed.jsonl")))
                .allMatch(line -> line.contains("\"kind\":\"not_found\""));
    }

    @Test
    void shouldTellNothingWhereNothingIsWanted() throws Exception {
        CommandRun run = process("--summary", "none");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).doesNotContain("requests", "items in");
    }

    @Test
    void shouldCountRequestsOfOneItemEach() throws Exception {
        api.behave(request -> TestApi.answer(200, "{\"ok\":true}"));

        CommandRun run = process("--mode", "single", "--concurrency", "4", "--summary", "json");

        assertThat(run.status()).as(run.err()).isZero();
        JsonNode json = json(run);
        assertThat(json.path("requests").path("ok").asInt()).isEqualTo(20);
        assertThat(json.path("requests").path("in_all").asInt()).isEqualTo(20);
        assertThat(json.has("batches")).isFalse();
        assertThat(json.path("ms").path("call").path("p50").asDouble()).isPositive();
    }

    @Test
    void shouldRefuseAnUnknownForm() throws Exception {
        CommandRun run = process("--summary", "xml");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--summary", "text, json or none");
    }
}
