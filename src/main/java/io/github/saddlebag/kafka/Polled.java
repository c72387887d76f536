package io.github.saddlebag.kafka;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.jspecify.annotations.Nullable;

/**
 * A record that was polled: what Camel hands on as the way to commit it. It is committed when its outcome is delivered,
 * so the commit that a route would make by hand is none.
 */
final class Polled implements KafkaManualCommit {

    private final @Nullable Assigned assigned;
    private final long offset;
    private final int places;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean delivering;

    /**
     * @param assigned null: the partition is not ours
     * @param places the room that it takes
     */
    Polled(@Nullable Assigned assigned, long offset, int places) {
        this.assigned = assigned;
        this.offset = offset;
        this.places = places;
    }

    @Override
    public void commit() {
        // offsets follow the outcomes
    }

    /** Who polled it; null: nobody who still has its partition. */
    @Nullable
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
        if (assigned != null && over.compareAndSet(false, true)) {
            assigned.done(offset);
            assigned.owner().release(places);
        }
    }

    /** It is done without an outcome. */
    void skip() {
        if (assigned != null && over.compareAndSet(false, true)) {
            assigned.skip(offset);
            assigned.owner().release(places);
        }
    }

    /** It is not handed on: whoever has the partition now polls it. */
    void drop() {
        if (assigned != null && over.compareAndSet(false, true)) {
            assigned.owner().release(places);
        }
    }

    /** It goes no further. Nothing, where its outcome was delivered. */
    void giveBack() {
        if (assigned != null && over.compareAndSet(false, true)) {
            assigned.giveBack(offset);
            assigned.owner().release(places);
            if (delivering) {
                assigned.owner().isNotDelivered();
            }
        }
    }
}
