package io.github.saddlebag.output;

import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * The result lines of items that follow each other, and the dead letters of those of them that failed.
 *
 * @param count how many items
 * @param failed how many of them failed
 */
record Block(int count, int failed, byte[] lines, byte[] letters) {

    /** Several that follow each other, as one. */
    static Block joined(List<Block> run) {
        if (run.size() == 1) {
            return run.get(0);
        }
        ByteArrayOutputStream lines = new Pieces(64);
        ByteArrayOutputStream letters = new Pieces(64);
        int count = 0;
        int failed = 0;
        for (Block block : run) {
            lines.writeBytes(block.lines);
            letters.writeBytes(block.letters);
            count += block.count;
            failed += block.failed;
        }
        return new Block(count, failed, lines.toByteArray(), letters.toByteArray());
    }

    /** How many bytes it takes where it is kept. */
    long bytes() {
        return KeptSegment.HEAD + (long) lines.length + letters.length + KeptSegment.SUM;
    }
}
