package io.github.saddlebag.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** How the bytes of an input are compressed, as its name or its first bytes say. */
public enum Packing {
    NONE(""),
    GZIP(".gz"),
    ZSTD(".zst");

    private final String ending;

    Packing(String ending) {
        this.ending = ending;
    }

    /**
     * What the first bytes say.
     *
     * @throws UnreadableInputException the name says something else
     */
    static Packing of(String name, Packing found) throws UnreadableInputException {
        Packing called = byName(name);
        if (called != NONE && called != found) {
            throw new UnreadableInputException(
                    name + " is called " + called.ending + " and does not begin as such a file"
                            + " does: it is empty, or something else. If it is not compressed, rename it.");
        }
        return found;
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
    public InputStream unpack(InputStream packed, String name) throws IOException {
        return switch (this) {
            case NONE -> packed;
            case GZIP -> new GzipStream(packed, name);
            case ZSTD -> ZstdStream.of(packed, name);
        };
    }
}
