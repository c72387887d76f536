package io.github.saddlebag.input;

import io.github.saddlebag.unpack.UnreadableInputException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether the beginning of an input is text that can be read: UTF-8, in lines that end with LF or CRLF. */
final class TextCheck {

    /** How many of the first bytes are looked at for zeros. */
    private static final int HEAD = 512;

    /** Where the header of a tar archive names its format (POSIX.1, ustar). */
    private static final int TAR_MAGIC = 257;

    private TextCheck() {}

    /**
     * Refuses what is certainly something else, once and by its name, before it fails line by line or comes to nothing.
     *
     * @param begin the first bytes of the input
     * @param format of its items; null: not known yet
     */
    static void check(byte[] begin, @Nullable InputFormat format) throws UnreadableInputException {
        boolean isText = format == InputFormat.LINES || format == InputFormat.DOCUMENT;
        String other = isText ? other(begin) : or(other(begin), markup(begin));
        if (other != null) {
            throw new UnreadableInputException("The input is " + other);
        }
        boolean lines = format == InputFormat.JSONL || format == InputFormat.LINES;
        if (lines && endsLinesByCarriageReturns(begin)) {
            throw new UnreadableInputException(
                    "The lines of the input end with a carriage return alone, and LF or CRLF are"
                            + " read. Convert it, for example by: tr '\\r' '\\n'");
        }
    }

    private static @Nullable String or(@Nullable String one, @Nullable String other) {
        return one == null ? other : one;
    }

    /** Texts that have no items, unless somebody says that their lines are some. */
    private static @Nullable String markup(byte[] begin) {
        String text = new String(begin, 0, Math.min(begin.length, HEAD), StandardCharsets.UTF_8)
                .replace("\uFEFF", "")
                .stripLeading()
                .toLowerCase(Locale.ROOT);
        if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
            return "an HTML page. Is it what you meant, or does its address need a login? If each line is an item:"
                    + " --format lines.";
        }
        return text.startsWith("<?xml")
                ? "XML. Convert it to JSON or CSV. If each line is an item: --format lines; if all of it is one:"
                        + " --format document."
                : null;
    }

    private static @Nullable String other(byte[] begin) {
        if (starts(begin, 0x1F, 0x8B)) {
            return "compressed twice (gzip). Decompress it, for example by: gunzip -c";
        }
        if (starts(begin, 0x28, 0xB5, 0x2F, 0xFD)) {
            return "compressed twice (zstd). Decompress it, for example by: zstd -dc";
        }
        if (starts(begin, 'B', 'Z', 'h')
                && begin.length > 6
                && begin[4] == 0x31
                && begin[5] == 0x41
                && begin[6] == 0x59) {
            return "compressed (bzip2), and gzip and zstd are read. Decompress it, for example by: bunzip2 -c";
        }
        if (starts(begin, 0xFD, '7', 'z', 'X', 'Z', 0)) {
            return "compressed (xz), and gzip and zstd are read. Decompress it, for example by: xz -dc";
        }
        if (starts(begin, 0x1E)) {
            return "a JSON text sequence (RFC 7464), whose records begin with the character 0x1E, and JSON lines are"
                    + " read. Convert it, for example by: tr -d '\\036'";
        }
        if (starts(begin, 'P', 'K', 3, 4)) {
            return "a ZIP file, as those of spreadsheets are. Save it as CSV or JSON.";
        }
        if (starts(begin, '%', 'P', 'D', 'F')) {
            return "a PDF file. Save what it has as CSV or JSON.";
        }
        if (starts(begin, 'P', 'A', 'R', '1')) {
            return "a Parquet file. Convert it to JSON lines or CSV.";
        }
        if (begin.length >= TAR_MAGIC + 5
                && new String(begin, TAR_MAGIC, 5, StandardCharsets.US_ASCII).equals("ustar")) {
            return "a tar archive. Unpack it, for example by: tar xf; then give its files with --input.";
        }
        String which = utf16(begin);
        return which == null
                ? null
                : "UTF-16 without a byte order mark. Name it: --encoding " + which + " (saddlebag.source.encoding)";
    }

    private static boolean starts(byte[] begin, int... bytes) {
        if (begin.length < bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if ((begin[i] & 0xFF) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    /** Of Latin letters, digits and punctuation UTF-16 has a zero in each second place; UTF-8 text has none. */
    private static @Nullable String utf16(byte[] begin) {
        int length = Math.min(begin.length, HEAD);
        int[] zeros = new int[2];
        for (int i = 0; i < length; i++) {
            zeros[i & 1] += begin[i] == 0 ? 1 : 0;
        }
        boolean many = length >= 4 && Math.max(zeros[0], zeros[1]) * 4 > length;
        String which = zeros[1] > zeros[0] ? "utf-16le" : "utf-16be";
        return many ? which : null;
    }

    private static boolean endsLinesByCarriageReturns(byte[] begin) {
        boolean alone = false;
        for (int i = 0; i < begin.length; i++) {
            if (begin[i] == '\n') {
                return false;
            }
            alone |= begin[i] == '\r' && i + 1 < begin.length;
        }
        return alone;
    }
}
