package io.github.saddlebag.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** How the consumers of a source stand, as values that metrics read. */
final class KafkaState {

    private final List<TrackedConsumer> consumers = new CopyOnWriteArrayList<>();
    private long commitsBefore;
    private long rebalancesBefore;

    KafkaState() {}

    /** One that was closed counts with what it did. */
    synchronized void add(TrackedConsumer consumer) {
        for (TrackedConsumer one : consumers) {
            if (one.isClosed()) {
                commitsBefore += one.commits();
                rebalancesBefore += one.log().rebalances();
                consumers.remove(one);
            }
        }
        consumers.add(consumer);
    }

    /** The partitions that this process has, as of a second ago. */
    public List<PartitionState> partitions() {
        List<PartitionState> all = new ArrayList<>();
        for (TrackedConsumer one : consumers) {
            if (!one.isClosed()) {
                all.addAll(one.log().states());
            }
        }
        return all;
    }

    /** How long one of the consumers has not been polled, the one for the longest. */
    Duration silent() {
        Duration longest = Duration.ZERO;
        for (TrackedConsumer one : consumers) {
            Duration silent = one.silent();
            longest = silent.compareTo(longest) > 0 ? silent : longest;
        }
        return longest;
    }

    /** How many commits were made since the start. */
    public synchronized long commits() {
        return commitsBefore
                + consumers.stream().mapToLong(TrackedConsumer::commits).sum();
    }

    /** How often the group came together anew since the start, as each of the consumers saw it. */
    public synchronized long rebalances() {
        return rebalancesBefore
                + consumers.stream().mapToLong(one -> one.log().rebalances()).sum();
    }
}
