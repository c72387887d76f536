package io.github.saddlebag.kafka;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * How much is being delivered, or is delivered and not committed: at most twice what is committed at once. So what a
 * crash does again is bounded, however long a commit takes. All consumers of a source share it. Any thread may use it.
 */
final class Uncommitted {

    private final int most;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private int taken;
    private volatile boolean waitedFor;

    private record Waiting(int items, Runnable whenFree) {}

    /** @param most items; more are let in only by themselves */
    Uncommitted(int most) {
        this.most = most;
    }

    /**
     * Takes places.
     *
     * @param whenFree is run once they are taken, by whoever leaves others; not run where it is now
     * @return whether they are taken now
     */
    synchronized boolean enter(int items, Runnable whenFree) {
        if (waiting.isEmpty() && isFree(items)) {
            taken += items;
            return true;
        }
        waiting.add(new Waiting(items, whenFree));
        waitedFor = true;
        return false;
    }

    /** These were delivered, whether there are places for them or not. */
    synchronized void takeAnyhow(int items) {
        taken += items;
    }

    private boolean isFree(int items) {
        return taken == 0 || taken + items <= most;
    }

    /** These are committed, or were not delivered. */
    void leave(int items) {
        if (items == 0) {
            return;
        }
        List<Waiting> free = new ArrayList<>();
        synchronized (this) {
            taken -= items;
            for (Waiting next = waiting.peek(); next != null && isFree(next.items); next = waiting.peek()) {
                taken += next.items;
                free.add(waiting.remove());
            }
            waitedFor = !waiting.isEmpty();
        }
        free.forEach(one -> one.whenFree.run());
    }

    /** Whether anything waits for a commit. */
    boolean isWaitedFor() {
        return waitedFor;
    }
}
