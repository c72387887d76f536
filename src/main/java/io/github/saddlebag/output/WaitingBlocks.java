package io.github.saddlebag.output;

import io.github.saddlebag.memory.Memory;
import io.github.saddlebag.support.UnwritableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Blocks that wait in memory for their turn, until they are written or kept on the disk. For one thread at a time. */
final class WaitingBlocks {

    private static final Logger LOG = LoggerFactory.getLogger(OrderedFile.class);

    private final TreeMap<Long, Block> blocks = new TreeMap<>();
    /** What they are counted in; null: in nothing. */
    private @Nullable Memory memory;

    private boolean toldFull;
    private UnaryOperator<String> told = UnaryOperator.identity();

    /** Says what it says in the words of its pipeline. */
    void tells(UnaryOperator<String> words) {
        told = words;
    }

    void countIn(Memory newMemory) {
        memory = newMemory;
    }

    /** @param first the number of its first item */
    void put(long first, Block block) {
        blocks.put(first, block);
        if (memory != null) {
            memory.addInOrder(block.bytes());
        }
    }

    /** Takes the block that begins with this item; null: it does not wait. */
    @Nullable
    Block remove(long first) {
        Block block = blocks.remove(first);
        if (block != null && memory != null) {
            memory.removeInOrder(block.bytes());
        }
        return block;
    }

    boolean isEmpty() {
        return blocks.isEmpty();
    }

    /** The number of the first item of all. */
    long first() {
        return blocks.firstKey();
    }

    /**
     * What waits leaves memory, as far as there is room; what follows each other is kept together, in blocks of about so
     * many bytes.
     *
     * @param next the item whose turn it is
     * @throws UnwritableException it may be tried again
     */
    void keep(KeptBlocks into, long next, long blockBytes) throws IOException {
        while (!blocks.isEmpty()) {
            long first = blocks.firstKey();
            List<Block> run = new ArrayList<>();
            long bytes = 0;
            int count = 0;
            Block block = blocks.get(first);
            while (block != null && bytes < blockBytes) {
                run.add(block);
                bytes += block.bytes();
                count += block.count();
                block = blocks.get(first + count);
            }
            Block whole = Block.joined(run);
            if (!into.hasRoom(next, first, whole)) {
                tellFull(into, next);
                return;
            }
            keep(into, first, whole);
            for (Block each : run) {
                remove(first);
                first += each.count();
            }
        }
    }

    static void keep(KeptBlocks into, long first, Block block) throws UnwritableException {
        try {
            into.keep(first, block);
        } catch (IOException e) {
            throw new UnwritableException(into.base(), e);
        }
    }

    private void tellFull(KeptBlocks full, long next) {
        if (!toldFull) {
            toldFull = true;
            LOG.warn(
                    told.apply("{} answers are kept behind item {}, which has none yet, and no more are"
                            + " (saddlebag.deliver.keep, or {} items): reading waits for it."),
                    full.items(),
                    next + 1,
                    KeptBlocks.MOST_ITEMS);
        }
    }
}
