package io.github.saddlebag.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Feeds a parser with what it should read, changed at random byte by byte, for a few hundred milliseconds. What fails is
 * told with its seed and its bytes; {@code -Dsaddlebag.fuzz=10s} makes it take longer, {@code -Dsaddlebag.seed=N} repeats it.
 */
public final class Mutations {

    private static final long MILLIS = millis(System.getProperty("saddlebag.fuzz", "400ms"));

    /** Bytes that mean something to one parser or another. */
    private static final byte[] SPECIAL =
            "\r\n\t \"',;:=|{}[]()<>-_+/\\#0123456789eE.\0\uFEFFµ".getBytes(StandardCharsets.UTF_8);

    private Mutations() {}

    /** What is done with each input; fails by throwing. */
    @FunctionalInterface
    public interface Parser {
        void parse(byte[] input) throws Exception;
    }

    /** The seed of this run. */
    public static long seed() {
        return Long.getLong("saddlebag.seed", System.nanoTime());
    }

    private static long millis(String time) {
        return time.endsWith("ms")
                ? Long.parseLong(time.replace("ms", ""))
                : TimeUnit.SECONDS.toMillis(Long.parseLong(time.replace("s", "")));
    }

    /** Each of the examples as it is, and then changed ones as long as there is time. */
    public static void feed(Parser parser, String... examples) {
        feed(
                parser,
                Arrays.stream(examples)
                        .map(text -> text.getBytes(StandardCharsets.UTF_8))
                        .toList());
    }

    /** The same of examples that are no text. */
    public static void feed(Parser parser, List<byte[]> known) {
        long seed = seed();
        Random random = new Random(seed);
        known.forEach(example -> check(parser, example, seed));
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MILLIS);
        while (System.nanoTime() - end < 0) {
            byte[] input = known.get(random.nextInt(known.size()));
            for (int changes = 1 + random.nextInt(6); changes > 0; changes--) {
                input = changed(input, random, known);
            }
            check(parser, input, seed);
        }
    }

    private static void check(Parser parser, byte[] input, long seed) {
        try {
            parser.parse(input);
        } catch (Throwable e) {
            byte[] shrunk = shrunk(parser, input);
            throw new AssertionError(
                    "seed " + seed + ", bytes as ISO-8859-1: "
                            + new String(shrunk, StandardCharsets.ISO_8859_1)
                                    .replace("\\", "\\\\")
                                    .replace("\r", "\\r")
                                    .replace("\n", "\\n"),
                    e);
        }
    }

    /** Without what is not needed for it to fail. */
    public static byte[] shrunk(Parser parser, byte[] input) {
        byte[] least = input;
        for (int part = Math.max(1, input.length / 2); part > 0; part /= 2) {
            for (int from = 0; from < least.length; ) {
                byte[] less = without(least, from, Math.min(part, least.length - from));
                if (fails(parser, less)) {
                    least = less;
                } else {
                    from += part;
                }
            }
        }
        return least;
    }

    private static boolean fails(Parser parser, byte[] input) {
        try {
            parser.parse(input);
            return false;
        } catch (Throwable e) {
            return true;
        }
    }

    /** Changed in one place: a byte or a run of them is replaced, left out, put in or doubled, or the end is cut off. */
    public static byte[] changed(byte[] input, Random random, List<byte[]> others) {
        if (input.length == 0) {
            return new byte[] {SPECIAL[random.nextInt(SPECIAL.length)]};
        }
        int at = random.nextInt(input.length);
        int length = Math.min(input.length - at, 1 + random.nextInt(random.nextInt(8) == 0 ? 200 : 4));
        byte[] some = Arrays.copyOfRange(input, at, at + length);
        return switch (random.nextInt(8)) {
            case 0 -> replaced(input, at, 1, new byte[] {(byte) random.nextInt(256)});
            case 1 -> replaced(input, at, 1, new byte[] {SPECIAL[random.nextInt(SPECIAL.length)]});
            case 2 -> replaced(input, at, 0, new byte[] {SPECIAL[random.nextInt(SPECIAL.length)]});
            case 3 -> without(input, at, length);
            case 4 -> replaced(input, at, 0, some);
            case 5 -> Arrays.copyOf(input, at);
            case 6 -> replaced(input, random.nextInt(input.length), 0, some);
            default -> {
                byte[] other = others.get(random.nextInt(others.size()));
                yield replaced(input, at, length, Arrays.copyOf(other, random.nextInt(other.length + 1)));
            }
        };
    }

    private static byte[] without(byte[] input, int from, int length) {
        return replaced(input, from, length, new byte[0]);
    }

    private static byte[] replaced(byte[] input, int from, int length, byte[] by) {
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        result.write(input, 0, from);
        result.writeBytes(by);
        result.write(input, from + length, input.length - from - length);
        return result.toByteArray();
    }
}
