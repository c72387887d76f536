package io.github.saddlebag.kafka;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done of a partition behind the first offset that is not, as text that stands in the metadata of a commit: a
 * mark of its version, then blocks of eight offsets. Blocks that are all done, or all open, are counted; of the others a
 * bit says of each offset whether it is done. What doesn't fit is left out from the end: it is done again.
 */
final class DoneAhead {

    /** The longest metadata that a broker takes unless it is told otherwise ({@code offset.metadata.max.bytes}). */
    static final int MOST = 4096;

    /** The offsets of a block. */
    static final int BLOCK = 8;

    /** One more block, behind others that aren't all done, takes at most as many bytes. */
    static final int NEXT_BLOCK = 1;

    /** One more block, anywhere behind, takes at most as many bytes: its own, and two counts. */
    static final int ANY_BLOCK = 7;

    private static final String MARK = "saddlebag1:";
    private static final int MIXED = 0;
    private static final int ALL_DONE = 1;
    private static final int ALL_OPEN = 2;
    private static final int EVERY = 0xff;
    /** Fewer blocks that are alike are not worth a count of their own. */
    private static final int ALIKE = 4;

    private static final int MOST_OFFSETS = 100_000_000;
    private static final int MOST_OPEN = 2_000_000;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream mixed = new ByteArrayOutputStream();
    private final int most;
    private int alike;
    private int alikeKind;
    private boolean full;

    private DoneAhead(int most) {
        this.most = most;
    }

    /** How many bytes go into so many characters. */
    static int bytes(int characters) {
        return Math.max(0, (characters - MARK.length()) * 3 / 4);
    }

    /**
     * @param open the offsets that are not done, in their order; the first of them is committed
     * @param next what is behind the last one that is known
     * @param most characters
     */
    static String text(Iterable<Long> open, long next, int most) {
        DoneAhead text = new DoneAhead(bytes(most));
        text.write(open, next, false);
        byte[] bytes = text.out.toByteArray();
        return bytes.length == 0
                ? ""
                : MARK + new String(Base64.getEncoder().withoutPadding().encode(bytes), StandardCharsets.ISO_8859_1);
    }

    /** How many bytes it takes at most to tell what is done, whichever of the open ones are done by then. */
    static int mostBytes(Iterable<Long> open, long next) {
        DoneAhead text = new DoneAhead(Integer.MAX_VALUE);
        text.write(open, next, true);
        return text.out.size();
    }

    /** @param anyMayBeDone what is open counts as neither open nor done */
    private void write(Iterable<Long> open, long next, boolean anyMayBeDone) {
        long block = -1;
        int done = EVERY;
        for (long offset : open) {
            long its = offset / BLOCK;
            if (its != block) {
                boolean first = block < 0;
                if (!first) {
                    add(done, anyMayBeDone);
                    blocks(ALL_DONE, its - block - 1);
                }
                block = its;
                done = first ? EVERY << offset % BLOCK & EVERY : EVERY;
            }
            done &= ~(1 << offset % BLOCK);
        }
        if (block < 0) {
            return;
        }
        long last = (next - 1) / BLOCK;
        int behind = (int) (BLOCK - 1 - (next - 1) % BLOCK);
        if (last == block) {
            add(done & EVERY >> behind, anyMayBeDone);
        } else {
            add(done, anyMayBeDone);
            blocks(ALL_DONE, last - block - 1);
            if (behind == 0) {
                blocks(ALL_DONE, 1);
            } else {
                add(EVERY >> behind, anyMayBeDone);
            }
        }
        // what is open at the end needs no word
        end(anyMayBeDone || alikeKind == ALL_DONE);
    }

    private void add(int done, boolean anyMayBeDone) {
        if (!anyMayBeDone && done == EVERY) {
            blocks(ALL_DONE, 1);
        } else if (!anyMayBeDone && done == 0) {
            blocks(ALL_OPEN, 1);
        } else {
            settle();
            mixed.write(done);
        }
    }

    private void blocks(int kind, long count) {
        if (count > 0) {
            if (alike > 0 && kind != alikeKind) {
                settle();
            }
            alikeKind = kind;
            alike += (int) count;
        }
    }

    /** Those that are alike get their count, or become some of those that are not. */
    private void settle() {
        if (alike >= ALIKE) {
            flush();
            count(alike, alikeKind);
        } else {
            for (int i = 0; i < alike; i++) {
                mixed.write(alikeKind == ALL_DONE ? EVERY : 0);
            }
        }
        alike = 0;
    }

    private void end(boolean alikeToo) {
        if (alikeToo) {
            settle();
        }
        flush();
    }

    private void flush() {
        int count = mixed.size();
        int fit = Math.min(count, most - out.size() - (count >= 32 ? 2 : 1));
        if (fit > 0 && !full) {
            count(fit, MIXED);
            out.write(mixed.toByteArray(), 0, fit);
        }
        full |= fit < count;
        mixed.reset();
    }

    private void count(int blocks, int kind) {
        long value = (long) blocks << 2 | kind;
        int length = Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
        if (full || out.size() + length > most) {
            full = true;
            return;
        }
        for (; value >= 0x80; value >>>= 7) {
            out.write((int) (value & 0x7f | 0x80));
        }
        out.write((int) value);
    }

    /** Offsets from the first one to the last one, both of them done and all between. */
    record Run(long first, long last) {}

    /**
     * What a text says; nothing where it is not one of ours, or is broken.
     *
     * @param from the offset that was committed with it
     */
    static List<Run> read(long from, @Nullable String text) {
        try {
            if (text != null && text.length() <= 64 * MOST && text.startsWith(MARK)) {
                return read(from, Base64.getDecoder().decode(text.substring(MARK.length())));
            }
        } catch (IllegalArgumentException e) {
            // somebody else's, or broken: the offset alone holds
        }
        return List.of();
    }

    private static List<Run> read(long from, byte[] bytes) {
        Runs runs = new Runs(from);
        int[] at = {0};
        while (at[0] < bytes.length) {
            long value = number(bytes, at);
            int kind = (int) (value & 3);
            long count = value >>> 2;
            if (kind > ALL_OPEN || kind == MIXED && count > bytes.length - at[0]) {
                throw new IllegalArgumentException("no such blocks");
            }
            if (kind == MIXED) {
                for (long i = 0; i < count; i++) {
                    runs.block(bytes[at[0]++]);
                }
            } else {
                runs.blocks(kind == ALL_DONE, count);
            }
        }
        return runs.all;
    }

    /** Never 0: no count is. */
    private static long number(byte[] bytes, int[] at) {
        long value = 0;
        for (int shift = 0; shift < 35 && at[0] < bytes.length; shift += 7) {
            byte one = bytes[at[0]++];
            value |= (one & 0x7fL) << shift;
            if (one >= 0) {
                if (value >>> 2 == 0) {
                    break;
                }
                return value;
            }
        }
        throw new IllegalArgumentException("no count");
    }

    private static final class Runs {
        private final List<Run> all = new ArrayList<>();
        private final long from;
        private long at;
        private long first = -1;
        private long open;

        Runs(long from) {
            this.from = from;
            this.at = from / BLOCK * BLOCK;
        }

        void block(int done) {
            for (int bit = 0; bit < BLOCK; bit++) {
                offsets((done >> bit & 1) == 1, 1);
            }
        }

        void blocks(boolean done, long count) {
            offsets(done, count * BLOCK);
        }

        private void offsets(boolean done, long count) {
            open += done ? 0 : count;
            if (at + count - from > MOST_OFFSETS || open > MOST_OPEN) {
                throw new IllegalArgumentException("so many are never told");
            }
            if (done && at <= from && from < at + count) {
                throw new IllegalArgumentException("the first one is open");
            }
            if (done && at > from) {
                long begin = first < 0 ? at : first;
                if (first >= 0) {
                    all.remove(all.size() - 1);
                }
                all.add(new Run(begin, at + count - 1));
                first = begin;
            } else {
                first = -1;
            }
            at += count;
        }
    }
}
