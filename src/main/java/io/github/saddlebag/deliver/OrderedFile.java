package io.github.saddlebag.deliver;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes blocks of lines in the order of their numbers, in whatever order they come, or as they come. How many blocks can
 * wait for one that is missing is bounded by the reader, which does not run further ahead.
 */
public final class OrderedFile implements AutoCloseable {

    private final OutputStream out;
    private final OutputStream deadLetters;
    private final boolean ordered;
    private final Listener written;
    private final Map<Long, Block> waiting = new HashMap<>();
    /** What is written behind {@link #next}, from its first item to behind its last; none touches another. */
    private final TreeMap<Long, Long> beyond = new TreeMap<>();

    private long next;
    private long items;
    private long failed;
    private long length;
    private long letterLength;
    private boolean broken;

    private record Block(int count, int failed, byte[] lines, byte[] deadLetters) {}

    /** Told what was written, each time; it must not wait. */
    @FunctionalInterface
    public interface Listener {

        void written(long items, long failed);
    }

    /**
     * A run of items that follow each other.
     *
     * @param from the number of the first
     * @param to the number behind the last
     */
    public record Range(long from, long to) {}

    /**
     * What is written, at one moment.
     *
     * @param next all items before this number are
     * @param beyond as are these, in their order
     * @param items how many that are
     * @param failed how many of them failed
     * @param length the bytes of all results
     * @param letterLength the bytes of all dead letters
     */
    public record Mark(long next, List<Range> beyond, long items, long failed, long length, long letterLength) {

        /** Nothing is written yet. */
        public static final Mark NONE = new Mark(0, List.of(), 0, 0, 0, 0);
    }

    /**
     * @param out where results go
     * @param deadLetters where dead letters go
     * @param ordered false: blocks are written as they come
     * @param before what an earlier run has written
     * @param written told of what is written from now on
     */
    public OrderedFile(OutputStream out, OutputStream deadLetters, boolean ordered, Mark before, Listener written) {
        this.out = out;
        this.deadLetters = deadLetters;
        this.ordered = ordered;
        this.written = written;
        this.next = before.next;
        this.items = before.items;
        this.failed = before.failed;
        this.length = before.length;
        this.letterLength = before.letterLength;
        for (Range range : before.beyond) {
            beyond.put(range.from, range.to);
        }
        Long more = beyond.remove(next);
        next = more == null ? next : more;
    }

    /**
     * Takes the lines of {@code count} items, the first of which has this number, and the dead letters of those of them
     * that failed.
     */
    public synchronized void write(long first, int count, int failures, byte[] lines, byte[] letters)
            throws IOException {
        if (broken) {
            throw new IOException("Nothing more is written, for an earlier block could not be written.");
        }
        broken = true;
        writeInTurn(first, new Block(count, failures, lines, letters));
        broken = false;
    }

    private void writeInTurn(long first, Block block) throws IOException {
        long itemsBefore = items;
        long failedBefore = failed;
        if (!ordered) {
            write(first, block);
        } else {
            waiting.put(first, block);
            Block following = waiting.remove(next);
            while (following != null) {
                write(next, following);
                following = waiting.remove(next);
            }
        }
        if (items > itemsBefore) {
            written.written(items - itemsBefore, failed - failedBefore);
        }
    }

    private void write(long first, Block block) throws IOException {
        if (block.deadLetters.length > 0) {
            deadLetters.write(block.deadLetters);
            letterLength += block.deadLetters.length;
        }
        out.write(block.lines);
        length += block.lines.length;
        items += block.count;
        failed += block.failed;
        done(first, first + block.count);
    }

    private void done(long first, long last) {
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
            Long more = beyond.remove(next);
            next = more == null ? next : more;
        } else {
            beyond.put(from, to);
        }
    }

    /** Hands all that was written to the files, and says what it was. */
    public synchronized Mark mark() throws IOException {
        if (broken) {
            throw new IOException("A block could not be written.");
        }
        deadLetters.flush();
        out.flush();
        List<Range> ranges = new ArrayList<>(beyond.size());
        beyond.forEach((from, to) -> ranges.add(new Range(from, to)));
        return new Mark(next, ranges, items, failed, length, letterLength);
    }

    public synchronized void flush() throws IOException {
        deadLetters.flush();
        out.flush();
    }

    @Override
    public synchronized void close() throws IOException {
        try (deadLetters;
                out) {
            flush();
        }
    }
}
