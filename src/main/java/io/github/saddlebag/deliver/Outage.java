package io.github.saddlebag.deliver;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * A destination that is down, from its first failure until it takes something again. One delivery tries, when that is due;
 * the others stand in a line behind it, in the order in which they came.
 */
final class Outage {

    private final Deque<Waiting> line = new ArrayDeque<>();
    /** Those that were under way when it went down stand in front. */
    private int triedBefore;

    private @Nullable Exchange trying;
    private int failures;
    private long dueNanos;

    /**
     * A delivery that waits.
     *
     * @param goOn has it tried
     */
    record Waiting(Exchange exchange, Runnable goOn) {}

    /**
     * Takes a place in the line.
     *
     * @param hasTried whether it has failed before
     */
    synchronized void join(Waiting one, boolean hasTried) {
        if (!hasTried) {
            line.addLast(one);
            return;
        }
        Deque<Waiting> behind = new ArrayDeque<>();
        for (int i = 0; i < triedBefore; i++) {
            behind.addLast(line.removeFirst());
        }
        line.addFirst(one);
        triedBefore++;
        while (!behind.isEmpty()) {
            line.addFirst(behind.removeLast());
        }
    }

    /** Puts those of the outage before in front. */
    synchronized void joinAll(List<Waiting> before) {
        for (int i = before.size() - 1; i >= 0; i--) {
            line.addFirst(before.get(i));
        }
        triedBefore += before.size();
    }

    /** Whether this one has its turn, which it keeps as often as it fails. */
    synchronized boolean isTrying(Exchange exchange) {
        return trying == exchange;
    }

    /** Whose turn it is next, if nobody tries; null: nobody's. */
    synchronized @Nullable Waiting next() {
        Waiting first = trying == null ? line.pollFirst() : null;
        if (first != null) {
            trying = first.exchange;
            triedBefore = Math.max(0, triedBefore - 1);
        }
        return first;
    }

    /**
     * A delivery failed. Those that were under way as the first did count for nothing.
     *
     * @return how often this has failed that its turn counts for; 0: it counts for nothing
     */
    synchronized int failed(Exchange exchange) {
        if (trying != null && trying != exchange) {
            return 0;
        }
        trying = exchange;
        return ++failures;
    }

    /** When it is tried again. */
    synchronized void dueAt(long nanos) {
        dueNanos = nanos;
    }

    synchronized long dueNanos() {
        return dueNanos;
    }

    /** It is not tried again by this one. */
    synchronized void leave(Exchange exchange) {
        if (trying == exchange) {
            trying = null;
        }
    }

    /** It is over: all who wait, in their order. */
    synchronized List<Waiting> all() {
        List<Waiting> all = new ArrayList<>(line);
        line.clear();
        triedBefore = 0;
        trying = null;
        return all;
    }
}
