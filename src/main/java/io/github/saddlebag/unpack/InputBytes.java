package io.github.saddlebag.unpack;

import io.github.saddlebag.setting.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens the bytes of an input as UTF-8: unpacked and decoded, where they have to be. Whatever reads items, or says where
 * one stands, counts in these bytes; nothing else knows how they stand in the file.
 */
public final class InputBytes {

    /** By which the first bytes say what they are; those of one that begins with another come first. */
    private static final List<Mark> MARKS = List.of(
            new Mark("FFFE0000", "UTF-32LE", Packing.NONE),
            new Mark("0000FEFF", "UTF-32BE", Packing.NONE),
            new Mark("FFFE", "UTF-16LE", Packing.NONE),
            new Mark("FEFF", "UTF-16BE", Packing.NONE),
            new Mark("EFBBBF", "UTF-8", Packing.NONE),
            new Mark("1F8B", "", Packing.GZIP),
            new Mark("28B52FFD", "", Packing.ZSTD),
            // a frame that is passed over
            new Mark("502A4D18", "", Packing.ZSTD));

    private static final int LONGEST = 4;
    private static final int LOW_HALF = 0xF;

    private final @Nullable Charset given;

    /** @param given of inputs that have no mark; null: UTF-8 */
    private InputBytes(@Nullable Charset given) {
        this.given = given;
    }

    /** @param encoding the name of an encoding, or {@code auto} */
    public static InputBytes of(String encoding) {
        if (encoding.isBlank() || encoding.equals("auto")) {
            return new InputBytes(null);
        }
        try {
            return new InputBytes(plain(Charset.forName(encoding)));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw Setting.bad(
                    "source.encoding",
                    encoding,
                    "give auto, or the name of an encoding, such as windows-1252, iso-8859-15 or utf-16le.");
        }
    }

    private static @Nullable Charset plain(Charset charset) {
        return charset.equals(StandardCharsets.UTF_8) || charset.equals(StandardCharsets.US_ASCII) ? null : charset;
    }

    private record Mark(byte[] bytes, String charset, Packing packing) {

        Mark(String hex, String charset, Packing packing) {
            this(HexFormat.of().parseHex(hex), charset, packing);
        }

        /** Whether bytes begin as this does, as far as there are any. */
        boolean mayBe(byte[] begin, int length) {
            for (int i = 0; i < Math.min(length, bytes.length); i++) {
                boolean same = begin[i] == bytes[i] || i == 0 && isSkippable(bytes[0]) && isSkippable(begin[0]);
                if (!same) {
                    return false;
                }
            }
            return true;
        }

        /** Of zstd there are sixteen. */
        private static boolean isSkippable(byte b) {
            return (b & ~LOW_HALF) == 0x50;
        }
    }

    /**
     * An open input.
     *
     * @param in its bytes as UTF-8, perhaps with the mark of that in front
     * @param isPlain whether they are those of the file
     */
    public record Opened(InputStream in, boolean isPlain) {}

    /**
     * Opens it. Waits for no more than the first byte, where that begins nothing that has to be known.
     *
     * @param raw closed where it cannot be opened
     * @param name its name, of which the ending counts too
     */
    public Opened open(InputStream raw, String name) throws IOException {
        InputStream in = raw;
        try {
            byte[] begin = peek(in);
            in = unread(in, begin);
            Packing packing = Packing.of(name, mark(begin).map(Mark::packing).orElse(Packing.NONE));
            if (packing != Packing.NONE) {
                in = packing.unpack(in, name);
                begin = peek(in);
                in = unread(in, begin);
            }
            Charset charset = charset(begin);
            return charset == null
                    ? new Opened(in, packing == Packing.NONE)
                    : new Opened(new DecodedStream(in, charset, name), false);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    private static InputStream unread(InputStream in, byte[] begin) throws IOException {
        PushbackInputStream whole = new PushbackInputStream(in, LONGEST);
        whole.unread(begin);
        return whole;
    }

    private static byte[] peek(InputStream in) throws IOException {
        byte[] begin = new byte[LONGEST];
        int length = 0;
        while (length < LONGEST) {
            int b = in.read();
            if (b < 0) {
                break;
            }
            begin[length++] = (byte) b;
            int known = length;
            if (MARKS.stream().noneMatch(mark -> mark.bytes.length > known && mark.mayBe(begin, known))) {
                break;
            }
        }
        return Arrays.copyOf(begin, length);
    }

    /** What the mark says counts, before what was said; null: UTF-8. */
    private @Nullable Charset charset(byte[] begin) {
        String marked = mark(begin).map(Mark::charset).orElse("");
        return marked.isEmpty() ? given : plain(Charset.forName(marked));
    }

    private static Optional<Mark> mark(byte[] begin) {
        return MARKS.stream()
                .filter(mark -> mark.bytes.length <= begin.length && mark.mayBe(begin, begin.length))
                .findFirst();
    }
}
