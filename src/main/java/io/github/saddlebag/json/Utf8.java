package io.github.saddlebag.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that should be UTF-8 (RFC 3629), as JSON that is exchanged must be (RFC 8259, section 8.1). */
public final class Utf8 {

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

    /** How many bytes at the beginning are a byte order mark, which is no part of a JSON text: 3 or 0. */
    public static int markLength(byte[] bytes) {
        boolean marked =
                bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF;
        return marked ? 3 : 0;
    }

    /** The bytes without a byte order mark. */
    public static byte[] withoutMark(byte[] bytes) {
        int mark = markLength(bytes);
        return mark == 0 ? bytes : Arrays.copyOfRange(bytes, mark, bytes.length);
    }

    /** Whether it is UTF-8, and not UTF-16 or UTF-32, whose zero bytes would be valid. */
    public static boolean isValid(byte[] bytes) {
        for (int i = 0; i < Math.min(4, bytes.length); i++) {
            if (bytes[i] == 0) {
                return false;
            }
        }
        int at = asciiEnd(bytes, 0);
        while (at < bytes.length) {
            int length = lengthAt(bytes, at);
            if (length == 0) {
                return false;
            }
            at = asciiEnd(bytes, at + length);
        }
        return true;
    }

    /** The same with a question mark for each byte that is not UTF-8; everything stays at its place. */
    public static byte[] readable(byte[] bytes) {
        byte[] readable = bytes.clone();
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        CharBuffer chars = CharBuffer.allocate(8192);
        CoderResult result = decoder.decode(rest, chars, true);
        while (!result.isUnderflow()) {
            chars.clear();
            if (result.isError()) {
                int bad = rest.position();
                Arrays.fill(readable, bad, bad + result.length(), (byte) '?');
                rest.position(bad + result.length());
            }
            result = decoder.decode(rest, chars, true);
        }
        return readable;
    }

    /** Where the bytes end that are ASCII; eight are looked at together. */
    private static int asciiEnd(byte[] bytes, int from) {
        int at = from;
        while (at <= bytes.length - Long.BYTES && ((long) EIGHT.get(bytes, at) & HIGH_BITS) == 0) {
            at += Long.BYTES;
        }
        while (at < bytes.length && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    /**
     * How many bytes are the character that begins here, beyond ASCII (RFC 3629, section 4): from 2 to 4; 0: they are none.
     */
    static int lengthAt(byte[] bytes, int at) {
        int first = bytes[at] & 0xFF;
        int length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
        if (length == 0 || at + length > bytes.length) {
            return 0;
        }
        int second = bytes[at + 1] & 0xFF;
        int least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        boolean valid = second >= least && second <= most;
        for (int i = 2; i < length; i++) {
            valid &= (bytes[at + i] & 0xC0) == 0x80;
        }
        return valid ? length : 0;
    }
}
