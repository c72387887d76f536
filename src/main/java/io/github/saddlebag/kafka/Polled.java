package io.github.saddlebag.kafka;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A record that was polled, on its way to its outcome; it is committed when that is delivered. */
final class Polled {

    private final Assigned assigned;
    private final long offset;
    private final int places;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean delivering;

    /** With what stands in it, which is not kept longer than needed. */
    record Gathered(ConsumerRecord<Object, Object> record, Polled polled) {}

    /** @param places the room that it takes */
    Polled(Assigned assigned, long offset, int places) {
        this.assigned = assigned;
        this.offset = offset;
        this.places = places;
    }

    /** The partition, as it was polled. */
    Assigned assigned() {
        return assigned;
    }

    long offset() {
        return offset;
    }

    /** Its outcome is about to be delivered, and has its place for that. */
    void delivering() {
        delivering = true;
    }

    /** Its outcome is delivered. */
    void done() {
        if (over.compareAndSet(false, true)) {
            assigned.done(offset);
            assigned.owner().release(places);
        }
    }

    /** It is done without an outcome. */
    void skip() {
        if (over.compareAndSet(false, true)) {
            assigned.skip(offset);
            assigned.owner().release(places);
        }
    }

    /** It is not handed on: whoever has the partition now polls it. */
    void drop() {
        if (over.compareAndSet(false, true)) {
            assigned.owner().release(places);
        }
    }

    /** It goes no further. Nothing, where its outcome was delivered. */
    void giveBack() {
        if (over.compareAndSet(false, true)) {
            assigned.giveBack(offset);
            assigned.owner().release(places);
            if (delivering) {
                assigned.owner().isNotDelivered();
            }
        }
    }
}
