package io.github.saddlebag.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Where the tokens of JSON in UTF-8 end, as far as {@link LeanScan} is sure of them. */
public final class LeanTokens {

    private static final int LONGEST_NAME = 1000;
    private static final int LONGEST_NUMBER = 100;

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGH_BITS = EACH << 7;

    private LeanTokens() {}

    /** Whether nothing follows. */
    public static boolean isEnd(byte[] json, int end) {
        return end >= 0 && space(json, end) == json.length;
    }

    /** Where a name ends that begins here, exclusive. */
    static int name(byte[] json, int from) {
        if (at(json, from) != '"') {
            return LeanScan.UNSURE;
        }
        int most = Math.min(json.length, from + LONGEST_NAME);
        int at = from + 1;
        while (at < most) {
            int b = json[at];
            if (b == '"') {
                return at + 1;
            }
            int length = b < 0 ? Utf8.lengthAt(json, at) : b < ' ' || b == '\\' ? 0 : 1;
            if (length == 0) {
                return LeanScan.UNSURE;
            }
            at += length;
        }
        return LeanScan.UNSURE;
    }

    /** Where the value begins that belongs to a name which ends here. */
    static int valueOf(byte[] json, int nameEnd) {
        int colon = space(json, nameEnd);
        return at(json, colon) == ':' ? space(json, colon + 1) : LeanScan.UNSURE;
    }

    /** Where a string ends, exclusive, whose content begins here. */
    static int string(byte[] json, int from) {
        int last = json.length - Long.BYTES;
        int at = from;
        while (true) {
            long odd = 0;
            while (at <= last && (odd = odd((long) EIGHT.get(json, at))) == 0) {
                at += Long.BYTES;
            }
            at += odd == 0 ? 0 : Long.numberOfTrailingZeros(odd) >> 3;
            int b = at(json, at);
            if (b == '"') {
                return at + 1;
            }
            int length = b < 0 ? Utf8.lengthAt(json, at) : b == '\\' ? escape(json, at) : b < ' ' ? 0 : 1;
            if (length == 0) {
                return LeanScan.UNSURE;
            }
            at += length;
        }
    }

    /** The highest bit of the first byte that is a quote, a backslash, below a space or not ASCII; perhaps of later ones. */
    private static long odd(long eight) {
        return ((eight - (EACH * ' ')) | ((eight ^ (EACH * '"')) - EACH) | ((eight ^ (EACH * '\\')) - EACH) | eight)
                & HIGH_BITS;
    }

    /** How many bytes are an escape; 0: it is none. */
    private static int escape(byte[] json, int at) {
        int kind = at(json, at + 1);
        if (kind != 'u') {
            return kind > 0 && "\"\\/bfnrt".indexOf(kind) >= 0 ? 2 : 0;
        }
        for (int i = at + 2; i < at + 6; i++) {
            if (Character.digit(at(json, i), 16) < 0) {
                return 0;
            }
        }
        return 6;
    }

    static int word(byte[] json, int from, byte[] word) {
        int end = from + word.length;
        return end <= json.length && Arrays.equals(json, from, end, word, 0, word.length)
                ? ended(json, end)
                : LeanScan.UNSURE;
    }

    static int number(byte[] json, int from) {
        int at = at(json, from) == '-' ? from + 1 : from;
        int end = digits(json, at);
        if (end == at || at(json, at) == '0' && end > at + 1) {
            return LeanScan.UNSURE;
        }
        if (at(json, end) == '.') {
            at = end + 1;
            end = digits(json, at);
            if (end == at) {
                return LeanScan.UNSURE;
            }
        }
        if ((at(json, end) | 0x20) == 'e') {
            at = at(json, end + 1) == '-' || at(json, end + 1) == '+' ? end + 2 : end + 1;
            end = digits(json, at);
            if (end == at) {
                return LeanScan.UNSURE;
            }
        }
        return end - from > LONGEST_NUMBER ? LeanScan.UNSURE : ended(json, end);
    }

    private static int digits(byte[] json, int from) {
        int at = from;
        while (isDigit(at(json, at))) {
            at++;
        }
        return at;
    }

    static boolean isDigit(int b) {
        return b >= '0' && b <= '9';
    }

    /** The same, if what ends there has no more letters. */
    private static int ended(byte[] json, int end) {
        int next = at(json, end);
        boolean isEnd = end == json.length || next == ',' || next == '}' || next == ']' || isSpace(next);
        return isEnd ? end : LeanScan.UNSURE;
    }

    /** Where there is no more space. */
    public static int space(byte[] json, int from) {
        int at = from;
        while (at(json, at) <= ' ' && isSpace(at(json, at))) {
            at++;
        }
        return at;
    }

    private static boolean isSpace(int b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    /** The byte at a place; 0, which stands nowhere in JSON: there is none. */
    static int at(byte[] json, int at) {
        return at >= 0 && at < json.length ? json[at] : 0;
    }
}
