package io.github.saddlebag.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/** The records that were polled, until they are handed on together. Used by the one thread that polls. */
final class Gathering {

    private final int enough;
    private final Duration maxWait;
    private List<Polled.Gathered> gathered = new ArrayList<>();
    private long sinceNanos;

    /**
     * @param enough how many records are handed on without waiting for others
     * @param maxWait how long fewer wait
     */
    Gathering(int enough, Duration maxWait) {
        this.enough = enough;
        this.maxWait = maxWait;
    }

    void add(Polled.Gathered record) {
        if (gathered.isEmpty()) {
            sinceNanos = System.nanoTime();
        }
        gathered.add(record);
    }

    boolean isEmpty() {
        return gathered.isEmpty();
    }

    /** Whether they are so many that they wait for no others. */
    boolean isEnough() {
        return gathered.size() >= enough;
    }

    /** Whether the first of them has waited long enough. */
    boolean isOld() {
        return !isEmpty() && System.nanoTime() - sinceNanos >= maxWait.toNanos();
    }

    /** What was gathered, as one record: Camel makes one exchange of it, whose body is the list. Nothing where that is empty. */
    ConsumerRecords<Object, Object> handOn() {
        if (gathered.isEmpty()) {
            return ConsumerRecords.empty();
        }
        List<Polled.Gathered> some = gathered;
        gathered = new ArrayList<>(some.size());
        ConsumerRecord<Object, Object> first = some.get(0).record();
        return new ConsumerRecords<>(Map.of(
                new TopicPartition(first.topic(), first.partition()),
                List.of(new ConsumerRecord<>(first.topic(), first.partition(), first.offset(), null, some))));
    }
}
