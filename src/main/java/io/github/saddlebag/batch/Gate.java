package io.github.saddlebag.batch;

import io.github.saddlebag.support.StoppedException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the number of unsettled items: who is more urgent enters first, among those who comes first, and full means
 * waiting. As soon as callers come, a tenth is kept for them. Nobody is passed for ever.
 *
 * <p>Not a {@link java.util.concurrent.Semaphore}: callers wait here without a thread, a group larger than the gate
 * enters when the gate is empty, and the size may change while it is in use.
 */
final class Gate {

    private static final int URGENCIES = Position.Urgency.values().length;
    private static final int SHARE_KEPT = 10;

    /** So many that are more urgent pass somebody, no more. */
    private static final int PASSED = 9;

    /** By urgency. */
    private final List<Deque<Ticket>> lines = IntStream.range(0, URGENCIES)
            .<Deque<Ticket>>mapToObj(i -> new ArrayDeque<>())
            .toList();

    /** Whether what is let in could go on soon; where it could not, files wait. */
    private volatile BooleanSupplier demand = () -> true;

    private final int[] passed = new int[URGENCIES];
    private boolean callersCome;
    private int capacity;
    private int taken;
    private boolean closed;

    Gate(int capacity) {
        this.capacity = capacity;
    }

    /** A place in the line, then inside. */
    static final class Ticket {
        private final int permits;
        private final int urgency;
        private final Runnable onEntry;
        private State state = State.WAITING;

        private enum State {
            WAITING,
            INSIDE,
            LEFT
        }

        /**
         * @param permits how much room it needs, at least 1
         * @param urgency of {@link Position.Urgency}, by its place
         * @param onEntry called once if the turn comes later; it must only wake or hand over, for it runs under the
         *     gate's lock
         */
        Ticket(int permits, int urgency, Runnable onEntry) {
            this.permits = permits;
            this.urgency = urgency;
            this.onEntry = onEntry;
        }
    }

    /**
     * Enters at once, or takes the last place in the line.
     *
     * @return true: inside, and {@code onEntry} is not called
     * @throws StoppedException the gate is closed
     */
    synchronized boolean enter(Ticket ticket) throws StoppedException {
        if (closed) {
            throw new StoppedException("The gate is closed.");
        }
        callersCome |= ticket.urgency == 0;
        lines.get(ticket.urgency).addLast(ticket);
        advance(ticket);
        return ticket.state == Ticket.State.INSIDE;
    }

    /** Leaves the line. False: it was not in the line any more. */
    synchronized boolean leave(Ticket ticket) {
        if (ticket.state != Ticket.State.WAITING || !lines.get(ticket.urgency).remove(ticket)) {
            return false;
        }
        ticket.state = Ticket.State.LEFT;
        // the one behind may be small enough
        advance(null);
        return true;
    }

    synchronized boolean isInside(Ticket ticket) {
        return ticket.state == Ticket.State.INSIDE;
    }

    synchronized void release(int permits) {
        taken -= permits;
        advance(null);
    }

    /**
     * Lets files in only while there is demand, looked at when they come and each time that somebody gives a place back.
     *
     * @param whether asked under the gate's lock; never false for ever while anybody is inside
     */
    void demand(BooleanSupplier whether) {
        demand = whether;
    }

    /** Opens the gate, with this capacity. */
    synchronized void open(int newCapacity) {
        closed = false;
        capacity = newCapacity;
        advance(null);
    }

    /** Lets nobody in any more. Who waits stays in the line. */
    synchronized void close() {
        closed = true;
    }

    synchronized int capacity() {
        return capacity;
    }

    synchronized int taken() {
        return taken;
    }

    synchronized int waiting() {
        return lines.stream().mapToInt(Deque::size).sum();
    }

    /** The line whose first one is next: the most urgent, unless another was passed too often; null: nobody waits. */
    private @Nullable Deque<Ticket> next() {
        Deque<Ticket> first = null;
        for (int i = 0; i < URGENCIES; i++) {
            Deque<Ticket> line = lines.get(i);
            if (!line.isEmpty()) {
                if (first != null && passed[i] >= PASSED) {
                    return line;
                }
                first = first == null ? line : first;
            }
        }
        return first;
    }

    private boolean fits(Ticket ticket) {
        boolean aged = passed[ticket.urgency] >= PASSED;
        if (taken > 0 && ticket.urgency == URGENCIES - 1 && !aged && !demand.getAsBoolean()) {
            return false;
        }
        boolean kept = callersCome && ticket.urgency > 0 && !aged;
        return taken == 0 || taken + ticket.permits <= capacity - (kept ? capacity / SHARE_KEPT : 0);
    }

    private void letIn(Ticket ticket) {
        taken += ticket.permits;
        ticket.state = Ticket.State.INSIDE;
        passed[ticket.urgency] = 0;
        for (int i = ticket.urgency + 1; i < URGENCIES; i++) {
            passed[i] += lines.get(i).isEmpty() ? 0 : 1;
        }
    }

    /** @param comes who hears of it otherwise */
    private void advance(@Nullable Ticket comes) {
        Deque<Ticket> line = next();
        while (!closed && line != null && fits(line.getFirst())) {
            Ticket next = line.removeFirst();
            letIn(next);
            if (next != comes) {
                next.onEntry.run();
            }
            line = next();
        }
    }
}
