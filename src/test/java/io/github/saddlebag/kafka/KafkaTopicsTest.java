package io.github.saddlebag.kafka;

import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Topics as they are: with transactions, compacted, with large records. */
@Tag("slow")
@Timeout(180)
class KafkaTopicsTest extends KafkaFlow {

    @Test
    void shouldTakeWhatTransactionsCommittedAndCommitBehindTheirMarks() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.address(), "transactional.id", in),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            for (String name : List.of("a", "aborted", "b")) {
                producer.beginTransaction();
                for (int i = 0; i < 10; i++) {
                    producer.send(record(0, "k", item(name + i)));
                }
                if (name.equals("aborted")) {
                    producer.flush();
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                }
            }
        }
        toTopics().start();

        // thirty records, and a mark behind each ten
        awaitCommitted(Map.of(0, 33L));
        assertThat(results())
                .hasSize(20)
                .allSatisfy((id, count) -> assertThat(count).isEqualTo(1))
                .allSatisfy((id, count) -> assertThat(id).doesNotContain("aborted"));
    }

    @Test
    void shouldPassTheGapsOfACompactedTopic() throws Exception {
        String compacted = in + "-compacted";
        broker.topic(
                compacted,
                1,
                Map.of(
                        "cleanup.policy", "compact",
                        "segment.ms", "100",
                        "min.cleanable.dirty.ratio", "0.01",
                        "max.compaction.lag.ms", "100"));
        for (int round = 0; round < 5; round++) {
            int number = round;
            broker.send(IntStream.range(0, 100)
                    .mapToObj(i -> new ProducerRecord<>(
                            compacted, bytes("k" + (i % 10 + (i == number ? 100 : 0))), bytes(item(number + "-" + i))))
                    .toList());
        }
        await().until(() -> {
            // a new segment lets the one before be compacted
            broker.send(List.of(new ProducerRecord<>(compacted, bytes("last"), bytes(item("last")))));
            return broker.read(compacted).size() < 100;
        });
        long end =
                broker.read(compacted).stream().mapToLong(r -> r.offset()).max().orElseThrow() + 1;

        toTopics(List.of("saddlebag.source.kafka.topic=" + compacted)).start();
        await().until(() -> broker.committed(in).getOrDefault(0, 0L) >= end);
        Set<String> there = broker.read(compacted).stream()
                .map(r -> text(r.value()).replaceAll(".*\"id\":\"([^\"]+)\".*", "$1"))
                .collect(Collectors.toSet());
        assertThat(results().keySet()).containsAll(there);
    }

    @Test
    void shouldTakeRecordsOfOneMegabyteInASmallHeap() throws Exception {
        int count = Integer.getInteger("saddlebag.kafka.large", 100);
        byte[] text = bytes("x".repeat(1 << 20));
        Map<Integer, Long> ends = new HashMap<>();
        try (KafkaProducer<byte[], byte[]> producer = broker.producer()) {
            for (int i = 0; i < count; i++) {
                byte[] head = bytes("{\"id\":\"i%d\",\"text\":\"".formatted(i));
                byte[] value = new byte[head.length + text.length + 2];
                System.arraycopy(head, 0, value, 0, head.length);
                System.arraycopy(text, 0, value, head.length, text.length);
                value[value.length - 2] = '"';
                value[value.length - 1] = '}';
                producer.send(new ProducerRecord<>(in, i % 3, null, value));
                ends.merge(i % 3, 1L, Long::sum);
            }
        }
        Process small = instance(
                List.of("-Xmx256m"),
                List.of(
                        "saddlebag.source.kafka.max-poll=50",
                        "saddlebag.answer.result=/id",
                        "saddlebag.batch.max-bytes=5MB"));

        await().atMost(Duration.ofSeconds(150)).until(() -> broker.committed(in), ends::equals);
        assertThat(results()).hasSize(count);
        small.destroyForcibly();
    }

    @Test
    void shouldSendManyDeadLettersInOneRequest() throws Exception {
        broker.send(IntStream.range(0, 600)
                .mapToObj(i -> record(i % 3, "k" + i, "no JSON"))
                .toList());
        toTopics().start();
        awaitCommitted(Map.of(0, 200L, 1, 200L, 2, 200L));

        MBeanServer metrics = ManagementFactory.getPlatformMBeanServer();
        ObjectName toLetters = metrics.queryNames(
                        new ObjectName("kafka.producer:type=producer-topic-metrics,client-id=*,topic=" + letters), null)
                .iterator()
                .next();
        assertThat(metrics.getAttribute(toLetters, "record-send-total")).isEqualTo(600.0);
        String client = toLetters.getKeyProperty("client-id");
        // among them those that ask for brokers, topics and a producer's number
        assertThat((double) metrics.getAttribute(
                        new ObjectName("kafka.producer:type=producer-metrics,client-id=" + client), "request-total"))
                .isLessThan(100);
    }
}
