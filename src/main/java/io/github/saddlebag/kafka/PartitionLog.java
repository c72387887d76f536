package io.github.saddlebag.kafka;

import java.util.Collection;
import java.util.Set;
import java.util.StringJoiner;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells operators, once a minute at most, how far the partitions have come. */
final class PartitionLog {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionLog.class);
    private static final long EVERY_NANOS = 60_000_000_000L;

    private long last = System.nanoTime();
    private int rebalances;

    /** @param what the group did with them */
    void rebalanced(String what, Collection<TopicPartition> partitions) {
        rebalances++;
        if (!partitions.isEmpty()) {
            LOG.debug("Partitions {}: {}", what, partitions);
        }
    }

    /** Says how it stands where anything is unfinished. */
    void tell(TrackedConsumer consumer, Collection<Assigned> partitions, boolean full) {
        long now = System.nanoTime();
        if (now - last < EVERY_NANOS) {
            return;
        }
        last = now;
        Set<TopicPartition> paused = consumer.paused();
        StringJoiner all = new StringJoiner("; ");
        for (Assigned one : partitions) {
            OffsetTracker offsets = one.offsets();
            if (offsets.ahead() > 0) {
                long lag = consumer.currentLag(one.partition()).orElse(-1);
                all.add(one.partition() + (lag < 0 ? "" : " lag " + lag) + ", first unfinished offset "
                        + offsets.commitOffset() + ", " + offsets.underWay() + " under way, " + offsets.ahead()
                        + " ahead" + (paused.contains(one.partition()) ? ", paused" : ""));
            }
        }
        if (all.length() > 0) {
            LOG.info("{}{}; {} rebalances so far.", all, full ? "; there is no room for more" : "", rebalances);
        }
    }
}
