package io.github.saddlebag.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what is done, as soon as it is a part of what may be done again, or a second old. Some commits are under way at
 * once, as delivery waits for them: the group's coordinator takes them in their order. Used by the one thread that polls,
 * but for {@link #isDone}.
 */
final class OffsetCommits {

    private static final Logger LOG = LoggerFactory.getLogger(OffsetCommits.class);
    private static final long EVERY_NANOS = 1_000_000_000L;
    private static final long AGAIN_NANOS = 100_000_000L;
    private static final long WARN_NANOS = 60_000_000_000L;
    private static final int LEAST_METADATA = 64;
    private static final int AT_ONCE = 4;

    private final int part;

    private final Uncommitted uncommitted;
    /** Delivered since the last commit. */
    private final AtomicInteger done = new AtomicInteger();

    private final AtomicLong made = new AtomicLong();

    private int mostMetadata = DoneAhead.MOST;
    private int underWay;
    private boolean failed;
    private volatile boolean closed;
    private long last = System.nanoTime();
    private long warned = System.nanoTime() - WARN_NANOS;

    OffsetCommits(int part, Uncommitted uncommitted) {
        this.part = part;
        this.uncommitted = uncommitted;
    }

    /**
     * One more is done. Any thread.
     *
     * @return whether a commit is due for that
     */
    boolean isDone() {
        int now = done.incrementAndGet();
        if (closed) {
            uncommitted.leave(done.getAndSet(0));
        }
        return now == part;
    }

    /** Nothing is committed any more. */
    void close() {
        closed = true;
        uncommitted.leave(done.getAndSet(0));
    }

    /** How many bytes there are to tell what is done ahead; 0: it is not told. */
    int bytesAhead() {
        return DoneAhead.bytes(mostMetadata);
    }

    /** How many commits were made. Any thread. */
    long made() {
        return made.get();
    }

    boolean isUnderWay() {
        return underWay > 0;
    }

    boolean isWaitedFor() {
        return done.get() > 0 && uncommitted.isWaitedFor();
    }

    /** Commits what is due; has the client look for the answers to those commits that are under way. */
    void commitIfDue(TrackedConsumer consumer, Partitions partitions) {
        if (underWay > 0) {
            // a poll that finds records does not look for the answer to a commit; to commit nothing does
            consumer.commitAsync(Map.of(), (offsets, error) -> {});
        }
        if (underWay == AT_ONCE) {
            return;
        }
        long now = System.nanoTime();
        boolean many = done.get() >= part || isWaitedFor();
        if (now - last < (many ? failed ? AGAIN_NANOS : 0 : EVERY_NANOS)) {
            return;
        }
        last = now;
        partitions.passGaps();
        int delivered = done.getAndSet(0);
        Map<TopicPartition, OffsetAndMetadata> due = due(partitions.all());
        if (due.isEmpty()) {
            uncommitted.leave(delivered);
            return;
        }
        int most = mostMetadata;
        underWay++;
        try {
            consumer.commitAsync(due, (offsets, error) -> {
                underWay--;
                over(partitions.all(), due, most, delivered, error);
            });
        } catch (KafkaException e) {
            underWay--;
            over(partitions.all(), due, most, delivered, e);
            throw e;
        }
    }

    /** What is due now, whatever is under way; what can't be committed is done again. */
    void commitNow(TrackedConsumer consumer, Collection<Assigned> partitions, Duration timeout) {
        boolean again = true;
        while (again) {
            again = false;
            int delivered = done.getAndSet(0);
            Map<TopicPartition, OffsetAndMetadata> due = due(partitions);
            if (due.isEmpty()) {
                uncommitted.leave(delivered);
                return;
            }
            int most = mostMetadata;
            try {
                consumer.commitSync(due, timeout);
                over(partitions, due, most, delivered, null);
            } catch (KafkaException e) {
                over(partitions, due, most, delivered, e);
                // a stop wakes the thread up, and this is the last chance
                again = e instanceof WakeupException || mostMetadata < most;
            }
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> due(Collection<Assigned> partitions) {
        Map<TopicPartition, OffsetAndMetadata> due = new HashMap<>();
        for (Assigned one : partitions) {
            OffsetAndMetadata offset = one.due(mostMetadata);
            if (offset != null) {
                due.put(one.partition(), offset);
            }
        }
        return due;
    }

    private void over(
            Collection<Assigned> partitions,
            Map<TopicPartition, OffsetAndMetadata> due,
            int metadata,
            int delivered,
            @Nullable Exception error) {
        failed = error != null;
        if (error == null) {
            for (Assigned one : partitions) {
                OffsetAndMetadata offset = due.get(one.partition());
                if (offset != null) {
                    one.committed(offset);
                }
            }
            made.incrementAndGet();
            uncommitted.leave(delivered);
            return;
        }
        done.addAndGet(delivered);
        if (error instanceof OffsetMetadataTooLarge && metadata > 0) {
            if (mostMetadata < metadata) {
                // another one has found that out
                return;
            }
            if (mostMetadata == DoneAhead.MOST) {
                LOG.warn(
                        "The brokers take no metadata of a commit that are {} characters long (their"
                                + " offset.metadata.max.bytes is less): they are halved until they fit, and partitions"
                                + " run less far ahead of their first unfinished records.",
                        DoneAhead.MOST);
            }
            mostMetadata = mostMetadata > LEAST_METADATA ? mostMetadata / 2 : 0;
        } else if (!(error instanceof WakeupException)) {
            warn(error);
        }
    }

    private void warn(Exception error) {
        long now = System.nanoTime();
        if (now - warned >= WARN_NANOS) {
            warned = now;
            LOG.warn("Offsets cannot be committed, and are committed with the next ones: {}", error.toString());
        }
    }
}
