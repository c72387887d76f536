package io.github.saddlebag.kafka;

import io.github.saddlebag.stats.PipelineStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BinaryOperator;
import java.util.function.DoubleSupplier;

/** How the consumers of a source stand, as values that metrics read. */
public final class KafkaState {

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

    /** What meters show of it. */
    public List<PipelineStats.Value> values() {
        return List.of(
                gauge(
                        "lag",
                        "records that are not done, of the partitions of this process",
                        () -> partitions().stream()
                                .mapToLong(one -> Math.max(0, one.lag()))
                                .sum()),
                gauge(
                        "ahead",
                        "how many records the partition that is the furthest ahead has come beyond its first unfinished one",
                        () -> partitions().stream()
                                .mapToLong(PartitionState::ahead)
                                .max()
                                .orElse(0)),
                gauge(
                        "partitions",
                        "partitions that this process has",
                        () -> partitions().size()),
                gauge(
                        "paused",
                        "partitions that are paused, as there is no room for more of them",
                        () -> partitions().stream()
                                .filter(PartitionState::paused)
                                .count()),
                new PipelineStats.Value("saddlebag.kafka.commits", "commits that were made", true, this::commits),
                new PipelineStats.Value(
                        "saddlebag.kafka.rebalances",
                        "how often the group came together anew",
                        true,
                        this::rebalances));
    }

    private static PipelineStats.Value gauge(String name, String description, DoubleSupplier now) {
        return new PipelineStats.Value("saddlebag.kafka." + name, description, false, now);
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
        return consumers.stream()
                .map(TrackedConsumer::silent)
                .reduce(Duration.ZERO, BinaryOperator.maxBy(Comparator.naturalOrder()));
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
