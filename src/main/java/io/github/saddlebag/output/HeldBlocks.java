package io.github.saddlebag.output;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Blocks whose turn has come, which wait until {@link Rows#begin} knows how their file begins. None of them counts as
 * written. For one thread at a time.
 */
final class HeldBlocks {

    /** At so many items, or bytes, none waits any longer. */
    static final int MOST_ITEMS = 1000;

    private static final long MOST_BYTES = 1 << 20;

    private final Rows rows;
    private final List<Held> blocks = new ArrayList<>();
    private int items;
    private long bytes;
    private boolean over;

    /** @param onDisk whether it is kept there */
    record Held(long first, Block block, boolean onDisk) {}

    /** @param begun whether something is written already */
    HeldBlocks(Rows rows, boolean begun) {
        this.rows = rows;
        this.over = begun;
    }

    /** None waits any longer. */
    void end() {
        over = true;
    }

    /**
     * Takes the block whose turn it is.
     *
     * @param next the first item that is not written; negative: any that waits has its turn
     * @return false: it is not there yet
     */
    boolean take(WaitingBlocks waiting, @Nullable KeptBlocks kept, long next) throws IOException {
        if (next < 0 && waiting.isEmpty()) {
            return false;
        }
        long first = next < 0 ? waiting.first() : next + items;
        Block block = waiting.remove(first);
        boolean onDisk = false;
        if (block == null && kept != null) {
            block = kept.take(first);
            onDisk = true;
        }
        if (block == null) {
            return false;
        }
        blocks.add(new Held(first, block, onDisk));
        items += block.count();
        bytes += block.bytes();
        over = over || rows.begin(block.lines()) || items >= MOST_ITEMS || bytes >= MOST_BYTES;
        return true;
    }

    /** Takes the first; null: it waits, or there is none. One without a line has nothing to wait for. */
    @Nullable
    Held next() {
        if (blocks.isEmpty() || !over && blocks.get(0).block.lines().length > 0) {
            return null;
        }
        Held first = blocks.remove(0);
        items -= first.block.count();
        bytes -= first.block.bytes();
        return first;
    }

    int items() {
        return items;
    }

    /** They are kept on the disk too, as far as there is room; what is kept is not given to others. */
    void keep(KeptBlocks into, long next) throws IOException {
        for (int i = 0; i < blocks.size(); i++) {
            Held held = blocks.get(i);
            if (!held.onDisk && into.hasRoom(next, held.first, held.block)) {
                WaitingBlocks.keep(into, held.first, held.block);
                into.take(held.first);
                blocks.set(i, new Held(held.first, held.block, true));
            }
        }
    }
}
