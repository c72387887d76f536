package io.github.saddlebag.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Others change a topic, or its group, while its records flow. */
@Tag("slow")
@Timeout(180)
class KafkaChangesTest extends KafkaFlow {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final String topic = in + "-changed";

    private Bundle flow(String startAt, String... more) {
        Bundle bundle = toTopics(List.of(more))
                .with("saddlebag.source.kafka.topic", topic)
                .with("saddlebag.source.kafka.start-at", startAt);
        bundle.context()
                .getComponent("kafka", KafkaComponent.class)
                .getConfiguration()
                .setMetadataMaxAgeMs(1000);
        return bundle;
    }

    /** It has begun, and one record is done. */
    private Bundle begun(String startAt, String... more) throws Exception {
        broker.topic(topic, 1);
        Bundle bundle = flow(startAt, more).start();
        await().atMost(LONG)
                .until(() -> startAt.equals("earliest") || broker.committed(in).equals(Map.of(0, 0L)));
        send(0, "first", 1, "");
        await().atMost(LONG).until(() -> broker.committed(in).equals(Map.of(0, 1L)));
        return bundle;
    }

    private void send(int partition, String prefix, int count, String more) {
        broker.send(IntStream.range(0, count)
                .mapToObj(i -> new ProducerRecord<>(
                        topic,
                        partition,
                        bytes("k"),
                        bytes("{\"id\":\"%s%d\",\"text\":\"%s\"}".formatted(prefix, i, more))))
                .toList());
    }

    private void delete(long before) throws Exception {
        try (Admin admin = broker.admin()) {
            admin.deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(before)))
                    .all()
                    .get();
        }
    }

    private static List<String> ids(String prefix, int from, int to) {
        List<String> ids = new ArrayList<>(List.of("first0"));
        IntStream.range(from, to).forEach(i -> ids.add(prefix + i));
        return ids;
    }

    private void awaitResults(List<String> ids) {
        await().atMost(LONG).until(() -> results().keySet().containsAll(ids));
    }

    /** Where a group began at the end, records were skipped that came before the new partition was known. */
    @ParameterizedTest
    @ValueSource(strings = {"earliest", "latest"})
    void shouldTakeAllThatIsInPartitionsThatWereAdded(String startAt) throws Exception {
        begun(startAt);
        try (Admin admin = broker.admin()) {
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(3)))
                    .all()
                    .get();
        }
        send(2, "i", 10, "");

        awaitResults(ids("i", 0, 10));
    }

    /** Where a group began at the end, those that were left were skipped. */
    @ParameterizedTest
    @ValueSource(strings = {"earliest", "latest"})
    void shouldTakeWhatIsLeftWhereRecordsWereDeletedWhileItWasAway(String startAt) throws Exception {
        begun(startAt).close();
        send(0, "i", 100, "");
        delete(51);

        flow(startAt).start();
        awaitCommitted(Map.of(0, 101L));
        assertThat(results()).containsOnlyKeys(ids("i", 50, 100));
    }

    @Test
    void shouldTakeWhatIsLeftWhereRecordsWereDeletedWhileThereWasNoRoom() throws Exception {
        begun(
                "latest",
                "saddlebag.batch.max-items=5",
                "saddlebag.batch.max-in-flight=200",
                "saddlebag.source.kafka.max-poll=2");
        CountDownLatch answer = new CountDownLatch(1);
        api.behave(request -> {
            answer.await();
            return TestApi.echo(request);
        });
        // few of them are fetched ahead
        send(0, "i", 40, "x".repeat(700_000));
        await().atMost(LONG).until(() -> itemsSent() > 1);
        delete(31);
        answer.countDown();

        awaitCommitted(Map.of(0, 41L));
        assertThat(results()).containsKeys(ids("i", 30, 40).toArray(String[]::new));
    }

    @Test
    void shouldTakeAllOfATopicThatIsMadeAnew() throws Exception {
        begun("earliest");
        send(0, "old", 100, "");
        awaitCommitted(Map.of(0, 101L));
        try (Admin admin = broker.admin()) {
            admin.deleteTopics(List.of(topic)).all().get();
        }
        await().atMost(LONG).ignoreExceptions().until(() -> {
            broker.topic(topic, 1);
            return true;
        });
        send(0, "i", 30, "");

        awaitResults(ids("i", 0, 30));
        awaitCommitted(Map.of(0, 30L));
    }

    private KafkaConsumer<byte[], byte[]> foreign() {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                broker.address(),
                "group.id",
                in,
                "enable.auto.commit",
                false,
                "partition.assignment.strategy",
                RangeAssignor.class.getName());
        KafkaConsumer<byte[], byte[]> other =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        other.subscribe(List.of(topic));
        return other;
    }

    @Test
    void shouldGoOnOnceAMemberWithoutACommonAssignorIsGone() throws Exception {
        broker.topic(topic, 1);
        try (KafkaConsumer<byte[], byte[]> other = foreign()) {
            await().atMost(LONG).until(() -> {
                other.poll(Duration.ofMillis(100));
                return !other.assignment().isEmpty();
            });
            send(0, "first", 1, "");
            flow("earliest").start();
            await().during(Duration.ofSeconds(3)).atMost(LONG).until(() -> {
                other.poll(Duration.ofMillis(100));
                return api.requests().isEmpty();
            });
        }
        awaitResults(List.of("first0"));
    }

    @Test
    void shouldGoOnWhereAMemberWithoutACommonAssignorWantsToJoin() throws Exception {
        begun("earliest");
        String member = broker.members(in);
        try (KafkaConsumer<byte[], byte[]> other = foreign()) {
            await().atMost(LONG).until(() -> isRefused(other));
            send(0, "i", 10, "");
            awaitResults(ids("i", 0, 10));
        }
        assertThat(broker.members(in)).isEqualTo(member);
    }

    private static boolean isRefused(KafkaConsumer<byte[], byte[]> member) {
        try {
            member.poll(Duration.ofMillis(100));
            return false;
        } catch (KafkaException e) {
            return true;
        }
    }
}
