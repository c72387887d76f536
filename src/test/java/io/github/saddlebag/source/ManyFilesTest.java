package io.github.saddlebag.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Files of an inbox are read side by side, and share batches; each keeps its own results. */
@Timeout(120)
class ManyFilesTest extends InboxFlow {

    private void drop(String name, List<String> lines) throws IOException {
        Path file = Files.write(folder.resolve("new"), lines);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
        Files.move(file, inbox.resolve(name));
    }

    private static List<String> items(String file, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> "{\"id\":\"" + file + "-" + i + "\",\"text\":\"" + i + "\"}")
                .toList();
    }

    private List<String> results(String name) throws IOException {
        Path file = outbox.resolve(name + ".results.jsonl");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private static List<String> resultsOf(String file, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> "{\"id\":\"" + file + "-" + i + "\",\"result\":\"r:" + i + "\"}")
                .toList();
    }

    private long done() throws IOException {
        if (Files.notExists(inbox.resolve(".done"))) {
            return 0;
        }
        try (Stream<Path> all = Files.list(inbox.resolve(".done"))) {
            return all.count();
        }
    }

    private static String name(int i) {
        return String.format("f%04d.jsonl", i);
    }

    @Test
    void shouldShareBatchesAndKeepTheResultsOfEachFileAndSyncEachOnce() throws Exception {
        int files = 200;
        for (int i = 0; i < files; i++) {
            drop(name(i), items("f" + i, 1 + i % 5));
        }
        bundle.start();

        await().atMost(Duration.ofSeconds(90)).until(() -> done() == files);

        for (int i = 0; i < files; i++) {
            assertThat(results(name(i))).containsExactlyElementsOf(resultsOf("f" + i, 1 + i % 5));
        }
        assertThat(api.requests().size()).as("requests for 600 items").isLessThan(files / 2);
        Runs runs = bundle.context().getRegistry().lookupByNameAndType("saddlebagRuns", Runs.class);
        assertThat(runs.disk().syncs()).isLessThanOrEqualTo(files);
        assertThat(runs.disk().folderSyncs()).as("names of many files together").isBetween(1L, files / 10L);
        try (Stream<Path> all = Files.list(outbox)) {
            assertThat(all.map(Path::toString)).noneMatch(name -> name.contains(".checkpoint"));
        }
    }

    @Test
    void shouldNotLetALargeFileStarveSmallOnes() throws Exception {
        drop("0-large.jsonl", items("large", 20_000));
        for (int i = 0; i < 20; i++) {
            drop(name(i), items("f" + i, 3));
        }
        CountDownLatch rest = new CountDownLatch(1);
        AtomicInteger ofLarge = new AtomicInteger();
        api.behave(request -> {
            for (String id : request.ids()) {
                if (id.startsWith("large") && ofLarge.incrementAndGet() > 15_000) {
                    rest.await();
                }
            }
            return TestApi.echo(request);
        });
        bundle.with("saddlebag.batch.max-in-flight", 1000).start();

        await().atMost(Duration.ofSeconds(60)).until(() -> done() == 20);

        assertThat(inbox.resolve("0-large.jsonl")).exists();
        rest.countDown();
        await().atMost(Duration.ofSeconds(60)).until(() -> done() == 21);
        assertThat(results("0-large.jsonl")).containsExactlyElementsOf(resultsOf("large", 20_000));
    }

    @Test
    void shouldKeepToTheItemsInFlightHoweverManyFilesThereAre() throws Exception {
        AtomicInteger inFlight = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        api.behave(request -> {
            int size = request.ids().size();
            most.accumulateAndGet(inFlight.addAndGet(size), Math::max);
            Thread.sleep(20);
            inFlight.addAndGet(-size);
            return TestApi.echo(request);
        });
        for (int i = 0; i < 60; i++) {
            drop(name(i), items("f" + i, 20));
        }
        bundle.with("saddlebag.batch.max-in-flight", 50)
                .with("saddlebag.batch.max-items", 10)
                .start();

        await().atMost(Duration.ofSeconds(90)).until(() -> done() == 60);

        assertThat(most).hasValueLessThanOrEqualTo(50);
        for (int i = 0; i < 60; i++) {
            assertThat(results(name(i))).containsExactlyElementsOf(resultsOf("f" + i, 20));
        }
    }

    /** Line 1 of one file was line 1 of another: each went in a batch of its own, and answers fitted both. */
    @Test
    void shouldTellItemsWithoutAnIdApartByTheirFiles() throws Exception {
        api.behave(request -> {
            List<JsonNode> items = new ArrayList<>();
            request.json()
                    .forEach(item -> items.add(TestApi.JSON
                            .createObjectNode()
                            .put("result", "r:" + item.path("text").asText())));
            return TestApi.json(TestApi.JSON.createArrayNode().addAll(items));
        });
        for (int i = 0; i < 40; i++) {
            drop(name(i), List.of("{\"text\":\"a" + i + "\"}", "{\"text\":\"b" + i + "\"}"));
        }
        bundle.with("saddlebag.answer.match", "position").start();

        await().atMost(Duration.ofSeconds(60)).until(() -> done() == 40);

        for (int i = 0; i < 40; i++) {
            assertThat(results(name(i)))
                    .containsExactly(
                            "{\"id\":1,\"result\":\"r:a" + i + "\"}", "{\"id\":2,\"result\":\"r:b" + i + "\"}");
        }
        assertThat(api.requests()).hasSizeLessThan(30);
    }

    @Test
    void shouldNeverHaveTwoItemsOfOneIdInFlightWhateverTheirFiles() throws Exception {
        Set<String> underWay = ConcurrentHashMap.newKeySet();
        List<String> twice = Collections.synchronizedList(new ArrayList<>());
        api.behave(request -> {
            List<String> ids = request.ids();
            if (new HashSet<>(ids).size() < ids.size()) {
                twice.add(ids.toString());
            }
            ids.forEach(id -> {
                if (!underWay.add(id)) {
                    twice.add(id);
                }
            });
            Thread.sleep(10);
            underWay.removeAll(ids);
            return TestApi.echo(request);
        });
        for (int i = 0; i < 30; i++) {
            drop(name(i), items("same", 5));
        }
        bundle.with("saddlebag.batch.max-items", 3).start();

        await().atMost(Duration.ofSeconds(60)).until(() -> done() == 30);

        assertThat(twice).isEmpty();
        assertThat(results(name(7))).containsExactlyElementsOf(resultsOf("same", 5));
    }

    @Test
    void shouldKeepBatchesApartWhereThatIsAskedFor() throws Exception {
        for (int i = 0; i < 10; i++) {
            drop(name(i), items("f" + i, 7));
        }
        bundle.with("saddlebag.source.file.batch-per-file", true).start();

        await().atMost(Duration.ofSeconds(60)).until(() -> done() == 10);

        assertThat(api.requests())
                .allSatisfy(request -> assertThat(request.ids())
                        .extracting(id -> id.substring(0, id.indexOf('-')))
                        .containsOnly(request.ids()
                                .get(0)
                                .substring(0, request.ids().get(0).indexOf('-'))));
    }

    @Test
    void shouldDisturbNoOtherFileByOneThatFails() throws Exception {
        Files.createDirectories(outbox.resolve(name(3) + ".results.jsonl"));
        api.behave(request -> request.ids().stream().anyMatch(id -> id.startsWith("f5"))
                ? TestApi.answer(400, "no")
                : TestApi.echo(request));
        for (int i = 0; i < 10; i++) {
            drop(name(i), items("f" + i, 4));
        }
        bundle.start();

        await().atMost(Duration.ofSeconds(60)).until(() -> done() == 9);

        assertThat(inbox.resolve(name(3))).exists();
        Map<Integer, Integer> failed = new ConcurrentHashMap<>();
        for (int i = 0; i < 10; i++) {
            failed.put(i, (int) results(i == 3 ? "none" : name(i)).stream()
                    .filter(line -> line.contains("\"error\""))
                    .count());
        }
        failed.values().removeIf(count -> count == 0);
        assertThat(failed).containsOnly(Map.entry(5, 4));
    }

    @Test
    void shouldTakeTheOldestFirstWhereThatIsAskedFor() throws Exception {
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String name = "f" + i * 5 % 6;
            drop(name + ".jsonl", items(name, 1));
            Files.setLastModifiedTime(
                    inbox.resolve(name + ".jsonl"), FileTime.from(Instant.now().minusSeconds(600 - i)));
            order.add(name + "-1");
        }
        bundle.with("saddlebag.source.file.order", "time")
                .with("saddlebag.source.file.open", 1)
                .start();

        await().atMost(Duration.ofSeconds(60)).until(() -> done() == 6);

        assertThat(api.requests().stream().flatMap(request -> request.ids().stream()))
                .containsExactlyElementsOf(order);
    }

    /** A document that is printed over many lines became a dead letter for each of them. */
    @Test
    void shouldSendAFileAsOneItemWhereItIsADocument() throws Exception {
        for (int i = 0; i < 20; i++) {
            drop("order " + i + " für.json", List.of("{", "  \"text\": \"t" + i + "\"", "}"));
        }
        drop("broken.json", List.of("{", "  \"text\": [", "}", "", "}"));
        bundle.with("saddlebag.answer.match", "position").start();

        await().atMost(Duration.ofSeconds(60)).until(() -> done() == 21);

        for (int i = 0; i < 20; i++) {
            assertThat(results("order " + i + " für.json"))
                    .containsExactly("{\"id\":\"order " + i + " für.json\",\"result\":\"r:t" + i + "\"}");
        }
        assertThat(results("broken.json")).hasSize(1);
        assertThat(Files.readAllLines(outbox.resolve("broken.json.failed.jsonl")))
                .hasSize(1);
    }
}
