package io.github.saddlebag.source;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * How far a reader may run ahead of what is written. This one bound limits the memory for results that wait for their
 * turn, and what is done again after a crash.
 */
final class ReadAhead {

    private static final long STOP_CHECK_MILLIS = 200;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final int max;
    private final Runnable full;
    private long outstanding;
    private boolean ended;
    private volatile boolean waiting;

    /** @param max the most items that are read, and not yet written or not yet durable */
    ReadAhead(int max) {
        this(max, () -> {});
    }

    /** @param full told each time that a reader has to wait; it must not wait itself */
    ReadAhead(int max, Runnable full) {
        this.max = max;
        this.full = full;
    }

    /** Waits for room. False: it was stopped. */
    boolean acquire(int items, BooleanSupplier stopped) throws InterruptedException {
        lock.lock();
        try {
            while (!ended && !stopped.getAsBoolean()) {
                if (outstanding == 0 || outstanding + items <= max) {
                    outstanding += items;
                    return true;
                }
                waiting = true;
                full.run();
                room.await(STOP_CHECK_MILLIS, TimeUnit.MILLISECONDS);
            }
            return false;
        } finally {
            waiting = false;
            lock.unlock();
        }
    }

    /** Whether a reader waits for room. */
    boolean isWaiting() {
        return waiting;
    }

    /** Gives no more room. */
    void stop() {
        lock.lock();
        try {
            ended = true;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Gives room again. */
    void goOn() {
        lock.lock();
        try {
            ended = false;
        } finally {
            lock.unlock();
        }
    }

    void release(long items) {
        lock.lock();
        try {
            outstanding -= items;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
