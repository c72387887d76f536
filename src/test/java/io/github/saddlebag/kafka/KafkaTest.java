package io.github.saddlebag.kafka;

import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.github.saddlebag.testing.Async;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Delivery;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.camel.component.kafka.KafkaConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From topic to topic, with a real broker. */
@Tag("slow")
@Timeout(120)
class KafkaTest extends KafkaFlow {

    @Test
    void shouldGiveEachResultTheKeyAndTheHeadersOfItsRecord() throws Exception {
        byte[] binary = {(byte) 0xff, 0, (byte) 0xfe};
        ProducerRecord<byte[], byte[]> full = new ProducerRecord<>(in, 0, binary, bytes(item("a")));
        full.headers()
                .add("trace", bytes("abc"))
                .add("blob", binary)
                .add("CamelFileName", bytes("../x"))
                .add("kafka.OVERRIDE_TOPIC", bytes(letters))
                .add("kafka.PARTITION_KEY", bytes("2"));
        broker.send(List.of(full, record(1, "k", item("b")), record(2, null, item("c"))));

        toTopics().start();
        awaitCommitted(Map.of(0, 1L, 1, 1L, 2, 1L));

        Map<String, ConsumerRecord<byte[], byte[]>> results = new HashMap<>();
        broker.read(out).forEach(r -> results.put(text(r.value()), r));
        assertThat(results)
                .containsOnlyKeys(
                        "{\"id\":\"a\",\"result\":\"r:ta\"}",
                        "{\"id\":\"b\",\"result\":\"r:tb\"}",
                        "{\"id\":\"c\",\"result\":\"r:tc\"}");
        ConsumerRecord<byte[], byte[]> a = results.get("{\"id\":\"a\",\"result\":\"r:ta\"}");
        assertThat(a.key()).isEqualTo(binary);
        assertThat(a.headers().toArray()).extracting(Header::key).containsExactlyInAnyOrder("trace", "blob");
        assertThat(a.headers().lastHeader("trace").value()).isEqualTo(bytes("abc"));
        assertThat(a.headers().lastHeader("blob").value()).isEqualTo(binary);
        assertThat(text(results.get("{\"id\":\"b\",\"result\":\"r:tb\"}").key()))
                .isEqualTo("k");
        assertThat(results.get("{\"id\":\"c\",\"result\":\"r:tc\"}").key()).isNull();
        assertThat(broker.read(letters)).isEmpty();
    }

    @Test
    void shouldMakeDeadLettersOfWhatIsNoItemAndGoOn() throws Exception {
        broker.send(List.of(
                record(0, "k0", item("a")),
                record(0, "k1", "no json"),
                new ProducerRecord<>(in, 0, bytes("k2"), null),
                record(0, "k3", ""),
                new ProducerRecord<>(in, 0, bytes("k4"), new byte[] {(byte) 0xff, (byte) 0xfe}),
                new ProducerRecord<>(in, 0, bytes("k5"), bytes("\0\0\0\1\2" + item("b")))));

        toTopics().start();
        awaitCommitted(Map.of(0, 6L));

        Map<Long, JsonNode> found = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> letter : broker.read(letters)) {
            JsonNode json = TestApi.JSON.readTree(letter.value());
            assertThat(text(letter.key())).isEqualTo("k" + json.path("offset").asLong());
            assertThat(json.path("source").asText()).isEqualTo(in);
            assertThat(json.path("partition").asInt(-1)).isZero();
            found.put(json.path("offset").asLong(), json);
        }
        assertThat(found).containsOnlyKeys(1L, 2L, 3L, 4L);
        assertThat(found.get(1L).path("text").asText()).isEqualTo("no json");
        assertThat(found.get(1L).path("reason").asText()).startsWith(in + " partition 0 offset 1: ");
        assertThat(found.get(2L).get("item").isNull()).isTrue();
        assertThat(found.get(2L).path("reason").asText()).contains("tombstone");
        assertThat(results()).containsOnlyKeys("a", "b", in + "/0/1", in + "/0/2", in + "/0/3", in + "/0/4");
        assertThat(api.requests()).allSatisfy(r -> assertThat(r.ids()).isSubsetOf("a", "b"));
    }

    @Test
    void shouldTakeKeysForIdsAndPassTombstonesOnBehindWhatCameBefore() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        api.behave(request -> {
            answer.await();
            return byPosition(request);
        });
        broker.send(List.of(
                record(0, "k1", "{\"text\":\"a\"}"),
                new ProducerRecord<>(in, 0, bytes("k1"), null),
                record(0, "k1", "{\"text\":\"b\"}"),
                new ProducerRecord<>(in, 0, bytes("k2"), null),
                record(0, null, "{\"text\":\"c\",\"id\":\"x\"}"),
                record(0, "k3", "no json"),
                new ProducerRecord<>(in, 0, bytes("k4"), bytes("\0\0\0\1\2\2avro\7")),
                new ProducerRecord<>(in, 0, bytes("k5"), bytes("\0\0\0\1\2\"avro\7"))));

        toTopics(List.of(
                        "saddlebag.source.kafka.id=key",
                        "saddlebag.source.kafka.tombstones=pass",
                        "saddlebag.answer.match=position"))
                .start();
        await().until(() -> broker.read(out).size() >= 4);
        assertThat(broker.read(out)).as("k1 waits for its turn").noneMatch(r -> "k1".equals(key(r)));
        answer.countDown();
        awaitCommitted(Map.of(0, 8L));

        List<ConsumerRecord<byte[], byte[]>> results = broker.read(out);
        assertThat(results.stream()
                        .filter(r -> "k1".equals(key(r)))
                        .map(r -> r.value() == null ? null : text(r.value())))
                .containsExactly("{\"id\":\"k1\",\"result\":\"r:a\"}", null, "{\"id\":\"k1\",\"result\":\"r:b\"}");
        Map<String, ConsumerRecord<byte[], byte[]>> byKey = new HashMap<>();
        results.forEach(r -> byKey.put(String.valueOf(key(r)), r));
        assertThat(byKey.get("k2").value()).isNull();
        assertThat(text(byKey.get("null").value())).isEqualTo("{\"id\":\"x\",\"result\":\"r:c\"}");
        for (int number = 3; number <= 5; number++) {
            ConsumerRecord<byte[], byte[]> failed = byKey.get("k" + number);
            assertThat(text(failed.value())).startsWith("{\"id\":\"k" + number + "\",\"error\":");
            assertThat(text(failed.headers().lastHeader("saddlebag-topic").value()))
                    .isEqualTo(in);
            assertThat(text(failed.headers().lastHeader("saddlebag-partition").value()))
                    .isEqualTo("0");
            assertThat(text(failed.headers().lastHeader("saddlebag-offset").value()))
                    .isEqualTo("" + (number + 2));
            if (number > 3) {
                assertThat(text(failed.value())).contains("Confluent's framing (schema 258)");
            }
        }
        assertThat(broker.read(letters)).hasSize(3);
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? null : text(record.key());
    }

    /** An answer for each item, without an id. */
    private static TestApi.Answer byPosition(TestApi.Request request) throws Exception {
        ArrayNode answers = TestApi.JSON.createArrayNode();
        for (JsonNode item : TestApi.JSON.readTree(request.body())) {
            answers.addObject().put("result", "r:" + item.path("text").asText());
        }
        return TestApi.answer(200, answers.toString());
    }

    @Test
    void shouldDropTombstonesWhereAsked() throws Exception {
        broker.send(List.of(
                new ProducerRecord<>(in, 0, bytes("k1"), null),
                record(0, "k2", item("a")),
                new ProducerRecord<>(in, 0, bytes("k3"), null)));
        toTopics(List.of("saddlebag.source.kafka.tombstones=drop")).start();

        awaitCommitted(Map.of(0, 3L));
        assertThat(results()).isEqualTo(Map.of("a", 1));
        assertThat(broker.read(letters)).isEmpty();
    }

    @Test
    void shouldAppendToFilesOfTheTopicWhereNoOtherDestinationIsGiven() throws Exception {
        broker.send(List.of(record(0, "k", item("a")), record(1, "k", "no json")));

        bundle().start();
        awaitCommitted(Map.of(0, 1L, 1, 1L));

        assertThat(Files.readAllLines(folder.resolve(in + ".results.jsonl"))).hasSize(2);
        assertThat(Files.readAllLines(folder.resolve(in + ".failed.jsonl"))).hasSize(1);
    }

    @Test
    void shouldDeliverWhatIsAnsweredAndCommitUpToTheFirstThatIsNotWhereItStops() throws Exception {
        api.behave(request -> request.ids().contains("i6") ? TestApi.answer(500, "") : TestApi.echo(request));
        broker.send(IntStream.rangeClosed(1, 10)
                .mapToObj(i -> record(0, "k", item("i" + i)))
                .toList());
        Bundle first = toTopics(List.of(
                        "saddlebag.batch.max-items=1",
                        "saddlebag.call.back-off=60s",
                        "saddlebag.call.max-back-off=60s",
                        "saddlebag.breaker.minimum-number-of-calls=100",
                        "saddlebag.breaker.sliding-window-size=100"))
                .start();
        await().atMost(Duration.ofSeconds(60)).until(() -> results().size() == 9);

        first.close();

        assertThat(broker.committed(in)).isEqualTo(Map.of(0, 5L));
        assertThat(broker.read(letters)).as("a stop is not a fate").isEmpty();
        api.behave(TestApi::echo);
        toTopics().start();
        awaitCommitted(Map.of(0, 10L));
        assertThat(results()).hasSize(10).containsEntry("i6", 1).containsEntry("i5", 1);
    }

    /** Records that wait for the rate are given back at a stop, and none of them is begun. */
    @Test
    void shouldGiveBackWhatWaitsForTheRateWhereItStops() throws Exception {
        broker.send(records(60));
        Bundle first = toTopics(List.of("saddlebag.batch.max-items=1", "saddlebag.call.rate=1"));
        first.start();
        await().until(() -> !results().isEmpty());

        first.close();

        int sent = itemsSent();
        assertThat(sent).isLessThan(60);
        assertThat(results()).hasSize(sent);
        toTopics().start();
        awaitCommitted(Map.of(0, 20L, 1, 20L, 2, 20L));
        assertThat(itemsSent()).as("none is sent again").isEqualTo(60);
        assertThat(results())
                .hasSize(60)
                .allSatisfy((id, times) -> assertThat(times).isEqualTo(1));
        assertThat(broker.read(letters)).isEmpty();
    }

    @Test
    void shouldCommitNothingThatHasNotItsFate() throws Exception {
        api.behave(request -> TestApi.answer(200, "").delivered(Delivery.HANG));
        broker.send(records(30));
        Bundle first = toTopics().start();
        await().until(() -> !api.requests().isEmpty());
        first.context().getShutdownStrategy().setTimeout(1);
        first.close();

        assertThat(broker.committed(in)).isEmpty();
        assertThat(broker.read(out)).isEmpty();
        assertThat(broker.read(letters)).as("a stop is not a fate").isEmpty();

        api.behave(TestApi::echo);
        toTopics().start();
        awaitCommitted(Map.of(0, 10L, 1, 10L, 2, 10L));
        assertThat(results())
                .hasSize(30)
                .allSatisfy((id, count) -> assertThat(count).isEqualTo(1));
    }

    @Test
    void shouldDeliverAgainWithoutAnotherCallAndCommitOnlyThen() throws Exception {
        // within a file there is no folder
        Path outbox = Files.writeString(folder.resolve("outbox"), "");
        broker.send(records(30));
        bundle().with("saddlebag.deliver.directory", outbox)
                .with("saddlebag.deliver.back-off", "20ms")
                .start();
        await().until(() ->
                api.requests().stream().mapToInt(r -> r.ids().size()).sum() == 30);
        assertThat(broker.committed(in)).isEmpty();

        Files.delete(outbox);
        awaitCommitted(Map.of(0, 10L, 1, 10L, 2, 10L));

        assertThat(Files.readAllLines(outbox.resolve(in + ".results.jsonl"))).hasSize(30);
        assertThat(api.requests().stream().mapToInt(r -> r.ids().size()).sum()).isEqualTo(30);
    }

    @Test
    void shouldTakeRecordsThatAreLargeAndPollsOfOne() throws Exception {
        String large = "{\"id\":\"large\",\"text\":\"" + "x".repeat(3 << 20) + "\"}";
        broker.send(List.of(record(0, "a", item("a")), record(0, "l", large), record(0, "b", item("b"))));

        toTopics()
                .with("saddlebag.source.kafka.max-poll", 1)
                .with("saddlebag.batch.max-in-flight", 10)
                .start();
        awaitCommitted(Map.of(0, 3L));

        assertThat(results()).isEqualTo(Map.of("a", 1, "b", 1, "large", 1));
    }

    @Test
    void shouldNotWaitForMoreWhereRecordsNeverCeaseToTrickleIn() throws Exception {
        toTopics().start();
        CountDownLatch done = new CountDownLatch(1);
        Thread trickle = new Thread(() -> {
            try (var producer = broker.producer()) {
                for (int i = 1; done.getCount() > 0; i++) {
                    producer.send(record(0, "k", item("i" + i)));
                    done.await(20, java.util.concurrent.TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        trickle.start();
        try {
            await().until(() -> api.requests().size() >= 3);
        } finally {
            done.countDown();
            trickle.join();
        }
    }

    @Test
    void shouldFailAtOnceBehindARecordThatWaitedForItsTopicInVain() throws Exception {
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "bootstrap.servers",
                broker.address(),
                "max.block.ms",
                "1000",
                "key.serializer",
                ByteArraySerializer.class,
                "value.serializer",
                ByteArraySerializer.class));
        String later = out + "-later";
        List<Exception> errors = new CopyOnWriteArrayList<>();
        try (PromptProducer producer = new PromptProducer(properties)) {
            await().atMost(Duration.ofSeconds(50)).until(() -> {
                for (int i = 0; i < 100; i++) {
                    producer.send(new ProducerRecord<>(later, bytes("x")), (metadata, error) -> errors.add(error));
                }
                return true;
            });
            assertThat(errors).hasSize(100).doesNotContainNull();

            broker.topic(later, 1);
            await().ignoreExceptions()
                    .untilAsserted(() -> assertThat(producer.send(new ProducerRecord<>(later, bytes("y")))
                                    .get())
                            .isNotNull());
        }
        assertThat(broker.read(later)).hasSize(1);
    }

    @Test
    void shouldDeliverWithoutAnotherCallOnceTheTopicsAreThere() throws Exception {
        String later = in + "-later";
        broker.send(records(30));
        toTopics(List.of("saddlebag.deliver.kafka.topic=" + later, "saddlebag.deliver.max-back-off=1s"))
                .start();
        await().until(() ->
                api.requests().stream().mapToInt(r -> r.ids().size()).sum() == 30);
        assertThat(broker.committed(in)).isEmpty();

        broker.topic(later, 1);
        awaitCommitted(Map.of(0, 10L, 1, 10L, 2, 10L));
        assertThat(broker.read(later)).hasSize(30);
        assertThat(api.requests().stream().mapToInt(r -> r.ids().size()).sum()).isEqualTo(30);
    }

    @Test
    void shouldWaitForATopicThatIsEmpty() throws Exception {
        toTopics().start();
        broker.send(records(3));

        awaitCommitted(Map.of(0, 1L, 1, 1L, 2, 1L));
        assertThat(results()).isEqualTo(Map.of("i1", 1, "i2", 1, "i3", 1));
    }

    @Test
    void shouldLoseNothingWhereAMemberIsThrownOutOfItsGroup() throws Exception {
        CountDownLatch late = new CountDownLatch(1);
        api.behave(request -> {
            late.await();
            return TestApi.echo(request);
        });
        broker.send(records(30));
        toTopics().with("saddlebag.source.kafka.max-poll-interval", "4s").start();
        await().until(() -> !api.requests().isEmpty());
        // another one takes over while the first still waits for its answers
        toTopics().with("saddlebag.source.kafka.max-poll-interval", "4s").start();
        int once = api.requests().size();
        await().atMost(Duration.ofSeconds(30)).until(() -> api.requests().size() > once);
        assertThat(broker.committed(in)).isEmpty();

        late.countDown();
        awaitCommitted(Map.of(0, 10L, 1, 10L, 2, 10L));
        assertThat(results())
                .hasSize(30)
                .allSatisfy((id, count) -> assertThat(count).isBetween(1, 3));
    }

    @Test
    void shouldLoseNothingWhereItFailsWhileItsRouteIsSuspended() throws Exception {
        Path outbox = Files.writeString(folder.resolve("outbox"), "");
        CountDownLatch answer = new CountDownLatch(1);
        api.behave(request -> {
            answer.await();
            return TestApi.echo(request);
        });
        broker.send(records(30));
        Bundle bundle = bundle().with("saddlebag.deliver.directory", outbox).with("saddlebag.deliver.retry-for", "0s");
        bundle.start();
        await().until(() -> !api.requests().isEmpty());
        CompletableFuture<Void> suspended =
                Async.run(() -> bundle.context().getRouteController().suspendRoute("saddlebag-source-kafka"));
        KafkaConsumer consumer = (KafkaConsumer)
                bundle.context().getRoute("saddlebag-source-kafka").getConsumer();
        await().until(consumer::isSuspended);
        answer.countDown();
        suspended.get();
        await().until(consumer::isKafkaPaused);

        Files.delete(outbox);
        bundle.context().getRouteController().resumeRoute("saddlebag-source-kafka");
        broker.send(List.of(record(0, "k", item("i31")), record(1, "k", item("i32")), record(2, "k", item("i33"))));

        awaitCommitted(Map.of(0, 11L, 1, 11L, 2, 11L));
        assertThat(Files.readAllLines(outbox.resolve(in + ".results.jsonl"))).hasSize(33);
    }
}
