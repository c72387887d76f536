package io.github.saddlebag.source;

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
            synchronized (InboxSlots.this) {
                if (!read) {
                    read = true;
                    open--;
                    InboxSlots.this.notifyAll();
                }
            }
        }

        /** It is under way no more. */
        public void done() {
            synchronized (InboxSlots.this) {
                read();
                if (!done) {
                    done = true;
                    underWay--;
                    InboxSlots.this.notifyAll();
                }
            }
        }

        /** Whether items of other files may follow by and by, without that this one is done. */
        boolean isMoreComing() {
            synchronized (InboxSlots.this) {
                return open > 0 || coming && !waiting;
            }
        }
    }

    /** Waits for a place. Null: it was stopped. */
    @Nullable
    public synchronized Slot take(BooleanSupplier stopped) throws InterruptedException {
        try {
            while (!stopped.getAsBoolean()) {
                if (open < mostOpen && underWay < mostUnderWay) {
                    open++;
                    underWay++;
                    return new Slot();
                }
                waiting = true;
                wait(STOP_CHECK_MILLIS);
            }
            return null;
        } finally {
            waiting = false;
        }
    }

    /** Whether more files are known that may begin. */
    public synchronized void coming(boolean more) {
        coming = more;
    }
}
