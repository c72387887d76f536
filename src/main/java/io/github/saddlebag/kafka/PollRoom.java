package io.github.saddlebag.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * What a consumer may poll: nothing where its unfinished records take all the room; else no partition that has run too far
 * ahead, of which it is not known where it begins, or that the route has paused. Used by the one thread that polls, but for
 * {@link #release} and {@link #wake}.
 */
final class PollRoom {

    private static final long WAIT_MILLIS = 20;

    private final TrackedConsumer consumer;
    private final KafkaLimits limits;
    private final Partitions partitions;
    private final OffsetCommits commits;
    private final Set<TopicPartition> byRoute = new HashSet<>();
    private final AtomicLong taken = new AtomicLong();
    private final Object news = new Object();
    /** Whether something came up since the last wait: what comes between a look and a wait is not slept through. */
    private boolean isNew;

    PollRoom(TrackedConsumer consumer, KafkaLimits limits, Partitions partitions, OffsetCommits commits) {
        this.consumer = consumer;
        this.limits = limits;
        this.partitions = partitions;
        this.commits = commits;
    }

    /** Polled records take room. */
    void take(long some) {
        taken.addAndGet(some);
    }

    /** Room comes free. Any thread. */
    void release(int some) {
        long before = taken.getAndAdd(-some);
        if (before > limits.places() - limits.atOnce()) {
            wake();
        }
    }

    /** Whether nothing more may be polled. */
    boolean isFull() {
        long now = taken.get();
        return now > 0 && now + limits.atOnce() > limits.places();
    }

    /** Waits until there is room, or something else to do, for a short while. */
    void await() {
        try {
            synchronized (news) {
                if (!isNew) {
                    news.wait(WAIT_MILLIS);
                }
                isNew = false;
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** There is something else to do than to wait. Any thread. */
    void wake() {
        synchronized (news) {
            isNew = true;
            news.notifyAll();
        }
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
    boolean pauseAndResume(boolean full) {
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
