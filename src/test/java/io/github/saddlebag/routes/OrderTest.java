package io.github.saddlebag.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.JobApi;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of one record reach the endpoint one by one, in the order of their source. */
@Tag("slow")
@Timeout(120)
class OrderTest {

    @TempDir
    private Path folder;

    private Path inbox;
    private final Map<String, Integer> stored = new ConcurrentHashMap<>();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final TestApi api = TestApi.start(TestApi::echo);

    @BeforeEach
    void makeFolders() throws Exception {
        inbox = Files.createDirectories(folder.resolve("inbox"));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private Bundle bundle(String mode) {
        return Singles.bundle(mode)
                .with("saddlebag.call.url", api.url())
                .with("saddlebag.call.back-off", "2ms")
                .with("saddlebag.batch.max-items", mode.equals("single") ? 1 : 3)
                .with("saddlebag.batch.max-wait", "1ms")
                .with("saddlebag.job.poll-interval", "5ms")
                .with("saddlebag.job.directory", folder.resolve("jobs"))
                .with("saddlebag.source.file.enabled", true)
                .with("saddlebag.source.file.directory", inbox)
                .with("saddlebag.source.file.poll", "50ms")
                .with("saddlebag.source.file.min-age", "0ms")
                .with("saddlebag.deliver.directory", folder.resolve("outbox"));
    }

    private static List<JsonNode> items(TestApi.Request request) {
        List<JsonNode> items = new ArrayList<>();
        if (request.json().isArray()) {
            request.json().forEach(items::add);
        } else {
            items.add(request.json());
        }
        return items;
    }

    private void begin(List<JsonNode> items) {
        items.forEach(item -> {
            if (!underWay.add(item.path("id").asText())) {
                wrong.add("two of " + item.path("id"));
            }
        });
    }

    private void end(List<JsonNode> items) {
        items.forEach(item -> underWay.remove(item.path("id").asText()));
    }

    private void store(List<JsonNode> items) {
        items.forEach(item -> {
            int version = item.path("v").asInt();
            Integer before = stored.put(item.path("id").asText(), version);
            if (version != (before == null ? 0 : before + 1)) {
                wrong.add(item + " after " + before);
            }
        });
    }

    /** Each third version is refused once. */
    private boolean refuses(List<JsonNode> items) {
        return items.stream().anyMatch(item -> item.path("v").asInt() % 3 == 1 && refused.add(item.toString()));
    }

    /** Long enough for others to come meanwhile. */
    private static void takeTime() throws InterruptedException {
        assertThat(new CountDownLatch(1).await(3, TimeUnit.MILLISECONDS)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldSendTheChangesOfARecordOneByOne(String mode) throws Exception {
        api.behave(request -> {
            List<JsonNode> items = items(request);
            begin(items);
            takeTime();
            boolean refuses = refuses(items);
            if (!refuses) {
                store(items);
            }
            end(items);
            return refuses ? TestApi.answer(500, "") : Singles.either(request);
        });
        shouldEndWithTheLastVersionOfEach(mode);
    }

    /** Whatever becomes of its batch, a change is never under way beside another, and none overtakes an earlier one. */
    @ParameterizedTest
    @ValueSource(strings = {"too large", "refused", "failing", "garbled", "reset", "missing", "throttled", "put back"})
    void shouldKeepTheOrderOfChangesThroughWhatGoesWrong(String kind) throws Exception {
        Random random = new Random(11);
        Map<String, Integer> latest = new ConcurrentHashMap<>();
        api.behave(request -> {
            List<JsonNode> items = items(request);
            begin(items);
            for (JsonNode item : items) {
                int version = item.path("v").asInt();
                Integer before = latest.put(item.path("id").asText(), version);
                if (before != null && version < before) {
                    wrong.add(item + " after " + before);
                }
            }
            takeTime();
            end(items);
            boolean goesWrong;
            synchronized (random) {
                goesWrong = random.nextInt(8) == 0;
            }
            return answerTo(request, items, kind, goesWrong);
        });
        Map<String, Integer> last = new ConcurrentHashMap<>();
        List<String> lines = new ArrayList<>();
        Random ids = new Random(7);
        for (int i = 0; i < 120; i++) {
            String id = Integer.toString(ids.nextInt(12));
            int version = last.merge(id, 0, (before, zero) -> before + 1);
            // the same id, as a number and as a text
            lines.add("{\"id\":" + (i % 2 == 0 ? id : "\"" + id + "\"") + ",\"text\":\"t\",\"v\":" + version + "}");
        }
        Files.write(folder.resolve("a"), lines);
        Files.move(folder.resolve("a"), inbox.resolve("a.jsonl"));
        try (Bundle bundle = bundle("batch")) {
            bundle.with("saddlebag.batch.max-items", 6)
                    .with("saddlebag.batch.max-in-flight", 20)
                    .with("saddlebag.call.max-attempts", 3)
                    .with("saddlebag.call.retry-share", "1")
                    .with("saddlebag.answer.status", kind.equals("put back") ? "/status" : "")
                    .with("saddlebag.answer.retry-statuses", kind.equals("put back") ? "409" : "503")
                    .start();
            await().atMost(60, TimeUnit.SECONDS).until(() -> Files.exists(inbox.resolve(".done/a.jsonl")));
        }

        assertThat(wrong).isEmpty();
        assertThat(latest).isEqualTo(last);
        assertThat(Files.readAllLines(folder.resolve("outbox/a.jsonl.results.jsonl")))
                .hasSize(120);
    }

    private static TestApi.Answer answerTo(
            TestApi.Request request, List<JsonNode> items, String kind, boolean goesWrong) {
        boolean hasBad = items.stream().anyMatch(item -> item.path("id").asInt() == 7);
        return switch (kind) {
            case "too large" -> items.size() > 3 ? TestApi.answer(413, "") : TestApi.echo(request);
            case "refused" -> hasBad ? TestApi.answer(400, "{\"error\":\"bad\"}") : TestApi.echo(request);
            case "failing" -> hasBad ? TestApi.answer(500, "") : TestApi.echo(request);
            case "garbled" -> goesWrong ? TestApi.answer(200, "[{") : TestApi.echo(request);
            case "reset" -> goesWrong ? TestApi.wire(out -> false) : TestApi.echo(request);
            case "missing" -> goesWrong ? TestApi.answer(200, "[]") : TestApi.echo(request);
            case "throttled" -> goesWrong ? TestApi.answer(429, "").with("Retry-After", "0.02") : TestApi.echo(request);
            default ->
                TestApi.answer(
                        200,
                        items.stream()
                                .map(item -> "{\"id\":" + item.path("id") + ",\"status\":"
                                        + (goesWrong && item == items.get(0) ? 409 : 200) + "}")
                                .collect(Collectors.joining(",", "[", "]")));
        };
    }

    @Test
    void shouldAskForTheJobOfAChangeToItsEndBeforeTheNextIsSubmitted() throws Exception {
        JobApi jobs = new JobApi((job, time, request) -> {
            if (time < 2) {
                return JobApi.pending(job);
            }
            store(items(job.submission()));
            end(items(job.submission()));
            return job.results();
        });
        api.behave(request -> {
            if (request.text().isEmpty()) {
                return jobs.answer(request);
            }
            List<JsonNode> items = items(request);
            begin(items);
            if (refuses(items)) {
                end(items);
                return TestApi.answer(500, "");
            }
            return jobs.answer(request);
        });
        shouldEndWithTheLastVersionOfEach("job");
    }

    private void shouldEndWithTheLastVersionOfEach(String mode) throws Exception {
        Random random = new Random(7);
        Map<String, Integer> last = new ConcurrentHashMap<>();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            String id = "k" + random.nextInt(5);
            int version = last.merge(id, 0, (before, zero) -> before + 1);
            lines.add("{\"id\":\"" + id + "\",\"text\":\"t\",\"v\":" + version + "}");
        }
        Files.write(folder.resolve("a"), lines);
        Files.move(folder.resolve("a"), inbox.resolve("a.jsonl"));
        try (Bundle bundle = bundle(mode)) {
            bundle.start();
            await().until(() -> Files.exists(inbox.resolve(".done/a.jsonl")));
        }

        assertThat(wrong).isEmpty();
        assertThat(stored).isEqualTo(last);
        assertThat(Files.readAllLines(folder.resolve("outbox/a.jsonl.results.jsonl")))
                .hasSize(60)
                .noneMatch(line -> line.contains("\"error\""));
    }

    @Test
    void shouldNotLetRequestsThatOnlyReadWaitForEachOther() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        api.behave(request -> {
            // the first of all goes alone
            if (!request.target().endsWith("?first")) {
                both.countDown();
                both.await();
            }
            return TestApi.answer(200, "1");
        });
        String get = "{\"id\":\"a\",\"url\":\"" + api.url() + "\",\"method\":\"GET\"}";
        Files.write(inbox.resolve("a.jsonl"), List.of("\"" + api.url() + "?first\"", get, get));
        try (Bundle bundle = bundle("single")) {
            bundle.start();
            await().until(() -> Files.exists(inbox.resolve(".done/a.jsonl")));
        }
        assertThat(api.requests()).hasSize(3);
    }
}
