package io.github.saddlebag.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Brokers that do not answer while a group comes together. */
class PartitionsTest {

    private static final TopicPartition PARTITION = new TopicPartition("items", 0);

    private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
    private final Uncommitted uncommitted = new Uncommitted(100);
    private final KafkaLimits limits = new KafkaLimits(10, 10, 100, Duration.ofMillis(1), 1000, Duration.ofMillis(1));
    /** What the next commits end with. */
    private final Queue<KafkaException> refusals = new ArrayDeque<>();

    private final OffsetCommits commits = new OffsetCommits(10, uncommitted);
    private final Consumer consumer = new Consumer();
    private int mostMetadata = 4096;

    /** Of brokers that answer, or don't. */
    private final class Consumer extends TrackedConsumer {
        private boolean away = true;
        /** Answers that the client has not looked for; null: it hears of each at once. */
        private List<Runnable> unheard;

        Consumer() {
            super(properties(), limits, new Partitions.LeftBehind(), uncommitted);
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
        public List<PartitionInfo> partitionsFor(String topic, Duration timeout) {
            answer();
            return List.of(new PartitionInfo(topic, 0, null, null, null));
        }

        @Override
        public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions, Duration timeout) {
            answer();
            return Map.of(PARTITION, 7L);
        }

        @Override
        public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            answer();
            KafkaException refused = refusals.poll();
            if (refused != null) {
                throw refused;
            }
            if (offsets.values().stream().anyMatch(one -> one.metadata().length() > mostMetadata)) {
                throw new OffsetMetadataTooLarge("too large");
            }
            committed.putAll(offsets);
        }

        @Override
        public void commitAsync(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
            if (unheard != null && !offsets.isEmpty()) {
                unheard.add(() -> commit(offsets, callback));
                return;
            }
            commit(offsets, callback);
            if (unheard != null) {
                unheard.forEach(Runnable::run);
                unheard.clear();
            }
        }

        private void commit(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
            try {
                commitSync(offsets, Duration.ZERO);
                callback.onComplete(offsets, null);
            } catch (KafkaException e) {
                callback.onComplete(offsets, e);
            }
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
        return new Partitions(consumer, limits, new Partitions.LeftBehind(), commits, fromTheEnd)
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

    /** Records of which every third one, but the first, is done and delivered. */
    private Assigned someDone(Partitions partitions, int records) {
        consumer.away = false;
        partitions.onPartitionsAssigned(List.of(PARTITION));
        Assigned one = partitions.of(PARTITION, 7);
        assertThat(uncommitted.enter((records - 1) / 3, () -> {})).isTrue();
        for (int offset = 7; offset < 7 + records; offset++) {
            one.offsets().take(offset);
        }
        for (int offset = 10; offset < 7 + records; offset += 3) {
            one.offsets().done(offset);
            commits.isDone();
        }
        return one;
    }

    @Test
    void shouldTellLessUntilBrokersTakeIt() {
        Partitions partitions = partitions(false);
        someDone(partitions, 3000);
        mostMetadata = 200;

        commits.commitNow(consumer, partitions.all(), Duration.ZERO);

        assertThat(committed.get(PARTITION).offset()).isEqualTo(7);
        assertThat(committed.get(PARTITION).metadata())
                .startsWith("saddlebag1:")
                .hasSizeBetween(100, 200);
        assertThat(commits.bytesAhead()).isLessThan(200);
        assertThat(uncommitted.enter(100, () -> {})).as("it is committed").isTrue();
    }

    @Test
    void shouldCommitWithTheNextOnesWhatWasRefused() {
        Partitions partitions = partitions(false);
        Assigned one = someDone(partitions, 90);
        refusals.add(new RebalanceInProgressException("soon"));

        commits.commitIfDue(consumer, partitions);
        assertThat(committed).isEmpty();
        assertThat(uncommitted.enter(100, () -> {})).as("it is not committed").isFalse();

        await().untilAsserted(() -> {
            commits.commitIfDue(consumer, partitions);
            assertThat(committed)
                    .containsEntry(
                            PARTITION, new OffsetAndMetadata(7, one.offsets().metadata(DoneAhead.MOST)));
        });
        assertThat(uncommitted.isWaitedFor()).isFalse();
    }

    /** As Kafka's client does, which looks for answers only when it has no records left. */
    @Test
    void shouldHearOfACommitThoughThereAreRecordsWithoutEnd() {
        Partitions partitions = partitions(false);
        someDone(partitions, 90);
        consumer.unheard = new ArrayList<>();

        commits.commitIfDue(consumer, partitions);
        assertThat(commits.isUnderWay()).isTrue();
        commits.commitIfDue(consumer, partitions);

        assertThat(commits.isUnderWay()).isFalse();
        assertThat(committed).containsKey(PARTITION);
        assertThat(uncommitted.enter(100, () -> {})).as("it is committed").isTrue();
    }

    @Test
    void shouldCommitAtTheEndThoughAStopWakesItUp() {
        Partitions partitions = partitions(false);
        someDone(partitions, 90);
        refusals.add(new WakeupException());

        commits.commitNow(consumer, partitions.all(), Duration.ZERO);

        assertThat(committed).containsKey(PARTITION);
    }

    /** It slept 20 ms then, with nothing under way; who is interrupted cannot sleep. */
    @Test
    void shouldNotSleepThroughWhatCameUpAfterItLookedForRoom() {
        PollRoom room = new PollRoom(consumer, limits, null, commits);
        room.wake();
        Thread.currentThread().interrupt();

        assertThatNoException().isThrownBy(room::await);
        assertThatExceptionOfType(InterruptException.class).isThrownBy(room::await);
    }
}
