package io.github.saddlebag.kafka;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
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

    /** True: it is under way. False: nobody has it, it has to be polled (again). */
    private final NavigableMap<Long, Boolean> open = new TreeMap<>();

    private int underWay;
    private long next;
    private long position;

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
        if (open.isEmpty()) {
            return "";
        }
        List<DoneAhead.Run> runs = new ArrayList<>();
        Iterator<Long> offsets = open.keySet().iterator();
        long last = offsets.next();
        long from = last;
        while (offsets.hasNext()) {
            long offset = offsets.next();
            if (offset > last + 1) {
                runs.add(new DoneAhead.Run(last + 1, offset - 1));
            }
            last = offset;
        }
        if (next > last + 1) {
            runs.add(new DoneAhead.Run(last + 1, next - 1));
        }
        return DoneAhead.text(from, runs, most);
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
