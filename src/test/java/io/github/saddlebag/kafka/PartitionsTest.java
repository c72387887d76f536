package io.github.saddlebag.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Brokers that do not answer while a group comes together. */
class PartitionsTest {

    private static final TopicPartition PARTITION = new TopicPartition("items", 0);

    private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
    private final Uncommitted uncommitted = new Uncommitted(100);
    private final KafkaLimits limits = new KafkaLimits(10, 10, 100, Duration.ofMillis(1), 1000, Duration.ofMillis(1));
    private final Consumer consumer = new Consumer();

    /** Of brokers that answer, or don't. */
    private final class Consumer extends TrackedConsumer {
        private boolean away = true;

        Consumer() {
            super(properties(), limits, new LeftBehind(), uncommitted);
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
                Set<TopicPartition> partitions, Duration timeout) {
            answer();
            return committed;
        }

        @Override
        public long position(TopicPartition partition, Duration timeout) {
            answer();
            return 7;
        }

        @Override
        public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            answer();
            committed.putAll(offsets);
        }

        private void answer() {
            if (away) {
                throw new TimeoutException("away");
            }
        }
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", "127.0.0.1:1");
        properties.put("group.id", "group");
        properties.put("key.deserializer", ByteArrayDeserializer.class);
        properties.put("value.deserializer", ByteArrayDeserializer.class);
        return properties;
    }

    private Partitions partitions(boolean fromTheEnd) {
        consumer.assign(List.of(PARTITION));
        return new Partitions(
                        consumer,
                        limits,
                        new LeftBehind(),
                        new OffsetCommits(limits.maxPoll(), uncommitted),
                        fromTheEnd)
                .with(new ConsumerRebalanceListener() {
                    @Override
                    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

                    @Override
                    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}
                });
    }

    @AfterEach
    void close() {
        consumer.close();
    }

    @Test
    void shouldPollNothingUntilItIsKnownWhatIsDone() {
        OffsetTracker earlier = new OffsetTracker(0, null);
        for (int offset = 0; offset < 100; offset++) {
            earlier.take(offset);
        }
        for (int offset = 5; offset < 100; offset++) {
            earlier.done(offset);
        }
        committed.put(PARTITION, new OffsetAndMetadata(0, earlier.metadata(DoneAhead.MOST)));
        Partitions partitions = partitions(false);

        partitions.onPartitionsAssigned(List.of(PARTITION));
        assertThat(partitions.isUnknown(PARTITION)).isTrue();
        assertThat(consumer.paused()).containsExactly(PARTITION);

        consumer.away = false;
        await().untilAsserted(() -> {
            partitions.learn();
            assertThat(partitions.isUnknown(PARTITION)).isFalse();
        });
        assertThat(partitions.of(PARTITION, 0).offsets().take(50))
                .as("done before")
                .isFalse();
    }

    @Test
    void shouldPollNothingUntilItIsCommittedWhereItBegins() {
        Partitions partitions = partitions(true);

        partitions.onPartitionsAssigned(List.of(PARTITION));
        assertThat(consumer.paused()).containsExactly(PARTITION);

        consumer.away = false;
        await().untilAsserted(() -> {
            partitions.learn();
            assertThat(committed).containsEntry(PARTITION, new OffsetAndMetadata(7));
        });
        assertThat(partitions.isUnknown(PARTITION)).isFalse();
    }

    @Test
    void shouldForgetWhatIsTakenAwayBeforeItIsKnown() {
        Partitions partitions = partitions(true);

        partitions.onPartitionsAssigned(List.of(PARTITION));
        partitions.onPartitionsLost(List.of(PARTITION));

        assertThat(partitions.isUnknown(PARTITION)).isFalse();
    }
}
