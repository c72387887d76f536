package io.github.saddlebag.output;

import io.github.saddlebag.batch.Memory;
import io.github.saddlebag.output.KeptBlocks.Block;
import io.github.saddlebag.support.UnwritableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes blocks of lines in the order of their numbers, in whatever order they come, or as they come. Those that have to
 * wait for one that is missing are kept on the disk, where there is a place for it; how many can wait in memory is bounded
 * by the reader, which does not run further ahead.
 */
public final class OrderedFile implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OrderedFile.class);
    private static final long LARGEST_BLOCK = 1 << 20;
    private static final int BUFFER = 1 << 16;

    private final OutputStream out;
    private final OutputStream deadLetters;
    private final boolean ordered;
    private final Listener written;
    private final Rows rows;
    /** Blocks that are not kept on the disk yet. */
    private final TreeMap<Long, Block> waiting = new TreeMap<>();

    private final @Nullable KeptBlocks kept;
    /** What is written behind {@link #next}, from its first item to behind its last; none touches another. */
    private final TreeMap<Long, Long> beyond = new TreeMap<>();

    /** What those that wait in memory are counted in; null: in nothing. */
    private @Nullable Memory memory;

    private long next;
    private long answered;
    private long keptItems;
    private boolean toldFull;
    private long items;
    private long failed;
    private long length;
    private long letterLength;
    private long unflushed;
    private long flushedItems;
    private long flushedFailed;
    private boolean broken;
    private boolean stuck;

    /** Told what was written, each time; it must not wait. */
    @FunctionalInterface
    public interface Listener {

        void written(long items, long failed);
    }

    /** Something that may fail. */
    @FunctionalInterface
    public interface Step {

        void run() throws IOException;
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
        this(out, deadLetters, ordered, before, written, null);
    }

    /** @param kept where blocks wait for their turn that have to wait for longer; null: in memory */
    public OrderedFile(
            OutputStream out,
            OutputStream deadLetters,
            boolean ordered,
            Mark before,
            Listener written,
            @Nullable KeptBlocks kept) {
        this(out, deadLetters, ordered, before, written, kept, Rows.LINES);
    }

    /** @param rows makes what is written of the lines, when it is their turn */
    public OrderedFile(
            OutputStream out,
            OutputStream deadLetters,
            boolean ordered,
            Mark before,
            Listener written,
            @Nullable KeptBlocks kept,
            Rows rows) {
        this.rows = rows;
        this.kept = ordered ? kept : null;
        this.keptItems = this.kept == null ? 0 : this.kept.items();
        this.answered = before.items + keptItems;
        this.out = out;
        this.deadLetters = deadLetters;
        this.ordered = ordered;
        this.written = written;
        this.next = before.next;
        this.items = before.items;
        this.failed = before.failed;
        this.length = before.length;
        this.letterLength = before.letterLength;
        this.flushedItems = items;
        this.flushedFailed = failed;
        for (Range range : before.beyond) {
            beyond.put(range.from, range.to);
        }
        Long more = beyond.remove(next);
        next = more == null ? next : more;
    }

    /** Counts what waits in memory for its turn. */
    public synchronized OrderedFile countIn(Memory newMemory) {
        memory = newMemory;
        return this;
    }

    private void put(long first, Block block) {
        waiting.put(first, block);
        if (memory != null) {
            memory.addInOrder(block.bytes());
        }
    }

    private @Nullable Block remove(long first) {
        Block block = waiting.remove(first);
        if (block != null && memory != null) {
            memory.removeInOrder(block.bytes());
        }
        return block;
    }

    /**
     * Takes the lines of {@code count} items, the first of which has this number, and the dead letters of those of them
     * that failed.
     *
     * @throws UnwritableException they were taken, and could not be written yet; {@link #flush} tries it again
     * @throws IOException they were not taken
     */
    public synchronized void write(long first, int count, int failures, byte[] lines, byte[] letters)
            throws IOException {
        if (broken) {
            throw new IOException("Nothing more is written, for an earlier block could not be written.");
        }
        answered += count;
        put(first, new Block(count, failures, lines, letters));
        if (!stuck) {
            attempt(this::writeWhatMayBe);
        }
    }

    private void writeWhatMayBe() throws IOException {
        if (ordered) {
            writeInTurn();
        } else {
            writeAll();
        }
        if (unflushed > BUFFER) {
            flushFiles();
        }
    }

    /** What cannot be written does not break it, and waits in memory. */
    private void attempt(Step step) throws IOException {
        broken = true;
        try {
            step.run();
        } catch (UnwritableException e) {
            stuck = true;
            broken = false;
            throw e;
        }
        broken = false;
    }

    private void writeAll() throws IOException {
        while (!waiting.isEmpty()) {
            long first = waiting.firstKey();
            Block block = Objects.requireNonNull(remove(first));
            write(first, block);
            written.written(block.count(), block.failed());
        }
    }

    private void writeInTurn() throws IOException {
        long itemsBefore = items;
        long failedBefore = failed;
        try {
            Block following = following();
            while (following != null) {
                write(next, following);
                if (unflushed > LARGEST_BLOCK) {
                    // not all that was kept on the disk at once
                    flushFiles();
                }
                following = following();
            }
        } finally {
            if (items > itemsBefore) {
                written.written(items - itemsBefore, failed - failedBefore);
            }
        }
    }

    private @Nullable Block following() throws IOException {
        Block block = remove(next);
        return block == null && kept != null ? kept.take(next) : block;
    }

    private void write(long first, Block block) throws IOException {
        if (block.letters().length > 0) {
            deadLetters.write(block.letters());
            letterLength += block.letters().length;
        }
        byte[] lines = rows.of(block.lines(), length == 0);
        out.write(lines);
        length += lines.length;
        unflushed += lines.length + block.letters().length;
        items += block.count();
        failed += block.failed();
        done(first, first + block.count());
    }

    /** What waits for its turn leaves memory; what follows each other is kept together. */
    private void keep(KeptBlocks into) throws IOException {
        while (!waiting.isEmpty()) {
            long first = waiting.firstKey();
            List<Block> run = new ArrayList<>();
            long bytes = 0;
            int count = 0;
            Block block = waiting.get(first);
            while (block != null && bytes < LARGEST_BLOCK) {
                run.add(block);
                bytes += block.bytes();
                count += block.count();
                block = waiting.get(first + count);
            }
            Block whole = joined(run);
            if (!into.hasRoom(next, first, whole)) {
                tellFull(into);
                return;
            }
            keep(into, first, whole);
            for (Block each : run) {
                remove(first);
                first += each.count();
            }
        }
    }

    private static void keep(KeptBlocks into, long first, Block block) throws UnwritableException {
        try {
            into.keep(first, block);
        } catch (IOException e) {
            throw new UnwritableException(into.base(), e);
        }
    }

    private static Block joined(List<Block> run) {
        if (run.size() == 1) {
            return run.get(0);
        }
        ByteArrayOutputStream lines = new Pieces(64);
        ByteArrayOutputStream letters = new Pieces(64);
        int count = 0;
        int failed = 0;
        for (Block block : run) {
            lines.writeBytes(block.lines());
            letters.writeBytes(block.letters());
            count += block.count();
            failed += block.failed();
        }
        return new Block(count, failed, lines.toByteArray(), letters.toByteArray());
    }

    private void tellFull(KeptBlocks full) {
        if (!toldFull) {
            toldFull = true;
            LOG.warn(
                    "{} answers are kept behind item {}, which has none yet, and no more are (saddlebag.deliver.keep, or"
                            + " {} items): reading waits for it.",
                    full.items(),
                    next + 1,
                    KeptBlocks.MOST_ITEMS);
        }
    }

    /** Forces to the disk what was kept until the last mark. */
    public void forceKept() throws IOException {
        if (kept != null) {
            kept.force();
        }
    }

    /**
     * What was written until this mark is durable: of what was kept for it nothing is needed any more.
     *
     * @throws UnwritableException it may be tried again
     */
    public synchronized void durable(Mark mark) throws IOException {
        if (kept != null) {
            try {
                kept.free(mark.next);
            } catch (IOException e) {
                throw new UnwritableException(kept.base(), e);
            }
        }
    }

    /** How many items had an answer that was kept at the last mark. */
    public synchronized long kept() {
        return keptItems;
    }

    /** Items that came with their answer or failure, those that wait for their turn included. */
    public synchronized long answered() {
        return answered;
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

    /**
     * Hands all that was written to the files, and says what it was.
     *
     * @throws UnwritableException it may be tried again
     */
    public Mark mark() throws IOException {
        return mark(() -> {});
    }

    /** @param look what is done meanwhile, while nothing is written */
    public synchronized Mark mark(Step look) throws IOException {
        if (broken) {
            throw new IOException("A block could not be written.");
        }
        flushAll();
        look.run();
        if (kept != null) {
            keep(kept);
            keptItems = kept.items();
        }
        List<Range> ranges = new ArrayList<>(beyond.size());
        beyond.forEach((from, to) -> ranges.add(new Range(from, to)));
        return new Mark(next, ranges, items, failed, length, letterLength);
    }

    /** @throws UnwritableException it may be tried again */
    public synchronized void flush() throws IOException {
        if (!broken) {
            flushAll();
        }
    }

    private void flushAll() throws IOException {
        stuck = false;
        attempt(() -> {
            // what an earlier run has kept may be all that is left
            writeWhatMayBe();
            flushFiles();
        });
    }

    private void flushFiles() throws IOException {
        deadLetters.flush();
        out.flush();
        unflushed = 0;
        flushedItems = items;
        flushedFailed = failed;
    }

    /** What closes the file when all is written; it counts to no mark. */
    public synchronized byte[] tail() {
        return rows.tail(length == 0);
    }

    /** Items whose results were handed to the file, and are in no buffer any more. */
    public synchronized long flushed() {
        return flushedItems;
    }

    /** Those of them that failed. */
    public synchronized long flushedFailed() {
        return flushedFailed;
    }

    @Override
    public synchronized void close() throws IOException {
        try (deadLetters;
                out;
                KeptBlocks files = kept) {
            flush();
        }
    }
}
