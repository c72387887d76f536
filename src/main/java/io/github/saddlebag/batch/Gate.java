package io.github.saddlebag.batch;

import io.github.saddlebag.support.StoppedException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bounds the number of unsettled items: who comes first enters first, and full means waiting.
 *
 * <p>Not a {@link java.util.concurrent.Semaphore}: callers wait here without a thread, a group larger than the gate
 * enters when the gate is empty, and the size may change while it is in use.
 */
final class Gate {

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Ticket> line = new ArrayDeque<>();
    private int capacity;
    private int taken;
    private boolean closed;

    Gate(int capacity) {
        this.capacity = capacity;
    }

    /** A place in the line, then inside. */
    static final class Ticket {
        private final int permits;
        private final Runnable onEntry;
        private State state = State.WAITING;

        private enum State {
            WAITING,
            INSIDE,
            LEFT
        }

        /**
         * @param permits how much room it needs, at least 1
         * @param onEntry called once if the turn comes later; it must only wake or hand over, for it runs under the
         *     gate's lock
         */
        Ticket(int permits, Runnable onEntry) {
            this.permits = permits;
            this.onEntry = onEntry;
        }
    }

    /**
     * Enters at once, or takes the last place in the line.
     *
     * @return true: inside, and {@code onEntry} is not called
     * @throws StoppedException the gate is closed
     */
    boolean enter(Ticket ticket) throws StoppedException {
        lock.lock();
        try {
            if (closed) {
                throw new StoppedException("The gate is closed.");
            }
            if (line.isEmpty() && fits(ticket)) {
                letIn(ticket);
                return true;
            }
            line.addLast(ticket);
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Leaves the line. False: it was not in the line any more. */
    boolean leave(Ticket ticket) {
        lock.lock();
        try {
            if (ticket.state != Ticket.State.WAITING || !line.remove(ticket)) {
                return false;
            }
            ticket.state = Ticket.State.LEFT;
            // the one behind may be small enough
            advance();
            return true;
        } finally {
            lock.unlock();
        }
    }

    boolean isInside(Ticket ticket) {
        lock.lock();
        try {
            return ticket.state == Ticket.State.INSIDE;
        } finally {
            lock.unlock();
        }
    }

    void release(int permits) {
        lock.lock();
        try {
            taken -= permits;
            advance();
        } finally {
            lock.unlock();
        }
    }

    /** Opens the gate, with this capacity. */
    void open(int newCapacity) {
        lock.lock();
        try {
            closed = false;
            capacity = newCapacity;
            advance();
        } finally {
            lock.unlock();
        }
    }

    /** Lets nobody in any more. Who waits stays in the line. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    int capacity() {
        lock.lock();
        try {
            return capacity;
        } finally {
            lock.unlock();
        }
    }

    int taken() {
        lock.lock();
        try {
            return taken;
        } finally {
            lock.unlock();
        }
    }

    int waiting() {
        lock.lock();
        try {
            return line.size();
        } finally {
            lock.unlock();
        }
    }

    private boolean fits(Ticket ticket) {
        return taken == 0 || taken + ticket.permits <= capacity;
    }

    private void letIn(Ticket ticket) {
        taken += ticket.permits;
        ticket.state = Ticket.State.INSIDE;
    }

    private void advance() {
        while (!closed && !line.isEmpty() && fits(line.getFirst())) {
            Ticket next = line.removeFirst();
            letIn(next);
            next.onEntry.run();
        }
    }
}
