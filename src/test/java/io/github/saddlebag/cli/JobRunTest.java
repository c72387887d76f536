package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.github.saddlebag.runtime.ExitCode;
import io.github.saddlebag.testing.Commands;
import io.github.saddlebag.testing.JobApi;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files whose batches are done as jobs, from the first line to the last result, and over a kill -9. */
@Tag("slow")
@Timeout(120)
class JobRunTest {

    private static final String KEY = "key-5ecret-0815";

    @TempDir
    private Path folder;

    private final JobApi jobs = new JobApi((job, time, request) -> JobApi.pending(job));
    private final TestApi api = TestApi.start(jobs);
    private final List<Process> children = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (Process child : children) {
            child.destroyForcibly().waitFor();
        }
        api.close();
    }

    private List<String> arguments(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("process", "--mode", "job", "--url", api.url() + "?apiKey=" + KEY));
        arguments.addAll(List.of("--input", folder.resolve("items.jsonl").toString()));
        arguments.addAll(List.of("--output", folder.resolve("results.jsonl").toString()));
        arguments.addAll(List.of("--set", "saddlebag.job.poll-interval=20ms"));
        arguments.addAll(List.of(more));
        return arguments;
    }

    /** A JVM of its own, with everything logged that Camel and the routes have to say. */
    private Process child(List<String> arguments) throws IOException {
        List<String> command = Commands.java(
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=debug",
                // what shows properties, and what goes over the wire, does so for that purpose
                "-Dorg.slf4j.simpleLogger.log.org.apache.camel.component.properties=info",
                "-Dorg.slf4j.simpleLogger.log.org.apache.camel.impl.engine.DefaultCamelContextExtension=info",
                "-Dorg.slf4j.simpleLogger.log.org.apache.hc=info",
                Saddlebag.class.getName());
        command.addAll(arguments);
        Process child = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("output.txt").toFile()))
                .start();
        children.add(child);
        return child;
    }

    private long remembered() throws IOException {
        Path store = folder.resolve("results.jsonl.jobs");
        if (!Files.exists(store)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(store)) {
            return files.filter(file -> file.toString().endsWith(".job")).count();
        }
    }

    private void assertNoKeyInAnyFile() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile))
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(Files.readString(file))
                            .as(file.getFileName().toString())
                            .doesNotContain(KEY));
        }
    }

    private List<JsonNode> results() throws IOException {
        List<JsonNode> results = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("results.jsonl"))) {
            results.add(TestApi.JSON.readTree(line));
        }
        return results;
    }

    @Test
    void shouldSubmitNothingTwiceWhereItIsKilled() throws Exception {
        Files.write(folder.resolve("items.jsonl"), items(500));
        List<String> arguments = arguments("--batch-size", "20", "--answer-result", "/result");
        Process killed = child(arguments);
        await().atMost(Duration.ofSeconds(60)).until(() -> remembered() == 25);
        killed.destroyForcibly().waitFor();
        assertNoKeyInAnyFile();
        jobs.script((job, time, request) -> job.results());

        Process next = child(arguments);

        assertThat(next.waitFor()).isZero();
        assertThat(jobs.jobs()).hasSize(25);
        assertThat(results())
                .hasSize(500)
                .allSatisfy(line -> assertThat(line.path("result").asText())
                        .isEqualTo("r:t" + line.path("id").asText()));
        assertThat(folder.resolve("results.jsonl.jobs")).doesNotExist();
        assertThat(api.requests()).allMatch(request -> request.target().contains("apiKey=" + KEY));
        assertNoKeyInAnyFile();
    }

    @Test
    void shouldFindEachLinesPositionWhereTheEndpointTakesMereTexts() throws Exception {
        List<String> addresses = new ArrayList<>();
        Random random = new Random(7);
        for (int i = 0; i < 600; i++) {
            addresses.add("\"" + random.nextInt(400) + " Rue d'Été, \\\"Ö\\\"\"");
        }
        Files.write(folder.resolve("items.jsonl"), addresses);
        jobs.script((job, time, request) -> time < 3 ? JobApi.pending(job) : positions(job, random));

        CommandRun run = CommandRun.of(arguments("--id", "", "--answer-id", "/query/text", "--batch-size", "100")
                .toArray(String[]::new));

        assertThat(run.status()).as(run.err()).isZero();
        List<JsonNode> results = results();
        assertThat(results).hasSize(600);
        for (int i = 0; i < 600; i++) {
            JsonNode text = TestApi.JSON.readTree(addresses.get(i));
            assertThat(results.get(i).path("id")).isEqualTo(text);
            assertThat(results.get(i).path("result").path("lat").asInt())
                    .isEqualTo(text.asText().hashCode());
        }
        assertThat(run.out() + run.err()).doesNotContain(KEY);
        assertThat(folder.resolve("results.jsonl.jobs")).doesNotExist();
    }

    private static Answer positions(JobApi.Job job, Random random) {
        List<JsonNode> positions = new ArrayList<>();
        for (JsonNode text : job.submission().json()) {
            ArrayNode one = TestApi.JSON.createArrayNode();
            one.addObject()
                    .put("lat", text.asText().hashCode())
                    .putObject("query")
                    .set("text", text);
            positions.add(one.get(0));
        }
        synchronized (random) {
            Collections.shuffle(positions, random);
        }
        return TestApi.json(TestApi.JSON.createArrayNode().addAll(positions));
    }

    /** Failed, they would be replayed, and so be paid for twice. */
    @ParameterizedTest
    @ValueSource(ints = {401, 402, 403, 407})
    void shouldKeepJobsThatMayNotBeAskedForAnyMore(int status) throws Exception {
        Files.write(folder.resolve("items.jsonl"), items(60));
        Set<String> asked = ConcurrentHashMap.newKeySet();
        jobs.script((job, time, request) -> {
            boolean well = asked.size() < 3;
            asked.add(job.id());
            return well ? JobApi.pending(job) : TestApi.answer(status, "{\"error\":\"token expired\"}");
        });
        String[] arguments = arguments("--batch-size", "20").toArray(String[]::new);

        CommandRun refused = CommandRun.of(arguments);

        assertThat(refused.status()).as(refused.err()).isEqualTo(1);
        assertThat(refused.err()).contains(Integer.toString(status), "token expired", "no item fails because of this");
        assertThat(folder.resolve("results.jsonl.failed.jsonl")).doesNotExist();

        jobs.script((job, time, request) -> job.results());
        CommandRun again = CommandRun.of(arguments);

        assertThat(again.status()).as(again.err()).isZero();
        assertThat(results()).hasSize(60).noneMatch(line -> line.has("error"));
        assertThat(jobs.jobs()).hasSize(3);
    }

    /** Each further job would be paid for, and its answers never be seen. */
    @Test
    void shouldEndWhereTheFirstJobsCannotBeAskedFor() throws Exception {
        Files.write(folder.resolve("items.jsonl"), items(100));
        api.behave(request -> TestApi.answer(202, "{\"job\":\"x\"}"));

        CommandRun run = CommandRun.of(
                arguments("--batch-size", "1", "--concurrency", "4").toArray(String[]::new));

        assertThat(run.status()).as(run.err()).isEqualTo(1);
        assertThat(run.err()).contains("saddlebag.job.url", "saddlebag.job.id");
        assertThat(folder.resolve("results.jsonl.failed.jsonl")).doesNotExist();
        assertThat(api.requests()).hasSizeLessThanOrEqualTo(10);
    }

    @Test
    void shouldLeaveTheDeadLettersOfJobsThatFail() throws Exception {
        Files.write(
                folder.resolve("items.jsonl"),
                IntStream.range(0, 4).mapToObj(i -> item("x" + i)).toList());
        jobs.script((job, time, request) ->
                job.submission().ids().contains("x2") ? JobApi.status(200, job, "failed") : job.results());

        CommandRun run = CommandRun.of(arguments(
                        "--batch-size",
                        "2",
                        "--set",
                        "saddlebag.call.back-off=5ms",
                        "--set",
                        "saddlebag.call.max-attempts=3")
                .toArray(String[]::new));

        assertThat(run.status()).isEqualTo(ExitCode.SOME_FAILED);
        assertThat(results()).extracting(line -> line.has("error")).containsExactly(false, false, true, true);
        assertThat(Files.readAllLines(folder.resolve("results.jsonl.failed.jsonl")))
                .hasSize(2);
        assertThat(folder.resolve("results.jsonl.jobs")).doesNotExist();
        assertNoKeyInAnyFile();
    }

    /** Each job that is submitted before that is known is paid for, and lost. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1500})
    void shouldSubmitNoOtherJobWhereTheFirstOneCannotBePolled(int millis) throws Exception {
        Files.write(folder.resolve("items.jsonl"), items(100));
        api.behave(request -> TestApi.answer(202, "{\"accepted\":true}").after(millis));

        CommandRun run = CommandRun.of(arguments("--batch-size", "10").toArray(String[]::new));

        assertThat(run.status()).as(run.err()).isEqualTo(1);
        assertThat(run.err()).contains("saddlebag.job");
        assertThat(api.requests()).hasSize(1);
        assertThat(folder.resolve("results.jsonl.failed.jsonl")).doesNotExist();
    }

    /** Each was asked for again, for an hour, while others were submitted; then their items failed. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"status\":\"done\",", "{", "{\"status\":null,"})
    void shouldEndWhereTheResultsOfJobsHaveAnotherShapeAndGoOnWithTheSameJobs(String begin) throws Exception {
        Files.write(folder.resolve("items.jsonl"), items(100));
        jobs.script((job, time, request) -> time < 2
                ? JobApi.pending(job)
                : TestApi.answer(
                        200, begin + "\"data\":" + new String(job.results().body(), UTF_8) + "}"));
        List<String> arguments = arguments("--batch-size", "10");

        CommandRun run = CommandRun.of(arguments.toArray(String[]::new));

        assertThat(run.status()).as(run.err()).isEqualTo(1);
        assertThat(run.err()).contains("--set saddlebag.answer.list=/data");
        assertThat(folder.resolve("results.jsonl.failed.jsonl")).doesNotExist();

        arguments.addAll(List.of("--set", "saddlebag.answer.list=/data"));
        CommandRun again = CommandRun.of(arguments.toArray(String[]::new));

        assertThat(again.status()).as(again.err()).isZero();
        assertThat(results()).hasSize(100).noneMatch(line -> line.has("error"));
        assertThat(jobs.submitted()).hasSize(10);
    }
}
