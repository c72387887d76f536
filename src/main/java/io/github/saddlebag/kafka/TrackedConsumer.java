package io.github.saddlebag.kafka;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.support.Unrecoverable;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
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

    private final Properties properties;
    private final Uncommitted uncommitted;
    private final OffsetCommits commits;
    private final Partitions partitions;
    private final PollRoom room;
    private final Gathering gathering;
    private final Duration gatherWait;
    private final PollErrors errors = new PollErrors();
    private volatile boolean closed;
    private volatile long polledNanos = System.nanoTime();

    TrackedConsumer(
            Properties properties, KafkaLimits limits, Partitions.LeftBehind leftBehind, Uncommitted uncommitted) {
        super(fromTheFirstLeft(properties));
        this.properties = properties;
        this.uncommitted = uncommitted;
        this.commits = new OffsetCommits(limits.part(), uncommitted);
        boolean fromTheEnd = "latest".equals(properties.get("auto.offset.reset"));
        this.partitions = new Partitions(this, limits, leftBehind, commits, fromTheEnd);
        this.room = new PollRoom(this, limits, partitions, commits);
        this.gathering = new Gathering(limits.part(), limits.maxWait());
        this.gatherWait = limits.maxWait().compareTo(GATHER) < 0 ? limits.maxWait() : GATHER;
    }

    /** Where a group begins is decided once; if its next records were deleted since, it goes on with those that are left. */
    private static Properties fromTheFirstLeft(Properties properties) {
        Properties all = new Properties();
        all.putAll(properties);
        all.put("auto.offset.reset", "earliest");
        return all;
    }

    @Override
    public ConsumerRecords<Object, Object> poll(Duration timeout) {
        polledNanos = System.nanoTime();
        try {
            if (errors.isWaiting()) {
                room.await();
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
        commits.commitIfDue(this, partitions);
        boolean full = room.isFull();
        boolean allPaused = room.pauseAndResume(full);
        log().tell(this, partitions.all(), full, commits.made());
        if (gathering.isEnough() || allPaused && !gathering.isEmpty() || gathering.isOld()) {
            return gathering.handOn();
        }
        ConsumerRecords<Object, Object> records = super.poll(wait(allPaused));
        if (records.isEmpty()) {
            if (allPaused && !commits.isUnderWay()) {
                room.await();
            }
            // what was gathered is handed on when nothing comes
            return gathering.handOn();
        }
        gather(records);
        return gathering.isEnough() ? gathering.handOn() : ConsumerRecords.empty();
    }

    private Duration wait(boolean allPaused) {
        if (commits.isUnderWay()) {
            return COMMIT;
        }
        return allPaused ? Duration.ZERO : gathering.isEmpty() ? IDLE : gatherWait;
    }

    /** Waits until there is room, or something to commit, for a short while. */
    void waitForRoom() {
        room.await();
    }

    /** The records that are not done, nor under way. */
    private void gather(ConsumerRecords<Object, Object> polled) {
        long taken = 0;
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
                    gathering.add(new Polled.Gathered(record, new Polled(to, record.offset(), its)));
                    taken += its;
                }
            }
        }
        room.take(taken);
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
            room.wake();
        }
    }

    /** The outcome of a record is delivered that had given its place back. Any thread. */
    void isDeliveredWithoutPlace() {
        uncommitted.takeAnyhow(1);
    }

    /** The outcome of a record had its place to be delivered, and was not. Any thread. */
    void isNotDelivered() {
        uncommitted.leave(1);
    }

    /** Room comes free. Any thread. */
    void release(int some) {
        room.release(some);
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        room.byRoute(partitions);
        super.pause(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        room.notByRoute(partitions);
        // the others when there is room: at the next poll
    }

    /** Polls none of them until the next poll sees that it may. */
    void hold(Collection<TopicPartition> some) {
        super.pause(some);
    }

    /** Polls them again. */
    void letGo(Collection<TopicPartition> some) {
        super.resume(some);
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
