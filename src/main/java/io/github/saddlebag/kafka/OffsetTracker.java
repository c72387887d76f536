package io.github.saddlebag.kafka;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * How far one partition is done. Kept are the offsets that are not: those under way, and those that have to be polled
 * again; all others in front of the next one are done, or don't exist. Any thread may use it.
 */
final class OffsetTracker {

    /** Bytes for counts that grow. */
    private static final int SLACK = 16;

    /** True: it is under way. False: nobody has it, it has to be polled (again). */
    private final NavigableMap<Long, Boolean> open = new TreeMap<>();

    private int underWay;
    private long next;
    private long position;
    /** The most bytes that it takes to tell what is done; below 0: not known now. */
    private int mostBytes = -1;

    /**
     * @param start where polling begins
     * @param metadata what was committed with this offset
     */
    OffsetTracker(long start, @Nullable String metadata) {
        next = start;
        position = start;
        for (DoneAhead.Run run : DoneAhead.read(start, metadata)) {
            for (; next < run.first(); next++) {
                open.put(next, false);
            }
            next = run.last() + 1;
        }
    }

    /** Whether a record with this offset cannot be the next one: the partition is another one than it was. */
    synchronized boolean isBackward(long offset) {
        return offset < position;
    }

    /**
     * A record was polled. Those between it and the one before don't exist.
     *
     * @return false: it is done, or under way
     */
    synchronized boolean take(long offset) {
        passTo(offset);
        position = offset + 1;
        if (offset >= next) {
            if (mostBytes >= 0) {
                mostBytes += bytesFor(offset);
            }
            next = offset + 1;
            open.put(offset, true);
            underWay++;
            return true;
        }
        if (open.replace(offset, false, true)) {
            underWay++;
            return true;
        }
        return false;
    }

    /** All up to this offset, without it, was polled that exists. */
    synchronized void passTo(long offset) {
        if (offset > position) {
            NavigableMap<Long, Boolean> passed = open.subMap(position, true, offset, false);
            passed.values().removeIf(isUnderWay -> !isUnderWay);
            position = offset;
            next = Math.max(next, offset);
        }
    }

    /** A record is done, and delivered. False: it was already. */
    synchronized boolean done(long offset) {
        Boolean was = open.remove(offset);
        if (was == null) {
            return false;
        }
        if (was) {
            underWay--;
        }
        return true;
    }

    /** A record that was under way is not done, and has to be polled again. */
    synchronized void giveBack(long offset) {
        if (open.replace(offset, true, false)) {
            underWay--;
        }
    }

    /**
     * Goes on from an earlier assignment to the same process, which knows more than what was committed: what is done by
     * now, and what is still under way and must not be begun again.
     *
     * @param isUnderWay tells it of an offset that is open there
     */
    synchronized void goOnFrom(OffsetTracker earlier, LongPredicate isUnderWay) {
        NavigableMap<Long, Boolean> theirs;
        long theirNext;
        synchronized (earlier) {
            theirs = new TreeMap<>(earlier.open);
            theirNext = earlier.next;
        }
        open.keySet().removeIf(offset -> offset < theirNext && !theirs.containsKey(offset));
        for (long offset : theirs.tailMap(position).keySet()) {
            if (offset >= next || open.containsKey(offset)) {
                boolean busy = isUnderWay.test(offset);
                open.put(offset, busy);
                underWay += busy ? 1 : 0;
            }
        }
        next = Math.max(next, theirNext);
        mostBytes = -1;
    }

    /** The first record that was polled and has to be polled again; -1: there is none. The caller goes there. */
    synchronized long goBack() {
        for (Map.Entry<Long, Boolean> one : open.headMap(position).entrySet()) {
            if (!one.getValue()) {
                position = one.getKey();
                return position;
            }
        }
        return -1;
    }

    /** Whether this offset was polled, or is known to be done. */
    synchronized boolean knows(long offset) {
        return offset < position || offset < next && !open.containsKey(offset);
    }

    /** The first offset that is not done: what may be committed. */
    synchronized long commitOffset() {
        return open.isEmpty() ? next : open.firstKey();
    }

    /**
     * What is done behind {@link #commitOffset()}.
     *
     * @param most characters
     */
    synchronized String metadata(int most) {
        return DoneAhead.text(open.keySet(), next, most);
    }

    /**
     * Whether it can be told, when this record is taken too, what is done, whichever is done first.
     *
     * @param bytes for that
     */
    synchronized boolean hasRoomFor(long offset, int bytes) {
        if (offset < next || open.isEmpty() || (offset - commitOffset()) / DoneAhead.BLOCK + SLACK <= bytes) {
            return true;
        }
        if (mostBytes < 0) {
            mostBytes = DoneAhead.mostBytes(open.keySet(), next);
        }
        return mostBytes + bytesFor(offset) + SLACK <= bytes;
    }

    /** The same of as many more, one next to the other, or at least of a part of them. */
    synchronized boolean hasRoomForMore(int records, int bytes) {
        mostBytes = -1;
        return hasRoomFor(next, bytes - Math.min(records / DoneAhead.BLOCK, bytes / 4));
    }

    private int bytesFor(long offset) {
        long blocks = offset / DoneAhead.BLOCK - (next - 1) / DoneAhead.BLOCK;
        return blocks <= 1 && !open.isEmpty() && open.lastKey() / DoneAhead.BLOCK == (next - 1) / DoneAhead.BLOCK
                ? (int) blocks * DoneAhead.NEXT_BLOCK
                : DoneAhead.ANY_BLOCK;
    }

    /** Whether there are records in front of the next one that have to be polled again. */
    synchronized boolean isBehind() {
        return position < next;
    }

    /** The next offset that is polled. */
    synchronized long position() {
        return position;
    }

    /** How many records are under way. */
    synchronized int underWay() {
        return underWay;
    }

    /** How far it has come beyond the first offset that is not done. */
    synchronized long ahead() {
        return next - commitOffset();
    }
}
