package io.github.saddlebag.kafka;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.support.Unrecoverable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;

/**
 * A consumer that is polled on while earlier records are under way. Each poll commits what is done by now, pauses the
 * partitions where there is no room, and lets go what was gathered. Where there is no room it comes back empty, so that
 * the member stays in its group however long an outage takes.
 *
 * <p>Used by the one thread that polls, but for {@link #isDone}, {@link #isNotDelivered} and {@link #release}.
 */
class TrackedConsumer extends KafkaConsumer<Object, Object> {

    private static final Duration IDLE = Duration.ofMillis(100);
    private static final Duration GATHER = Duration.ofMillis(20);
    /** While a commit is under way, whose answer may be waited for. */
    private static final Duration COMMIT = Duration.ofMillis(5);

    private static final Duration AT_LAST = Duration.ofSeconds(5);
    private static final long PAUSED_MILLIS = 20;

    private final Properties properties;
    private final KafkaLimits limits;
    private final Uncommitted uncommitted;
    private final OffsetCommits commits;
    private final Partitions partitions;
    private final PollErrors errors = new PollErrors();
    private final Set<TopicPartition> pausedByRoute = new HashSet<>();
    private final AtomicLong places = new AtomicLong();
    private final Object room = new Object();
    private volatile boolean closed;
    private volatile long polledNanos = System.nanoTime();
    private List<Polled.Gathered> gathered = new ArrayList<>();
    private long gatheredSince;

    TrackedConsumer(Properties properties, KafkaLimits limits, LeftBehind leftBehind, Uncommitted uncommitted) {
        super(properties);
        this.properties = properties;
        this.limits = limits;
        this.uncommitted = uncommitted;
        this.commits = new OffsetCommits(limits.maxPoll(), uncommitted);
        boolean fromTheEnd = "latest".equals(properties.get("auto.offset.reset"));
        this.partitions = new Partitions(this, limits, leftBehind, commits, fromTheEnd);
    }

    @Override
    public ConsumerRecords<Object, Object> poll(Duration timeout) {
        polledNanos = System.nanoTime();
        try {
            if (errors.isWaiting()) {
                waitForRoom();
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
        } catch (Error e) {
            // Camel's thread would end with it, and nobody be told
            Unrecoverable.report(e);
            throw e;
        }
    }

    private ConsumerRecords<Object, Object> pollOnce() {
        partitions.learn();
        partitions.goBack();
        partitions.commitIfDue();
        boolean full = isFull();
        boolean allPaused = pauseAndResume(full);
        partitions.tell(full);
        if (gathered.size() >= limits.atOnce() || !gathered.isEmpty() && (allPaused || isOld())) {
            return handOn();
        }
        ConsumerRecords<Object, Object> records = super.poll(wait(allPaused));
        if (records.isEmpty()) {
            if (allPaused && !commits.isUnderWay()) {
                waitForRoom();
            }
            // what was gathered is handed on when nothing comes
            return handOn();
        }
        gather(records);
        return gathered.size() >= limits.atOnce() ? handOn() : ConsumerRecords.empty();
    }

    private boolean isOld() {
        return System.nanoTime() - gatheredSince >= limits.maxWait().toNanos();
    }

    /** What was gathered, as one record: Camel makes one exchange of it, whose body is the list. */
    private ConsumerRecords<Object, Object> handOn() {
        if (gathered.isEmpty()) {
            return ConsumerRecords.empty();
        }
        List<Polled.Gathered> some = gathered;
        gathered = new ArrayList<>(limits.atOnce());
        if (some.size() > limits.atOnce()) {
            List<Polled.Gathered> rest = some.subList(limits.atOnce(), some.size());
            gathered.addAll(rest);
            rest.clear();
        }
        gatheredSince = System.nanoTime();
        ConsumerRecord<Object, Object> first = some.get(0).record();
        return new ConsumerRecords<>(Map.of(
                new TopicPartition(first.topic(), first.partition()),
                List.of(new ConsumerRecord<>(first.topic(), first.partition(), first.offset(), null, some))));
    }

    private Duration wait(boolean allPaused) {
        if (commits.isUnderWay()) {
            return COMMIT;
        }
        return allPaused ? Duration.ZERO : gathered.isEmpty() ? IDLE : shorter(GATHER, limits.maxWait());
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Waits until there is room, or something to commit, for a short while. */
    void waitForRoom() {
        try {
            synchronized (room) {
                room.wait(PAUSED_MILLIS);
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** The records that are not done, nor under way. */
    private void gather(ConsumerRecords<Object, Object> polled) {
        if (gathered.isEmpty()) {
            gatheredSince = System.nanoTime();
        }
        long room = 0;
        int bytes = commits.bytesAhead();
        for (TopicPartition partition : polled.partitions()) {
            for (ConsumerRecord<Object, Object> record : polled.records(partition)) {
                Assigned to = partitions.of(partition, record.offset());
                if (bytes > 0 && !to.offsets().hasRoomFor(record.offset(), bytes)) {
                    to.cutOff(record.offset());
                    super.seek(partition, record.offset());
                    break;
                }
                if (to.offsets().take(record.offset())) {
                    int its = Item.permitsOf(record.value());
                    gathered.add(new Polled.Gathered(record, new Polled(to, record.offset(), its)));
                    room += its;
                }
            }
        }
        places.addAndGet(room);
    }

    /** How its partitions stand. Any thread. */
    PartitionLog log() {
        return partitions.log();
    }

    /** Whether it is over. Any thread. */
    boolean isClosed() {
        return closed;
    }

    /** How long it has not been polled. Any thread. */
    Duration silent() {
        return closed ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - polledNanos);
    }

    /** How many commits it made. Any thread. */
    long commits() {
        return commits.made();
    }

    /** A record is done, and delivered. Any thread. */
    void isDone() {
        if (commits.isDone()) {
            wake();
        }
    }

    /** The outcome of a record had its place to be delivered, and was not. Any thread. */
    void isNotDelivered() {
        uncommitted.leave(1);
    }

    private void wake() {
        synchronized (room) {
            room.notifyAll();
        }
    }

    /** Room comes free. Any thread. */
    void release(int some) {
        long before = places.getAndAdd(-some);
        if (before > limits.places() - limits.atOnce()) {
            wake();
        }
    }

    private boolean isFull() {
        long taken = places.get();
        return taken > 0 && taken + limits.atOnce() > limits.places();
    }

    /** Pauses what there is no room for. Whether all is paused that we have. */
    private boolean pauseAndResume(boolean full) {
        Set<TopicPartition> paused = super.paused();
        Set<TopicPartition> all = super.assignment();
        pausedByRoute.retainAll(all);
        List<TopicPartition> stop = new ArrayList<>();
        List<TopicPartition> go = new ArrayList<>();
        int open = 0;
        for (TopicPartition partition : all) {
            boolean is = paused.contains(partition);
            boolean shall =
                    full || pausedByRoute.contains(partition) || partitions.isUnknown(partition) || isTooFar(partition);
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

    /** Whether no more of it may be polled. What has to be polled again always may. */
    private boolean isTooFar(TopicPartition partition) {
        Assigned one = partitions.get(partition);
        if (one == null || one.offsets().isBehind()) {
            return false;
        }
        int bytes = commits.bytesAhead();
        return one.offsets().ahead() >= limits.maxAhead() || bytes > 0 && !one.hasRoomForMore(limits.atOnce(), bytes);
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

    /** Polls none of them until the next poll sees that it may. */
    void hold(Collection<TopicPartition> some) {
        super.pause(some);
    }

    /** To there, whatever is known. */
    void goTo(TopicPartition partition, long offset) {
        super.seek(partition, offset);
    }

    /** Camel goes back to what is committed where its route is resumed; what is known here is not polled twice. */
    @Override
    public void seek(TopicPartition partition, long offset) {
        Assigned known = partitions.get(partition);
        if (known == null || !known.offsets().knows(offset)) {
            super.seek(partition, offset);
        }
    }

    @Override
    public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
        List<String> names = topics.stream().map(String::trim).toList();
        names.forEach(topic -> Brokers.askSoon(
                properties, topic, "Records of the topic {} cannot be read: {} They are read once they can be."));
        super.subscribe(names, partitions.with(listener));
    }

    @Override
    public void subscribe(Pattern pattern, ConsumerRebalanceListener listener) {
        super.subscribe(pattern, partitions.with(listener));
    }

    @Override
    public void unsubscribe() {
        partitions.close();
        super.unsubscribe();
    }

    @Override
    public void close() {
        partitions.close();
        super.close(AT_LAST);
        commits.close();
        closed = true;
    }
}
