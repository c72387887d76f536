package io.github.saddlebag.kafka;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done of a partition behind the first offset that is not, as text that stands in the metadata of a commit: a
 * mark of its version, then the lengths of what is open and what is done in turn, or a bit for each offset, whichever is
 * shorter. What doesn't fit is left out from the end: it is done again.
 */
final class DoneAhead {

    /** The longest metadata that a broker takes unless it is told otherwise ({@code offset.metadata.max.bytes}). */
    static final int MOST = 4096;

    private static final String RUNS = "saddlebag1r:";
    private static final String BITS = "saddlebag1b:";
    private static final int MOST_OFFSETS = 100_000_000;

    private DoneAhead() {}

    /** Offsets from the first one to the last one, both of them done and all between. */
    record Run(long first, long last) {}

    /**
     * @param from the offset that is committed, which is not done
     * @param runs in their order, with a gap before each
     * @param most characters
     */
    static String text(long from, List<Run> runs, int most) {
        int bytes = Math.max(0, (most - RUNS.length()) * 3 / 4);
        if (runs.isEmpty() || bytes == 0) {
            return "";
        }
        byte[] asRuns = asRuns(from, runs, bytes);
        byte[] asBits = asBits(from, runs, bytes);
        boolean all = asRuns.length > 0 && asRuns[0] == 1;
        if (asBits == null || all && asRuns.length <= asBits.length) {
            return asRuns.length < 2 ? "" : RUNS + base64(Arrays.copyOfRange(asRuns, 1, asRuns.length));
        }
        return BITS + base64(asBits);
    }

    /** The first byte says whether they are complete. */
    private static byte[] asRuns(long from, List<Run> runs, int most) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(1);
        long at = from;
        byte[] complete = null;
        for (Run run : runs) {
            int before = out.size();
            number(out, run.first - at);
            number(out, run.last - run.first + 1);
            at = run.last + 1;
            if (out.size() - 1 > most) {
                complete = Arrays.copyOf(out.toByteArray(), before);
                complete[0] = 0;
                break;
            }
        }
        return complete == null ? out.toByteArray() : complete;
    }

    private static byte @Nullable [] asBits(long from, List<Run> runs, int most) {
        long length = runs.get(runs.size() - 1).last - from + 1;
        if (length > most * 8L) {
            return null;
        }
        BitSet bits = new BitSet((int) length);
        runs.forEach(run -> bits.set((int) (run.first - from), (int) (run.last - from) + 1));
        return bits.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, long value) {
        long left = value;
        while (left >= 0x80) {
            out.write((int) (left & 0x7f | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }

    private static String base64(byte[] bytes) {
        return new String(Base64.getEncoder().withoutPadding().encode(bytes), StandardCharsets.ISO_8859_1);
    }

    /**
     * What a text says; nothing where it is not one of ours, or is broken.
     *
     * @param from the offset that was committed with it
     */
    static List<Run> read(long from, @Nullable String text) {
        try {
            if (text != null && text.length() <= 64 * MOST) {
                if (text.startsWith(RUNS)) {
                    return readRuns(from, Base64.getDecoder().decode(text.substring(RUNS.length())));
                }
                if (text.startsWith(BITS)) {
                    return readBits(from, Base64.getDecoder().decode(text.substring(BITS.length())));
                }
            }
        } catch (IllegalArgumentException e) {
            // somebody else's, or broken: the offset alone holds
        }
        return List.of();
    }

    private static List<Run> readRuns(long from, byte[] bytes) {
        List<Run> runs = new ArrayList<>();
        long at = from;
        int[] next = {0};
        while (next[0] < bytes.length) {
            long open = number(bytes, next);
            long done = number(bytes, next);
            runs.add(new Run(at + open, at + open + done - 1));
            at += open + done;
            if (at - from > MOST_OFFSETS) {
                throw new IllegalArgumentException("so many are never told");
            }
        }
        return runs;
    }

    /** Never 0: no length is. */
    private static long number(byte[] bytes, int[] next) {
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            if (next[0] >= bytes.length) {
                break;
            }
            byte one = bytes[next[0]++];
            value |= (one & 0x7fL) << shift;
            if (one >= 0) {
                if (value == 0) {
                    break;
                }
                return value;
            }
        }
        throw new IllegalArgumentException("no length");
    }

    private static List<Run> readBits(long from, byte[] bytes) {
        BitSet bits = BitSet.valueOf(bytes);
        if (bits.get(0)) {
            throw new IllegalArgumentException("the first one is open");
        }
        List<Run> runs = new ArrayList<>();
        for (int first = bits.nextSetBit(0); first >= 0; ) {
            int end = bits.nextClearBit(first);
            runs.add(new Run(from + first, from + end - 1));
            first = bits.nextSetBit(end);
        }
        return runs;
    }
}
