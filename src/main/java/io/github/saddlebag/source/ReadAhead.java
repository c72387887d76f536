package io.github.saddlebag.source;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * How far a reader may run ahead of what is written. This one bound, which all readers share, limits the memory for results
 * that wait for their turn, and what is done again after a crash.
 */
final class ReadAhead {

    private static final long STOP_CHECK_MILLIS = 200;

    private final Places places;
    private final ReentrantLock lock;
    private final Condition turn;
    private final Runnable full;
    private long held;
    private boolean lent;
    private boolean ended;
    private volatile boolean waiting;

    /**
     * @param places are shared with other readers
     * @param full told each time that a reader has to wait; it must not wait itself
     */
    ReadAhead(Places places, Runnable full) {
        this.places = places;
        this.lock = places.lock();
        this.turn = lock.newCondition();
        this.full = full;
        places.enter(this);
    }

    /** Waits for room. False: it was stopped. */
    boolean acquire(int items, BooleanSupplier stopped) throws InterruptedException {
        lock.lock();
        try {
            places.queue(this);
            while (!ended && !stopped.getAsBoolean()) {
                boolean first = places.isFirst(this);
                if (first && places.fits(items)) {
                    held += items;
                    places.take(items);
                    return true;
                }
                waiting = true;
                if (first) {
                    places.tellFull();
                }
                turn.await(STOP_CHECK_MILLIS, TimeUnit.MILLISECONDS);
            }
            return false;
        } finally {
            waiting = false;
            places.leaveLine(this);
            lock.unlock();
        }
    }

    /** It may be its turn; under the lock. */
    void wake() {
        turn.signal();
    }

    /** A reader waits for room. */
    void full() {
        full.run();
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
            turn.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Leaves its room to the others for as long as what it has read cannot be written. */
    void lend() {
        lock.lock();
        try {
            if (!lent) {
                lent = true;
                places.giveBack(held);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives room again. */
    void goOn() {
        lock.lock();
        try {
            ended = false;
            if (lent) {
                lent = false;
                places.take(held);
            }
        } finally {
            lock.unlock();
        }
    }

    void release(long items) {
        lock.lock();
        try {
            held -= items;
            if (!lent) {
                places.giveBack(items);
            }
        } finally {
            lock.unlock();
        }
    }

    /** It is over: what was not written is done again later. */
    void leave() {
        lock.lock();
        try {
            places.leave(this);
            if (!lent) {
                places.giveBack(held);
            }
            held = 0;
        } finally {
            lock.unlock();
        }
    }
}
