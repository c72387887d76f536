package io.github.saddlebag.output;

import io.github.saddlebag.memory.Memory;
import io.github.saddlebag.support.UnwritableException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Writes blocks of lines in the order of their numbers, in whatever order they come, or as they come. Those that have to
 * wait for one that is missing are kept on the disk, where there is a place for it; how many can wait in memory is bounded
 * by the reader, which does not run further ahead.
 */
public final class OrderedFile implements AutoCloseable {

    private static final long LARGEST_BLOCK = 1 << 20;
    private static final int BUFFER = 1 << 16;

    private final OutputStream out;
    private final OutputStream deadLetters;
    private final boolean ordered;
    private final Listener written;
    private final Rows rows;
    /** Blocks that are not kept on the disk yet. */
    private final WaitingBlocks waiting = new WaitingBlocks();

    private final WrittenItems done;

    private final @Nullable KeptBlocks kept;
    /** Those whose turn has come, and that wait for the beginning of the file. */
    private final HeldBlocks held;

    private long answered;
    private long released;
    private long settled;
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
     * @param out where results go
     * @param deadLetters where dead letters go
     * @param ordered false: blocks are written as they come
     * @param before what an earlier run has written
     * @param written told of what is written from now on
     * @param kept where blocks wait for their turn that have to wait for longer; null: in memory
     * @param rows makes what is written of the lines, when it is their turn
     */
    public OrderedFile(
            OutputStream out,
            OutputStream deadLetters,
            boolean ordered,
            Mark before,
            Listener written,
            @Nullable KeptBlocks kept,
            Rows rows) {
        this.rows = rows;
        this.held = new HeldBlocks(rows, before.length() > 0);
        this.kept = ordered ? kept : null;
        this.released = before.items();
        this.answered = before.items() + kept();
        this.out = out;
        this.deadLetters = deadLetters;
        this.ordered = ordered;
        this.written = written;
        this.done = new WrittenItems(before);
        this.items = before.items();
        this.failed = before.failed();
        this.length = before.length();
        this.letterLength = before.letterLength();
        this.flushedItems = items;
        this.flushedFailed = failed;
    }

    /** Says what it says in the words of its pipeline. */
    public void tells(UnaryOperator<String> words) {
        waiting.tells(words);
    }

    /** Counts what waits in memory for its turn. */
    public synchronized OrderedFile countIn(Memory newMemory) {
        waiting.countIn(newMemory);
        return this;
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
        waiting.put(first, new Block(count, failures, lines, letters));
        if (!stuck) {
            attempt(this::writeWhatMayBe);
        }
    }

    private void writeWhatMayBe() throws IOException {
        long itemsBefore = items;
        long failedBefore = failed;
        try {
            boolean more = true;
            while (more) {
                more = held.take(waiting, kept, ordered ? done.next() : -1);
                writeHeld();
            }
        } finally {
            if (items > itemsBefore) {
                written.written(items - itemsBefore, failed - failedBefore);
            }
        }
        if (unflushed > BUFFER) {
            flushFiles();
        }
    }

    private void writeHeld() throws IOException {
        for (HeldBlocks.Held next = held.next(); next != null; next = held.next()) {
            write(next.first(), next.block());
            if (unflushed > LARGEST_BLOCK) {
                // not all that was kept on the disk at once
                flushFiles();
            }
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
        done.add(first, first + block.count());
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
                kept.free(mark.next());
            } catch (IOException e) {
                throw new UnwritableException(kept.base(), e);
            }
        }
    }

    /** How many items have an answer that is kept. */
    public synchronized long kept() {
        return kept == null ? 0 : kept.items();
    }

    /** Items that need no room any more, as they are written or among the few that are held, since it was last asked. */
    public synchronized long released() {
        long before = released;
        released = items + held.items();
        return released - before;
    }

    /** No more comes: what was held is written by the next flush. */
    public synchronized void end() {
        held.end();
    }

    /** How many were written, held or kept at the last mark. */
    public synchronized long settled() {
        return settled;
    }

    /** Items that came with their answer or failure, those that wait for their turn included. */
    public synchronized long answered() {
        return answered;
    }

    /**
     * Hands all that was written to the files, and says what it was.
     *
     * @param look what is done meanwhile, while nothing is written
     * @throws UnwritableException it may be tried again
     */
    public synchronized Mark mark(Step look) throws IOException {
        if (broken) {
            throw new IOException("A block could not be written.");
        }
        flushAll();
        look.run();
        if (kept != null) {
            held.keep(kept, done.next());
            waiting.keep(kept, done.next(), LARGEST_BLOCK);
        }
        settled = items + held.items() + kept();
        return new Mark(done.next(), done.beyond(), items, failed, length, letterLength);
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
            end();
            flush();
        }
    }
}
