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
    private final boolean ordered;
    private final LongConsumer written;
    private final Map<Long, Block> waiting = new HashMap<>();
    private long next;
    private boolean broken;

    private record Block(int count, byte[] lines) {}

    /**
     * @param ordered false: blocks are written as they come
     * @param written told how many items were written, each time
     */
    public OrderedFile(OutputStream out, boolean ordered, LongConsumer written) {
        this.out = out;
        this.ordered = ordered;
        this.written = written;
    }

    /** Takes the lines of {@code count} items, the first of which has this number. */
    public synchronized void write(long first, int count, byte[] lines) throws IOException {
        if (broken) {
            throw new IOException("Nothing more is written, for an earlier block could not be written.");
        }
        broken = true;
        writeInTurn(first, count, lines);
        broken = false;
    }

    private void writeInTurn(long first, int count, byte[] lines) throws IOException {
        if (!ordered) {
            out.write(lines);
            written.accept(count);
            return;
        }
        waiting.put(first, new Block(count, lines));
        Block block = waiting.remove(next);
        long items = 0;
        while (block != null) {
            out.write(block.lines);
            next += block.count;
            items += block.count;
            block = waiting.remove(next);
        }
        if (items > 0) {
            written.accept(items);
        }
    }

    public synchronized void flush() throws IOException {
        out.flush();
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }
}
