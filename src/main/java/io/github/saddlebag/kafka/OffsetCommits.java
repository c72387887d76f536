package io.github.saddlebag.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what is done, as soon as it is as much as a poll, or a second old; one commit at a time. Used by the one thread
 * that polls, but for {@link #isDone}.
 */
final class OffsetCommits {

    private static final Logger LOG = LoggerFactory.getLogger(OffsetCommits.class);
    private static final long EVERY_NANOS = 1_000_000_000L;
    private static final long WARN_NANOS = 60_000_000_000L;

    private final int maxPoll;
    private final AtomicLong done = new AtomicLong();
    private int mostMetadata = DoneAhead.MOST;
    private boolean underWay;
    private long last = System.nanoTime();
    private long warned = System.nanoTime() - WARN_NANOS;

    OffsetCommits(int maxPoll) {
        this.maxPoll = maxPoll;
    }

    /** One more is done. Any thread. */
    void isDone() {
        done.incrementAndGet();
    }

    /** Whether a partition runs so far ahead, with so many gaps, that more of it could not be told. */
    boolean isAtTheEnd(Assigned one) {
        return one.offsets().ahead() > mostMetadata
                && one.offsets().metadata(mostMetadata).length() > mostMetadata / 2;
    }

    void commitIfDue(TrackedConsumer consumer, Collection<Assigned> partitions) {
        long now = System.nanoTime();
        if (underWay || now - last < EVERY_NANOS && done.get() < maxPoll) {
            return;
        }
        last = now;
        consumer.passGaps();
        Map<TopicPartition, OffsetAndMetadata> due = due(partitions);
        if (due.isEmpty()) {
            return;
        }
        underWay = true;
        consumer.commitAsync(due, (offsets, error) -> {
            underWay = false;
            over(partitions, due, error);
        });
    }

    /** What is due now, whatever is under way; what can't be committed is done again. */
    void commitNow(TrackedConsumer consumer, Collection<Assigned> partitions, Duration timeout) {
        Map<TopicPartition, OffsetAndMetadata> due = due(partitions);
        if (due.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(due, timeout);
            over(partitions, due, null);
        } catch (KafkaException e) {
            over(partitions, due, e);
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> due(Collection<Assigned> partitions) {
        done.set(0);
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
            Collection<Assigned> partitions, Map<TopicPartition, OffsetAndMetadata> due, @Nullable Exception error) {
        if (error == null) {
            for (Assigned one : partitions) {
                OffsetAndMetadata offset = due.get(one.partition());
                if (offset != null) {
                    one.committed(offset);
                }
            }
        } else if (error instanceof OffsetMetadataTooLarge && mostMetadata > 0) {
            mostMetadata = mostMetadata > 64 ? mostMetadata / 2 : 0;
            LOG.warn(
                    "The brokers take no metadata of a commit that are so long (offset.metadata.max.bytes): at most {}"
                            + " characters now. Where they are too few, more is done again after a crash.",
                    mostMetadata);
        } else {
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
