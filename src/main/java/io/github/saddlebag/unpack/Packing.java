package io.github.saddlebag.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** How the bytes of an input are compressed, as its name or its first bytes say. */
public enum Packing {
    NONE(""),
    GZIP(".gz"),
    ZSTD(".zst");

    private static final int ZSTD_SKIPPABLE = 0x50;
    private static final int LOW_HALF = 0xF;

    private final String ending;

    Packing(String ending) {
        this.ending = ending;
    }

    /**
     * Finds it out.
     *
     * @param begin the first bytes
     * @throws UnreadableInputException the name says something else than the bytes
     */
    static Packing of(String name, byte[] begin) throws UnreadableInputException {
        Packing found = NONE;
        if (isGzip(begin)) {
            found = GZIP;
        } else if (isZstd(begin)) {
            found = ZSTD;
        }
        Packing called = byName(name);
        if (called != NONE && called != found) {
            throw new UnreadableInputException(
                    name + " is called " + called.ending + " and does not begin as such a file"
                            + " does: it is empty, or something else. If it is not compressed, rename it.");
        }
        return found;
    }

    private static boolean isGzip(byte[] begin) {
        return begin.length >= 2 && begin[0] == 0x1F && begin[1] == (byte) 0x8B;
    }

    /** A frame, or one that is passed over. */
    private static boolean isZstd(byte[] begin) {
        if (begin.length < 4) {
            return false;
        }
        boolean frame = begin[0] == 0x28 && begin[1] == (byte) 0xB5 && begin[2] == 0x2F && begin[3] == (byte) 0xFD;
        boolean skippable =
                (begin[0] & ~LOW_HALF) == ZSTD_SKIPPABLE && begin[1] == 0x2A && begin[2] == 0x4D && begin[3] == 0x18;
        return frame || skippable;
    }

    private static Packing byName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (Packing each : values()) {
            if (each != NONE && lower.endsWith(each.ending)) {
                return each;
            }
        }
        return NONE;
    }

    /** The name without the ending that says how it is compressed. */
    public static String inner(String name) {
        return name.substring(0, name.length() - byName(name).ending.length());
    }

    /** The bytes that were compressed. */
    InputStream unpack(InputStream packed, String name) throws IOException {
        return switch (this) {
            case NONE -> packed;
            case GZIP -> new GzipStream(packed, name);
            case ZSTD -> ZstdStream.of(packed, name);
        };
    }
}
