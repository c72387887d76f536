package io.github.saddlebag.kafka;

import io.github.saddlebag.batch.Item;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer that is polled on while earlier records are under way. Each poll commits what is done by now, pauses the
 * partitions where there is no room, and lets go what was gathered. Where there is no room it comes back empty, so that
 * the member stays in its group however long an outage takes.
 *
 * <p>Used by the one thread that polls, but for {@link #isDone} and {@link #release}.
 */
final class TrackedConsumer extends KafkaConsumer<Object, Object> {

    private static final Logger LOG = LoggerFactory.getLogger(TrackedConsumer.class);
    private static final Duration IDLE = Duration.ofMillis(100);
    private static final Duration GATHER = Duration.ofMillis(20);
    private static final Duration AT_LAST = Duration.ofSeconds(5);
    private static final long PAUSED_MILLIS = 20;
    private static final long GO_BACK_NANOS = 1_000_000_000L;

    private final KafkaLimits limits;
    private final LeftBehind leftBehind;
    private final OffsetCommits commits;
    private final PollErrors errors = new PollErrors();
    private final PartitionLog log = new PartitionLog();
    private final Map<TopicPartition, Assigned> assigned = new LinkedHashMap<>();
    private final Set<TopicPartition> pausedByRoute = new HashSet<>();
    private final AtomicLong places = new AtomicLong();
    private final Object room = new Object();
    private int gathered;
    private long gatheredSince;
    private long wentBack = System.nanoTime() - GO_BACK_NANOS;
    private boolean closing;

    TrackedConsumer(Properties properties, KafkaLimits limits, LeftBehind leftBehind) {
        super(properties);
        this.limits = limits;
        this.leftBehind = leftBehind;
        this.commits = new OffsetCommits(limits.maxPoll());
    }

    @Override
    public ConsumerRecords<Object, Object> poll(Duration timeout) {
        try {
            if (errors.isWaiting()) {
                waitForRoom(PAUSED_MILLIS);
                return ConsumerRecords.empty();
            }
            ConsumerRecords<Object, Object> records = pollOnce();
            errors.isOver();
            return records;
        } catch (WakeupException | InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            errors.happened(e);
            return ConsumerRecords.empty();
        }
    }

    private ConsumerRecords<Object, Object> pollOnce() {
        goBack();
        commits.commitIfDue(this, assigned.values());
        boolean full = isFull();
        boolean allPaused = pauseAndResume(full);
        log.tell(this, assigned.values(), full);
        if (gathered > 0
                && (allPaused
                        || System.nanoTime() - gatheredSince >= limits.maxWait().toNanos())) {
            // what was gathered is handed on when nothing comes
            return ConsumerRecords.empty();
        }
        Duration wait = allPaused ? Duration.ZERO : gathered == 0 ? IDLE : shorter(GATHER, limits.maxWait());
        ConsumerRecords<Object, Object> records = super.poll(wait);
        if (records.isEmpty() && allPaused) {
            waitForRoom(PAUSED_MILLIS);
        }
        return records.isEmpty() ? records : taken(records);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Waits until there is room, or for so long. */
    private void waitForRoom(long millis) {
        try {
            synchronized (room) {
                room.wait(millis);
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** The records that are not done, nor under way. */
    private ConsumerRecords<Object, Object> taken(ConsumerRecords<Object, Object> polled) {
        Map<TopicPartition, List<ConsumerRecord<Object, Object>>> taken = new LinkedHashMap<>();
        int count = 0;
        long room = 0;
        for (TopicPartition partition : polled.partitions()) {
            List<ConsumerRecord<Object, Object>> records = polled.records(partition);
            List<ConsumerRecord<Object, Object>> open = new ArrayList<>(records.size());
            for (ConsumerRecord<Object, Object> record : records) {
                if (tracked(partition, record.offset()).offsets().take(record.offset())) {
                    open.add(record);
                    room += Item.permitsOf(record.value());
                }
            }
            if (!open.isEmpty()) {
                taken.put(partition, open);
                count += open.size();
            }
        }
        places.addAndGet(room);
        if (gathered == 0) {
            gatheredSince = System.nanoTime();
        }
        gathered += count;
        return count == polled.count() ? polled : new ConsumerRecords<>(taken);
    }

    /** What has the records of a partition; anew, where the partition is another one than it was. */
    private Assigned tracked(TopicPartition partition, long offset) {
        Assigned known = assigned.get(partition);
        if (known == null || known.offsets().isBackward(offset)) {
            if (known != null) {
                LOG.warn(
                        "{} goes on at offset {}, which was behind it: it was made anew, or a position was set.",
                        partition,
                        offset);
                known.lose();
            }
            known = new Assigned(partition, this, new OffsetAndMetadata(offset));
            leftBehind.goOn(known);
            assigned.put(partition, known);
        }
        return known;
    }

    /** How Camel's record of a poll is known from now on. */
    Polled polled(TopicPartition partition, long offset, Exchange exchange) {
        return new Polled(
                assigned.get(partition),
                offset,
                Item.permitsOf(exchange.getMessage().getBody()));
    }

    /** So many of the gathered records were handed on. */
    void handedOn(int records) {
        gathered = Math.max(0, gathered - records);
        gatheredSince = System.nanoTime();
    }

    /** A record is done, and delivered. Any thread. */
    void isDone() {
        commits.isDone();
    }

    /** Room comes free. Any thread. */
    void release(int some) {
        long before = places.getAndAdd(-some);
        if (before > limits.places() - limits.maxPoll()) {
            synchronized (room) {
                room.notifyAll();
            }
        }
    }

    private boolean isFull() {
        long taken = places.get();
        return taken > 0 && taken + limits.maxPoll() > limits.places();
    }

    /** Pauses what there is no room for. Whether all is paused that we have. */
    private boolean pauseAndResume(boolean full) {
        Set<TopicPartition> paused = super.paused();
        Set<TopicPartition> all = super.assignment();
        List<TopicPartition> stop = new ArrayList<>();
        List<TopicPartition> go = new ArrayList<>();
        int open = 0;
        for (TopicPartition partition : all) {
            boolean is = paused.contains(partition);
            boolean shall = full || pausedByRoute.contains(partition) || isTooFar(partition);
            open += shall ? 0 : 1;
            if (shall && !is) {
                stop.add(partition);
            } else if (is && !shall) {
                go.add(partition);
            }
        }
        if (!stop.isEmpty()) {
            super.pause(stop);
        }
        if (!go.isEmpty()) {
            super.resume(go);
        }
        return open == 0 && !all.isEmpty();
    }

    private boolean isTooFar(TopicPartition partition) {
        Assigned one = assigned.get(partition);
        return one != null && (one.offsets().ahead() >= limits.maxAhead() || commits.isAtTheEnd(one));
    }

    /** Polls again what was not done, at most once a second. */
    private void goBack() {
        long now = System.nanoTime();
        if (now - wentBack < GO_BACK_NANOS) {
            return;
        }
        for (Assigned one : assigned.values()) {
            long offset = one.goBack();
            if (offset >= 0) {
                super.seek(one.partition(), offset);
                wentBack = now;
            }
        }
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        pausedByRoute.addAll(partitions);
        super.pause(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        pausedByRoute.removeAll(partitions);
        // the others when there is room: at the next poll
    }

    /** Camel goes back to what is committed where its route is resumed; what is known here is not polled twice. */
    @Override
    public void seek(TopicPartition partition, long offset) {
        Assigned known = assigned.get(partition);
        if (known == null || !known.offsets().knows(offset)) {
            super.seek(partition, offset);
        }
    }

    @Override
    public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
        super.subscribe(topics.stream().map(String::trim).toList(), new Listener(listener));
    }

    @Override
    public void subscribe(Pattern pattern, ConsumerRebalanceListener listener) {
        super.subscribe(pattern, new Listener(listener));
    }

    @Override
    public void unsubscribe() {
        closing = true;
        super.unsubscribe();
    }

    @Override
    public void close() {
        closing = true;
        super.close(AT_LAST);
    }

    private final class Listener implements ConsumerRebalanceListener {

        private final ConsumerRebalanceListener camels;

        Listener(ConsumerRebalanceListener camels) {
            this.camels = camels;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            begin(partitions);
            camels.onPartitionsAssigned(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            takenAway(partitions);
            camels.onPartitionsRevoked(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            forget(partitions);
            camels.onPartitionsLost(partitions);
        }
    }

    private void begin(Collection<TopicPartition> partitions) {
        log.rebalanced("assigned", partitions);
        if (partitions.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> known = committed(new HashSet<>(partitions));
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata committed = known.get(partition);
            if (committed != null) {
                Assigned one = new Assigned(partition, this, committed);
                leftBehind.goOn(one);
                assigned.put(partition, one);
            }
        }
    }

    private void takenAway(Collection<TopicPartition> partitions) {
        log.rebalanced("revoked", partitions);
        List<Assigned> gone = partitions.stream()
                .map(assigned::get)
                .filter(one -> one != null)
                .toList();
        if (!closing) {
            gone.forEach(TrackedConsumer::withdraw);
            awaitDone(gone);
        }
        commits.commitNow(this, assigned.values(), AT_LAST);
        forget(partitions);
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
            waitForRoom(PAUSED_MILLIS);
        }
    }

    private void forget(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            pausedByRoute.remove(partition);
            Assigned one = assigned.remove(partition);
            if (one != null) {
                one.lose();
                leftBehind.add(one);
            }
        }
    }

    /** Marks of transactions, and records that were compacted away, are behind the last record as well. */
    void passGaps() {
        for (Assigned one : assigned.values()) {
            if (one.offsets().underWay() == 0) {
                try {
                    one.offsets().passTo(super.position(one.partition(), Duration.ZERO));
                } catch (KafkaException | IllegalStateException e) {
                    LOG.debug("{} has no position now: {}", one.partition(), e.getMessage());
                }
            }
        }
    }
}
