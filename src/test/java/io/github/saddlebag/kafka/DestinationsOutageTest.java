package io.github.saddlebag.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A file, a topic and an endpoint, of which one is down and then one is killed: the others go on. */
@Tag("slow")
@Timeout(300)
class DestinationsOutageTest extends KafkaFlow {

    private final AtomicBoolean down = new AtomicBoolean(true);
    private final List<String> shipped = new CopyOnWriteArrayList<>();
    private Path inbox;

    private static String id(byte[] line) throws Exception {
        return TestApi.JSON.readTree(line).path("id").textValue();
    }

    /** Chooses what stands in the item. */
    public static final class Chooser {

        public String choose(String item) throws Exception {
            return TestApi.JSON.readTree(item).path("where").textValue();
        }
    }

    /** Hands a file over whose items go where its words say, one after the other. */
    private void give(String name, String... to) throws Exception {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            String where = to[i % to.length];
            lines.add("{\"id\":\"%s-%d-%s\",\"where\":\"%s\"}"
                    .formatted(name, i, where, where.equals("all") ? "eu,topic,ship" : where));
        }
        Path written = Files.write(folder.resolve(name), lines);
        Files.move(written, inbox.resolve(name));
    }

    /** The endpoint, which refuses all while it is down. */
    private TestApi ship() throws Exception {
        return TestApi.start(request -> {
            if (down.get()) {
                return TestApi.answer(503, "down");
            }
            shipped.add(id(request.body()));
            return TestApi.answer(200, "");
        });
    }

    private Set<String> eu() throws Exception {
        Path file = folder.resolve("eu.jsonl");
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        Set<String> ids = new TreeSet<>();
        for (String line : lines) {
            assertThat(ids.add(id(bytes(line)))).as("once: " + line).isTrue();
        }
        return ids;
    }

    private Map<String, Integer> topic() throws Exception {
        return new TreeMap<>(results());
    }

    private static Set<String> of(Set<String> ids, String... names) {
        return ids.stream()
                .filter(id -> Stream.of(names).anyMatch(id::startsWith))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> expected(String to, Map<String, List<String>> files) {
        Set<String> ids = new TreeSet<>();
        files.forEach((name, where) -> {
            for (int i = 0; i < 30; i++) {
                String each = where.get(i % where.size());
                if (each.equals(to) || each.equals("all")) {
                    ids.add("%s-%d-%s".formatted(name, i, each));
                }
            }
        });
        return ids;
    }

    @Test
    void shouldGoOnWithTheOthersAndLoseNothing() throws Exception {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
        inbox = Files.createDirectories(folder.resolve("inbox"));
        try (TestApi ship = ship()) {
            Bundle bundle = bundle();
            bundle.context().getRegistry().bind("chooser", new Chooser());
            bundle.with("saddlebag.source.kafka.enabled", false)
                    .with("saddlebag.source.file.enabled", true)
                    .with("saddlebag.source.file.directory", inbox)
                    .with("saddlebag.source.file.min-age", "0s")
                    .with("saddlebag.source.file.poll", "50ms")
                    .with("saddlebag.deliver.back-off", "50ms")
                    .with("saddlebag.deliver.max-back-off", "500ms")
                    .with("saddlebag.deliver.to-rule", "${bean:chooser?method=choose}")
                    .with("saddlebag.deliver.destination.eu", "file:" + folder.resolve("eu.jsonl"))
                    .with("saddlebag.deliver.destination.topic", "kafka:" + out)
                    .with("saddlebag.deliver.destination.ship", ship.url())
                    .start();
            Map<String, List<String>> files = new TreeMap<>();
            for (String[] file : new String[][] {
                {"a-ship", "ship"}, {"b-mixed", "eu", "topic", "ship", "all"}, {"c-mixed", "all", "eu"}
            }) {
                files.put(file[0], List.of(file).subList(1, file.length));
            }

            // one is down, which nobody knows before what is for others as well fails there
            give("b-mixed", "eu", "topic", "ship", "all");
            give("c-mixed", "all", "eu");
            give("a-ship", "ship");
            await().untilAsserted(() -> {
                assertThat(eu()).isEqualTo(expected("eu", files));
                assertThat(topic().keySet()).isEqualTo(expected("topic", files));
            });
            assertThat(shipped).isEmpty();
            assertThat(inbox.resolve("b-mixed")).exists();

            // another one is killed, while the first comes back
            broker.kill();
            give("d-topic", "topic");
            give("e-eu", "eu");
            give("f-ship", "ship");
            files.put("d-topic", List.of("topic"));
            files.put("e-eu", List.of("eu"));
            files.put("f-ship", List.of("ship"));
            down.set(false);
            await().untilAsserted(() -> {
                assertThat(eu()).isEqualTo(expected("eu", files));
                assertThat(new TreeSet<>(shipped)).isEqualTo(expected("ship", files));
                assertThat(inbox.resolve(".done"))
                        .isDirectoryContaining("glob:**e-eu")
                        .isDirectoryContaining("glob:**f-ship")
                        .isDirectoryContaining("glob:**b-mixed");
            });
            assertThat(inbox.resolve("d-topic")).exists();

            broker.start();
            await().until(() -> Files.exists(inbox.resolve(".done/d-topic")));
            assertThat(topic().keySet()).isEqualTo(expected("topic", files));
            assertThat(of(topic().keySet(), "d-")).hasSize(30);
            assertThat(shipped).doesNotHaveDuplicates();
            assertThat(eu()).isEqualTo(expected("eu", files));
            assertThat(api.requests().stream()
                            .mapToInt(request -> request.ids().size())
                            .sum())
                    .isEqualTo(180);
        }
    }

    /** More of them than are delivered before a commit, and less than may be in flight. */
    @Test
    void shouldGoOnWithOtherRecordsOfATopic() throws Exception {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
        try (TestApi ship = ship()) {
            Bundle bundle = bundle();
            bundle.context().getRegistry().bind("chooser", new Chooser());
            bundle.with("saddlebag.source.kafka.max-poll", 10)
                    .with("saddlebag.batch.max-items", 10)
                    .with("saddlebag.batch.max-in-flight", 500)
                    .with("saddlebag.deliver.back-off", "50ms")
                    .with("saddlebag.deliver.max-back-off", "500ms")
                    .with("saddlebag.deliver.to-rule", "${bean:chooser?method=choose}")
                    .with("saddlebag.deliver.destination.topic", "kafka:" + out)
                    .with("saddlebag.deliver.destination.ship", ship.url())
                    .start();
            List<String> to = new ArrayList<>(Collections.nCopies(60, "ship"));
            to.addAll(Collections.nCopies(200, "topic"));
            to.addAll(Collections.nCopies(60, "ship"));
            to.addAll(Collections.nCopies(200, "topic"));
            broker.send(IntStream.range(0, to.size())
                    .mapToObj(i -> record(
                            i % 3, "k" + i, "{\"id\":\"%s-%d\",\"where\":\"%s\"}".formatted(to.get(i), i, to.get(i))))
                    .toList());

            await().until(() -> topic().size() == 400);
            assertThat(shipped).isEmpty();

            down.set(false);
            await().until(() -> shipped.size() == 120);
            awaitCommitted(Map.of(0, 174L, 1, 173L, 2, 173L));
            assertThat(shipped).doesNotHaveDuplicates();
            assertThat(topic().values()).containsOnly(1);
            assertThat(itemsSent()).isEqualTo(520);
        }
    }
}
