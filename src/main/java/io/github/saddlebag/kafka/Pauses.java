package io.github.saddlebag.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Which partitions are paused: all without room, one that has run too far ahead or of which it is not known where it
 * begins, and those that the route has paused. Used by the one thread that polls.
 */
final class Pauses {

    private final TrackedConsumer consumer;
    private final KafkaLimits limits;
    private final Partitions partitions;
    private final OffsetCommits commits;
    private final Set<TopicPartition> byRoute = new HashSet<>();

    Pauses(TrackedConsumer consumer, KafkaLimits limits, Partitions partitions, OffsetCommits commits) {
        this.consumer = consumer;
        this.limits = limits;
        this.partitions = partitions;
        this.commits = commits;
    }

    /** The route is suspended. */
    void byRoute(Collection<TopicPartition> some) {
        byRoute.addAll(some);
    }

    /** The route is resumed: they are polled once there is room. */
    void notByRoute(Collection<TopicPartition> some) {
        byRoute.removeAll(some);
    }

    /**
     * Pauses what may not be polled, and resumes what may again.
     *
     * @param full whether there is no room
     * @return whether all is paused that the consumer has
     */
    boolean update(boolean full) {
        Set<TopicPartition> paused = consumer.paused();
        Set<TopicPartition> all = consumer.assignment();
        byRoute.retainAll(all);
        List<TopicPartition> stop = new ArrayList<>();
        List<TopicPartition> go = new ArrayList<>();
        int open = 0;
        for (TopicPartition partition : all) {
            boolean is = paused.contains(partition);
            boolean shall =
                    full || byRoute.contains(partition) || partitions.isUnknown(partition) || isTooFar(partition);
            open += shall ? 0 : 1;
            if (shall && !is) {
                stop.add(partition);
            } else if (is && !shall) {
                go.add(partition);
            }
        }
        if (!stop.isEmpty()) {
            consumer.hold(stop);
        }
        if (!go.isEmpty()) {
            consumer.letGo(go);
        }
        return open == 0 && !all.isEmpty();
    }

    /** Whether no more of it may be polled. What has to be polled again always may. */
    private boolean isTooFar(TopicPartition partition) {
        Assigned one = partitions.get(partition);
        if (one == null || one.offsets().isBehind()) {
            return false;
        }
        int bytes = commits.bytesAhead();
        return one.offsets().ahead() >= limits.maxAhead() || bytes > 0 && !one.hasRoomForMore(limits.atOnce(), bytes);
    }
}
