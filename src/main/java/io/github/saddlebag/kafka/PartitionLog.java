package io.github.saddlebag.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators ask of a consumer: how far its partitions have come, once a second as values, once a minute at most as a
 * line of the log. Written by the one thread that polls, read by any.
 */
final class PartitionLog {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionLog.class);
    private static final long STATE_NANOS = 1_000_000_000L;
    private static final long SAY_NANOS = 60_000_000_000L;
    private static final int MOST_SAID = 10;

    private final AtomicLong rebalances = new AtomicLong();
    private volatile List<PartitionState> states = List.of();
    private long looked = System.nanoTime() - STATE_NANOS;
    private long said = System.nanoTime();

    /** The group came together, and gave these in addition to what there was. */
    void assigned(Collection<TopicPartition> partitions) {
        rebalances.incrementAndGet();
        LOG.debug("Partitions assigned: {}", partitions);
    }

    List<PartitionState> states() {
        return states;
    }

    /** How often the group came together anew. */
    long rebalances() {
        return rebalances.get();
    }

    /** Looks how it stands, and says so where anything is unfinished. */
    void tell(TrackedConsumer consumer, Collection<Assigned> partitions, boolean full, long commits) {
        long now = System.nanoTime();
        if (now - looked < STATE_NANOS) {
            return;
        }
        looked = now;
        Set<TopicPartition> paused = consumer.paused();
        List<PartitionState> seen = new ArrayList<>(partitions.size());
        for (Assigned one : partitions) {
            seen.add(state(one, consumer, paused));
        }
        states = List.copyOf(seen);
        if (now - said >= SAY_NANOS) {
            said = now;
            say(seen, full, commits);
        }
    }

    private static PartitionState state(Assigned one, TrackedConsumer consumer, Set<TopicPartition> paused) {
        OffsetTracker offsets = one.offsets();
        TopicPartition partition = one.partition();
        long behind = consumer.currentLag(partition).orElse(-1);
        long first = offsets.commitOffset();
        return new PartitionState(
                partition.topic(),
                partition.partition(),
                behind < 0 ? -1 : behind + Math.max(0, offsets.position() - first),
                first,
                offsets.underWay(),
                offsets.ahead(),
                paused.contains(partition));
    }

    private void say(List<PartitionState> seen, boolean full, long commits) {
        List<PartitionState> open = seen.stream()
                .filter(one -> one.lag() > 0 || one.ahead() > 0)
                .sorted(Comparator.comparingLong(PartitionState::lag).reversed())
                .toList();
        if (!open.isEmpty()) {
            LOG.info(
                    "{}{}{}; {} commits, {} rebalances so far.",
                    open.stream().limit(MOST_SAID).map(PartitionState::toString).collect(Collectors.joining("; ")),
                    open.size() > MOST_SAID ? "; " + (open.size() - MOST_SAID) + " partitions more" : "",
                    full ? "; there is no room for more" : "",
                    commits,
                    rebalances);
        }
    }
}
