package io.github.saddlebag.source;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The room that all readers share: so many items may be read, and not yet written or not yet durable. Who waits gets it in
 * turn, so that a large input keeps no small one waiting.
 */
final class Places {

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<ReadAhead> line = new ArrayDeque<>();
    private final Set<ReadAhead> readers = ConcurrentHashMap.newKeySet();
    private final int max;
    private long taken;

    /** @param max the most items */
    Places(int max) {
        this.max = max;
    }

    ReentrantLock lock() {
        return lock;
    }

    void enter(ReadAhead reader) {
        readers.add(reader);
    }

    void leave(ReadAhead reader) {
        readers.remove(reader);
    }

    /** Takes the last place in the line; under the lock, as all that follows. */
    void queue(ReadAhead reader) {
        line.addLast(reader);
    }

    /** Leaves the line; the next one may look whether there is room for it. */
    void leaveLine(ReadAhead reader) {
        line.remove(reader);
        wakeFirst();
    }

    boolean isFirst(ReadAhead reader) {
        return line.peekFirst() == reader;
    }

    /** Whether there is room; more than the most where all is free. */
    boolean fits(int items) {
        return taken == 0 || taken + items <= max;
    }

    void take(long items) {
        taken += items;
    }

    void giveBack(long items) {
        taken -= items;
        wakeFirst();
    }

    private void wakeFirst() {
        @Nullable ReadAhead first = line.peekFirst();
        if (first != null) {
            first.wake();
        }
    }

    /** Somebody waits for room: all are told, for each may have some to give. */
    void tellFull() {
        readers.forEach(ReadAhead::full);
    }
}
