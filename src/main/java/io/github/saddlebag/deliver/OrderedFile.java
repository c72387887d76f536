package io.github.saddlebag.deliver;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Writes blocks of lines in the order of their numbers, in whatever order they come. How many blocks can wait for one
 * that is missing is bounded by the reader, which does not run further ahead.
 */
public final class OrderedFile implements AutoCloseable {

    private final OutputStream out;
    private final OutputStream deadLetters;
    private final boolean ordered;
    private final LongConsumer written;
    private final Map<Long, Block> waiting = new HashMap<>();
    private long next;
    private boolean broken;

    private record Block(int count, byte[] lines, byte[] deadLetters) {}

    /**
     * @param out where results go
     * @param deadLetters where dead letters go
     * @param ordered false: blocks are written as they come
     * @param written told how many items were written, each time
     */
    public OrderedFile(OutputStream out, OutputStream deadLetters, boolean ordered, LongConsumer written) {
        this.out = out;
        this.deadLetters = deadLetters;
        this.ordered = ordered;
        this.written = written;
    }

    /**
     * Takes the lines of {@code count} items, the first of which has this number, and the dead letters of those of them
     * that failed.
     */
    public synchronized void write(long first, int count, byte[] lines, byte[] letters) throws IOException {
        if (broken) {
            throw new IOException("Nothing more is written, for an earlier block could not be written.");
        }
        broken = true;
        writeInTurn(first, new Block(count, lines, letters));
        broken = false;
    }

    private void writeInTurn(long first, Block block) throws IOException {
        if (!ordered) {
            write(block);
            written.accept(block.count);
            return;
        }
        waiting.put(first, block);
        Block following = waiting.remove(next);
        long items = 0;
        while (following != null) {
            write(following);
            next += following.count;
            items += following.count;
            following = waiting.remove(next);
        }
        if (items > 0) {
            written.accept(items);
        }
    }

    private void write(Block block) throws IOException {
        if (block.deadLetters.length > 0) {
            deadLetters.write(block.deadLetters);
        }
        out.write(block.lines);
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
