package io.github.saddlebag.output;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which items are written: all before a number, and runs of others behind it. For one thread at a time. */
final class WrittenItems {

    private long next;
    /** What is written behind {@link #next}, from its first item to behind its last; none touches another. */
    private final TreeMap<Long, Long> beyond = new TreeMap<>();

    WrittenItems(Mark before) {
        next = before.next();
        for (Range range : before.beyond()) {
            beyond.put(range.from(), range.to());
        }
        joinNext();
    }

    /** All items before this number are written. */
    long next() {
        return next;
    }

    /** What is written behind it, in its order. */
    List<Range> beyond() {
        List<Range> ranges = new ArrayList<>(beyond.size());
        beyond.forEach((from, to) -> ranges.add(new Range(from, to)));
        return ranges;
    }

    /**
     * Items were written that follow each other.
     *
     * @param last the number behind the last
     */
    void add(long first, long last) {
        long from = first;
        long to = last;
        Map.Entry<Long, Long> before = beyond.floorEntry(first);
        if (before != null && before.getValue() == first) {
            from = before.getKey();
        }
        Long behind = beyond.remove(to);
        if (behind != null) {
            to = behind;
        }
        if (from == next) {
            next = to;
            joinNext();
        } else {
            beyond.put(from, to);
        }
    }

    private void joinNext() {
        for (Long more = beyond.remove(next); more != null; more = beyond.remove(next)) {
            next = more;
        }
    }
}
