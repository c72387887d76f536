package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Responses that are larger than what there is room for, one by one or all together. */
@Tag("slow")
@Timeout(120)
class MemoryBoundTest {

    private static final String LARGE = "x".repeat(40_000);

    @TempDir
    private Path folder;

    /** By then a response was read, as eight requests are in flight: before, it is not known how large they are. */
    private static final int KNOWN = 16;

    private final TestApi api = TestApi.start(request -> large(request.ids()));
    private Path input;
    private Path output;

    @BeforeEach
    void nameFiles() throws IOException {
        input = Files.write(folder.resolve("items.jsonl"), items(60));
        output = folder.resolve("results.jsonl");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private CommandRun process(String output, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "process",
                "--input",
                input.toString(),
                "--output",
                output,
                "--url",
                api.url(),
                "--dead-letters",
                folder.resolve("letters.jsonl").toString()));
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(new String[0]));
    }

    private static Answer large(List<String> ids) {
        return TestApi.answer(
                200,
                ids.stream()
                        .map(id -> "{\"id\":\"" + id + "\",\"v\":\"" + LARGE + "\"}")
                        .collect(Collectors.joining(",", "[", "]")));
    }

    /** Of small ones, a bomb that is much larger than its body. */
    private static Answer bomb(List<String> ids, Set<String> bombs) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            String text = ids.stream()
                    .map(id ->
                            "{\"id\":\"" + id + "\",\"v\":\"" + (bombs.contains(id) ? "y".repeat(6 << 20) : "") + "\"}")
                    .collect(Collectors.joining(",", "[", "]"));
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return TestApi.answer(200, zipped.toByteArray())
                .with("Content-Type", "application/json")
                .with("Content-Encoding", "gzip");
    }

    private List<String> ids(List<String> lines) {
        return lines.stream()
                .map(line -> line.substring(7, line.indexOf('"', 7)))
                .toList();
    }

    private static List<String> allIds() {
        return items(60).stream()
                .map(item -> item.substring(7, item.indexOf('"', 7)))
                .toList();
    }

    /** Eight responses of 400 KB twice, where there is room for three: memory ended. */
    @Test
    void shouldSendNoMoreThanThereIsRoomForTheResponses() throws Exception {
        Files.write(input, items(200));
        api.countFrom(KNOWN);
        api.behave(request -> large(request.ids()).after(30));

        CommandRun run = process(output.toString(), "--batch-size", "5", "--set", "saddlebag.call.max-memory=2MB");

        assertThat(run.status()).as(run.err()).isZero();
        List<String> lines = Files.readAllLines(output);
        assertThat(lines).hasSize(200).allMatch(line -> line.contains(LARGE));
        assertThat(api.peakInFlight()).as("and one that is waited for").isLessThanOrEqualTo(4);
    }

    @Test
    void shouldHalveABatchWhoseResponseIsTooLarge() throws Exception {
        CommandRun run = process(output.toString(), "--batch-size", "30", "--set", "saddlebag.call.max-memory=1500KB");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(ids(Files.readAllLines(output))).isEqualTo(allIds());
    }

    /** All that is answered waits for the first item, and takes all the room: it must not wait for them. */
    @Test
    void shouldNotHoldUpWhatTheNextLineWaitsFor() throws Exception {
        AtomicInteger refused = new AtomicInteger();
        api.behave(request -> request.ids().contains("i1") && refused.incrementAndGet() <= 3
                ? TestApi.answer(500, "later")
                : large(request.ids()));

        CommandRun run = process(
                "-",
                "--batch-size",
                "5",
                "--set",
                "saddlebag.call.max-memory=1MB",
                "--set",
                "saddlebag.call.max-back-off=200ms");

        assertThat(run.status()).as(run.err()).isZero();
        List<String> lines = run.outLines();
        assertThat(ids(lines.subList(0, lines.size() - 1))).isEqualTo(allIds());
    }

    @Test
    void shouldFailThoseAloneWhoseResponsesAreTooLarge() throws Exception {
        api.behave(request -> bomb(request.ids(), Set.of("i7", "i33", "i34")));

        CommandRun run = process(output.toString(), "--batch-size", "20", "--set", "saddlebag.call.max-memory=4MB");

        assertThat(run.status()).as(run.err()).isEqualTo(3);
        List<String> lines = Files.readAllLines(output);
        assertThat(ids(lines)).isEqualTo(allIds());
        assertThat(ids(lines.stream().filter(line -> line.contains("\"error\"")).toList()))
                .containsExactly("i7", "i33", "i34");
        assertThat(lines.get(6)).contains("saddlebag.call.max-memory", "there is room for 3670016 of the 4194304");
    }

    @Test
    void shouldSendNoMoreSingleRequestsThanThereIsRoomForTheResponses() throws Exception {
        String result = "x".repeat(200_000);
        api.countFrom(KNOWN);
        api.behave(request -> TestApi.answer(200, "{\"v\":\"" + result + "\"}").after(30));

        CommandRun run = process(output.toString(), "--mode", "single", "--set", "saddlebag.call.max-memory=2MB");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(Files.readAllLines(output)).hasSize(60).allMatch(line -> line.contains(result));
        assertThat(api.peakInFlight()).as("and one that is waited for").isLessThanOrEqualTo(4);
    }

    @Test
    void shouldFailSingleRequestsAloneWhoseResponsesAreTooLarge() throws Exception {
        Set<String> bombs = Set.of("i7", "i8", "i9", "i33", "i34");
        api.behave(request -> bomb(List.of(request.json().path("id").asText()), bombs));

        CommandRun run = process(output.toString(), "--mode", "single", "--set", "saddlebag.call.max-memory=4MB");

        assertThat(run.status()).as(run.err()).isEqualTo(3);
        List<String> lines = Files.readAllLines(output);
        assertThat(ids(lines)).isEqualTo(allIds());
        assertThat(ids(lines.stream().filter(line -> line.contains("\"error\"")).toList()))
                .containsExactly("i7", "i8", "i9", "i33", "i34");
        assertThat(lines.get(6)).contains("saddlebag.call.max-memory", "there is room for 3670016 of the 4194304");
    }

    @Test
    void shouldSubmitNoJobAgainWhoseResultsAreTooLarge() throws Exception {
        AtomicInteger submitted = new AtomicInteger();
        api.behave(request -> {
            if (request.method().equals("POST")) {
                submitted.incrementAndGet();
                return TestApi.answer(202, "").with("Location", "/jobs/1");
            }
            return large(allIds());
        });

        CommandRun run = process(
                output.toString(),
                "--mode",
                "job",
                "--batch-size",
                "60",
                "--set",
                "saddlebag.call.max-memory=1MB",
                "--set",
                "saddlebag.job.poll-interval=10ms");

        assertThat(run.status()).as(run.err()).isEqualTo(3);
        assertThat(Files.readAllLines(output)).hasSize(60).allMatch(line -> line.contains("saddlebag.call.max-memory"));
        assertThat(submitted).hasValue(1);
    }

    /** What says that a job is not done is small, however large the results of others are. */
    @Test
    void shouldAskForManyJobsAtOnceWhoseResultsAreLarge() throws Exception {
        Map<String, List<String>> jobs = new ConcurrentHashMap<>();
        AtomicInteger asked = new AtomicInteger(-1);
        CountDownLatch together = new CountDownLatch(4);
        AtomicInteger alone = new AtomicInteger();
        api.behave(request -> {
            if (request.method().equals("POST")) {
                String name = "/jobs/" + request.ids().get(0);
                jobs.put(name, request.ids());
                return TestApi.answer(202, "").with("Location", name);
            }
            if (request.target().equals("/jobs/i1")) {
                asked.compareAndSet(-1, 0);
                return large(jobs.get(request.target()));
            }
            if (asked.get() < 0 || asked.getAndIncrement() < 5) {
                return TestApi.answer(202, "{\"status\":\"running\"}");
            }
            together.countDown();
            if (!together.await(10, TimeUnit.SECONDS)) {
                alone.incrementAndGet();
            }
            return large(jobs.get(request.target()));
        });

        CommandRun run = process(
                output.toString(),
                "--mode",
                "job",
                "--batch-size",
                "10",
                "--set",
                "saddlebag.call.max-memory=2MB",
                "--set",
                "saddlebag.job.poll-interval=10ms",
                "--set",
                "saddlebag.job.max-poll-interval=20ms");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(ids(Files.readAllLines(output))).isEqualTo(allIds());
        assertThat(alone).as("questions that waited for others").hasValue(0);
    }
}
