package io.github.saddlebag.source;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many files are read at once, and how many may be under way: those that were read, and wait for their answers, are
 * some more.
 */
public final class InboxSlots {

    /** Small files wait for their answers longer than they are read: so many for each that is read fill the batches. */
    private static final int UNDER_WAY_FOR_EACH_OPEN = 8;

    private static final long STOP_CHECK_MILLIS = 100;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();
    private final int mostOpen;
    private final int mostUnderWay;
    private int open;
    private int underWay;
    private boolean coming;
    private boolean waiting;

    /** @param open how many files are read at once; 1: the next begins when the one before is done */
    public InboxSlots(int open) {
        this.mostOpen = open;
        this.mostUnderWay = open == 1 ? 1 : open * UNDER_WAY_FOR_EACH_OPEN;
    }

    /** The place of one file. */
    public final class Slot {

        private boolean read;
        private boolean done;

        /** It is read to its end, or is read no further. */
        void read() {
            lock.lock();
            try {
                if (!read) {
                    read = true;
                    open--;
                    freed.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }

        /** It is under way no more. */
        public void done() {
            lock.lock();
            try {
                read();
                if (!done) {
                    done = true;
                    underWay--;
                    freed.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }

        /** Whether items of other files may follow by and by, without that this one is done. */
        boolean isMoreComing() {
            lock.lock();
            try {
                return open > 0 || coming && !waiting;
            } finally {
                lock.unlock();
            }
        }
    }

    /** Waits for a place. Null: it was stopped. */
    @Nullable
    public Slot take(BooleanSupplier stopped) throws InterruptedException {
        lock.lock();
        try {
            while (!stopped.getAsBoolean()) {
                if (open < mostOpen && underWay < mostUnderWay) {
                    open++;
                    underWay++;
                    return new Slot();
                }
                waiting = true;
                freed.await(STOP_CHECK_MILLIS, TimeUnit.MILLISECONDS);
            }
            return null;
        } finally {
            waiting = false;
            lock.unlock();
        }
    }

    /** Whether more files are known that may begin. */
    public void coming(boolean more) {
        lock.lock();
        try {
            coming = more;
        } finally {
            lock.unlock();
        }
    }
}
