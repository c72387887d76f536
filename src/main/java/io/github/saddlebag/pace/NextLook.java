package io.github.saddlebag.pace;

import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;

/** Has somebody look again when a rate, or a pause of all, may be over. Used under a lock. */
final class NextLook {

    private static final long NONE = Long.MAX_VALUE;

    private final Object lock;
    private final LongSupplier nanos;
    private final ObjLongConsumer<Runnable> timer;
    private final Runnable look;
    private long until = NONE;

    /** @param look run without the lock */
    NextLook(Object lock, LongSupplier nanos, ObjLongConsumer<Runnable> timer, Runnable look) {
        this.lock = lock;
        this.nanos = nanos;
        this.timer = timer;
        this.look = look;
    }

    /** Looks after so many nanoseconds, if it does not look before that. */
    void in(long wait) {
        long at = nanos.getAsLong() + wait;
        if (until != NONE && until - at <= 0) {
            return;
        }
        until = at;
        timer.accept(
                () -> {
                    synchronized (lock) {
                        until = until == at ? NONE : until;
                    }
                    look.run();
                },
                wait);
    }
}
