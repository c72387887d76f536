package io.github.saddlebag.kafka;

import io.github.saddlebag.batch.Item;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The partitions that a consumer has, as the group gives them and takes them away. Used by the one thread that polls. */
final class Partitions implements ConsumerRebalanceListener {

    private static final Logger LOG = LoggerFactory.getLogger(Partitions.class);
    private static final Duration AT_LAST = Duration.ofSeconds(5);
    private static final Duration ONCE_MORE = Duration.ofSeconds(1);
    private static final long AGAIN_NANOS = 1_000_000_000L;

    private final TrackedConsumer consumer;
    private final KafkaLimits limits;
    private final LeftBehind leftBehind;
    private final OffsetCommits commits;
    private final boolean fromTheEnd;
    /** How many partitions topics had when this began with them. */
    private final Map<String, Integer> counts = new HashMap<>();

    private final PartitionLog log = new PartitionLog();
    private final Map<TopicPartition, Assigned> assigned = new LinkedHashMap<>();
    /** Those of which it is not known yet where they begin, and what is done behind that. */
    private final Set<TopicPartition> unknown = new LinkedHashSet<>();

    private long asked;
    private boolean told;
    private long wentBack = System.nanoTime() - AGAIN_NANOS;
    private @Nullable ConsumerRebalanceListener camels;
    private boolean closing;

    /**
     * Partitions that were taken away: where one comes back to this process, nothing of it is begun again that is still
     * under way, or was delivered and could not be committed. Any thread may use it.
     */
    static final class LeftBehind {

        private final Map<TopicPartition, Assigned> partitions = new ConcurrentHashMap<>();

        private void add(Assigned assigned) {
            partitions.put(assigned.partition(), assigned);
        }

        /** The partition is here again. */
        private void goOn(Assigned assigned) {
            Assigned before = partitions.remove(assigned.partition());
            if (before != null) {
                assigned.goOnFrom(before);
            }
        }
    }

    /** @param fromTheEnd whether a partition begins at its end where nothing is committed */
    Partitions(
            TrackedConsumer consumer,
            KafkaLimits limits,
            LeftBehind leftBehind,
            OffsetCommits commits,
            boolean fromTheEnd) {
        this.consumer = consumer;
        this.limits = limits;
        this.leftBehind = leftBehind;
        this.commits = commits;
        this.fromTheEnd = fromTheEnd;
    }

    /** Tells Camel's listener as well. */
    Partitions with(ConsumerRebalanceListener listener) {
        camels = listener;
        return this;
    }

    /** From now on nothing is waited for. */
    void close() {
        closing = true;
    }

    Collection<Assigned> all() {
        return assigned.values();
    }

    @Nullable
    Assigned get(TopicPartition partition) {
        return assigned.get(partition);
    }

    /** What has the record of a partition; anew, where the partition is another one than it was. */
    Assigned of(TopicPartition partition, long offset) {
        Assigned known = assigned.get(partition);
        if (known == null || known.offsets().isBackward(offset)) {
            if (known != null) {
                LOG.warn(
                        "{} goes on at offset {}, which was behind it: it was made anew, or a position was set.",
                        partition,
                        offset);
                known.lose();
            }
            known = begin(new Assigned(partition, consumer, new OffsetAndMetadata(offset)));
        }
        return known;
    }

    private Assigned begin(Assigned one) {
        leftBehind.goOn(one);
        assigned.put(one.partition(), one);
        return one;
    }

    /** Polls again what was not done, at most once a second. */
    void goBack() {
        long now = System.nanoTime();
        if (now - wentBack < AGAIN_NANOS) {
            return;
        }
        for (Assigned one : assigned.values()) {
            long offset = one.goBack();
            if (offset >= 0) {
                consumer.goTo(one.partition(), offset);
                wentBack = now;
            }
        }
    }

    PartitionLog log() {
        return log;
    }

    /** Marks of transactions, and records that were compacted away, are behind the last record as well. */
    void passGaps() {
        for (Assigned one : assigned.values()) {
            if (one.offsets().underWay() == 0) {
                try {
                    one.offsets().passTo(consumer.position(one.partition(), Duration.ZERO));
                } catch (KafkaException | IllegalStateException e) {
                    LOG.debug("{} has no position now: {}", one.partition(), e.getMessage());
                }
            }
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        log.assigned(partitions);
        unknown.addAll(partitions);
        learn(AT_LAST);
        consumer.hold(unknown);
        Objects.requireNonNull(camels).onPartitionsAssigned(partitions);
    }

    /** Asks once more where those begin of which it is not known yet, at most once a second. */
    void learn() {
        if (!unknown.isEmpty() && System.nanoTime() - asked >= AGAIN_NANOS) {
            learn(ONCE_MORE);
        }
    }

    private void learn(Duration timeout) {
        if (unknown.isEmpty()) {
            return;
        }
        try {
            Map<TopicPartition, OffsetAndMetadata> known = consumer.committed(Set.copyOf(unknown), timeout);
            for (TopicPartition partition : List.copyOf(unknown)) {
                OffsetAndMetadata committed = known.get(partition);
                begin(new Assigned(partition, consumer, committed == null ? first(partition, timeout) : committed));
                unknown.remove(partition);
            }
        } catch (WakeupException | InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            if (!told) {
                LOG.warn(
                        "Where {} begin is not known; nothing of them is polled until it is. It is asked for again,"
                                + " and not said again: {}",
                        unknown,
                        e.toString());
            }
        }
        told = !unknown.isEmpty();
        asked = System.nanoTime();
    }

    /** Where it begins. The end is committed: a crash before the first commit would move it behind what came since. */
    private OffsetAndMetadata first(TopicPartition partition, Duration timeout) {
        if (!fromTheEnd) {
            return new OffsetAndMetadata(consumer.position(partition, timeout));
        }
        String topic = partition.topic();
        int count = counts.computeIfAbsent(
                topic, name -> consumer.partitionsFor(name, timeout).size());
        // all that is in one which was added since came after it began
        Map<TopicPartition, Long> from = partition.partition() < count
                ? consumer.endOffsets(List.of(partition), timeout)
                : consumer.beginningOffsets(List.of(partition), timeout);
        OffsetAndMetadata first = new OffsetAndMetadata(Objects.requireNonNull(from.get(partition)));
        consumer.commitSync(Map.of(partition, first), timeout);
        consumer.goTo(partition, first.offset());
        return first;
    }

    /** Whether nothing of it may be polled, as what is done of it is not known yet. */
    boolean isUnknown(TopicPartition partition) {
        return unknown.contains(partition);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        List<Assigned> gone =
                partitions.stream().map(assigned::get).filter(Objects::nonNull).toList();
        if (!closing) {
            gone.forEach(Partitions::withdraw);
            awaitDone(gone);
        }
        commits.commitNow(consumer, assigned.values(), AT_LAST);
        forget(partitions);
        Objects.requireNonNull(camels).onPartitionsRevoked(partitions);
    }

    /** Takes back what was not sent yet. */
    private static void withdraw(Assigned one) {
        for (Item item : one.items().values()) {
            item.withdraw(one.partition() + " was taken away before the item was sent.");
        }
    }

    private void awaitDone(List<Assigned> gone) {
        long end = System.nanoTime() + limits.revokeWait().toNanos();
        while (gone.stream().anyMatch(one -> !one.items().isEmpty()) && System.nanoTime() - end < 0) {
            if (commits.isWaitedFor()) {
                commits.commitNow(consumer, assigned.values(), AT_LAST);
            }
            consumer.waitForRoom();
        }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        forget(partitions);
        Objects.requireNonNull(camels).onPartitionsLost(partitions);
    }

    private void forget(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            unknown.remove(partition);
            Assigned one = assigned.remove(partition);
            if (one != null) {
                one.lose();
                leftBehind.add(one);
            }
        }
    }
}
