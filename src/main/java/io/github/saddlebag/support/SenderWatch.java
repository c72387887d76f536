package io.github.saddlebag.support;

import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices a source that waits for each answer with its thread: a batch has at most as many items then as there are such
 * threads, and waits {@code max-wait} for others in vain. Told of each batch that leaves, one after the other.
 */
public final class SenderWatch {

    static final int IN_A_ROW = 50;

    /** A flow has batches more often; who asks now and then does not care. */
    private static final long PAUSE_NANOS = 1_000_000_000L;

    private final IntSupplier waitingThreads;
    private int inARow;
    private int largest;
    private long lastNanos;
    private boolean told;

    /** @param waitingThreads how many threads wait for exchanges to go on */
    public SenderWatch(IntSupplier waitingThreads) {
        this.waitingThreads = waitingThreads;
    }

    /**
     * A batch left.
     *
     * @param full whether it took no more
     * @param senders exchanges that wait for their items, in all
     * @return what is to be said, once; null: nothing
     */
    @Nullable
    public String left(String name, int items, boolean full, int senders, long openedNanos, long nowNanos) {
        if (told) {
            return null;
        }
        boolean inVain = !full && items == senders && openedNanos - lastNanos < PAUSE_NANOS;
        lastNanos = nowNanos;
        if (!inVain || waitingThreads.getAsInt() < senders) {
            inARow = 0;
            largest = 0;
            return null;
        }
        inARow++;
        largest = Math.max(largest, items);
        if (inARow < IN_A_ROW) {
            return null;
        }
        told = true;
        return "batch:" + name + ": the last " + IN_A_ROW + " batches had at most " + largest
                + (largest == 1 ? " item" : " items")
                + " and waited for others in vain (saddlebag.batch.max-wait): all who send wait for each answer with a"
                + " thread. Send side by side (parallelProcessing of a split, concurrentConsumers of a queue), send a"
                + " list as one message, or set saddlebag.batch.max-items to " + largest + ", so that none waits.";
    }
}
