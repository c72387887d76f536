package io.github.saddlebag.kafka;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A record that was polled, on its way to its outcome; it is committed when that is delivered. */
final class Polled {

    private final Assigned assigned;
    private final long offset;
    private final int places;
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.TO_COME);

    /** How far its outcome is. */
    private enum Stage {
        /** It has no place among what is being delivered, or waits for a destination without one. */
        TO_COME,
        DELIVERING,
        OVER
    }

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

    /** Whether its outcome needs a place to be delivered. */
    boolean needsPlace() {
        return stage.get() == Stage.TO_COME;
    }

    /** Whether its outcome, which is about to be delivered, takes a place for that; false: it has one. */
    boolean delivering() {
        return stage.compareAndSet(Stage.TO_COME, Stage.DELIVERING);
    }

    /** Whether it gives back its place, as its outcome waits for a destination that is down, or for others that do. */
    boolean heldUp() {
        return stage.compareAndSet(Stage.DELIVERING, Stage.TO_COME);
    }

    /** Its outcome is delivered. */
    void done() {
        over(was -> {
            if (was == Stage.TO_COME) {
                assigned.owner().isDeliveredWithoutPlace();
            }
            assigned.done(offset);
        });
    }

    /** It is done without an outcome. */
    void skip() {
        over(was -> assigned.skip(offset));
    }

    /** It is not handed on: whoever has the partition now polls it. */
    void drop() {
        over(was -> {});
    }

    /** It goes no further. Nothing, where its outcome was delivered. */
    void giveBack() {
        over(was -> {
            assigned.giveBack(offset);
            if (was == Stage.DELIVERING) {
                assigned.owner().isNotDelivered();
            }
        });
    }

    private void over(Consumer<Stage> end) {
        Stage was = stage.getAndSet(Stage.OVER);
        if (was != Stage.OVER) {
            end.accept(was);
            assigned.owner().release(places);
        }
    }
}
