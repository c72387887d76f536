package io.github.saddlebag.input;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bytes one by one, with their number; keeps those of an item, or of one that is too long the beginning. */
final class ByteInput implements Closeable {

    static final int END = -1;

    private static final int BUFFER = 1 << 16;
    private static final int LEAST = 1 << 9;
    private static final int KEPT_OF_TOO_LONG = 1024;

    private final InputStream in;
    private final int max;
    private final byte[] buffer;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private int position;
    private int end;
    private long read;
    private long length;

    /**
     * @param max the most bytes of an item
     * @param offset where the input stands
     * @param bytes how many there are, as far as that is known: for a small file a small buffer is enough
     */
    ByteInput(InputStream in, int max, long offset, long bytes) throws IOException {
        this.buffer = new byte[buffer(bytes)];
        this.in = in;
        this.max = max;
        this.read = offset;
        if (offset == 0) {
            skipMark();
        }
    }

    static int buffer(long bytes) {
        return (int) Math.min(BUFFER, Math.max(LEAST, bytes == Long.MAX_VALUE ? bytes : bytes + 1));
    }

    /** Windows programs begin a text with a mark, which is no part of it. */
    private void skipMark() throws IOException {
        end = Math.max(0, in.readNBytes(buffer, 0, 3));
        if (end == 3 && buffer[0] == (byte) 0xEF && buffer[1] == (byte) 0xBB && buffer[2] == (byte) 0xBF) {
            position = 3;
            read = 3;
        }
    }

    /** The next byte, which stays the next one. */
    int peek() throws IOException {
        if (position == end) {
            end = Math.max(0, in.read(buffer));
            position = 0;
            if (end == 0) {
                return END;
            }
        }
        return buffer[position] & 0xFF;
    }

    int take() throws IOException {
        int next = peek();
        if (next != END) {
            position++;
            read++;
        }
        return next;
    }

    /** Takes what stands between JSON values. Returns the next byte, which stays the next one. */
    int skipSpace() throws IOException {
        int b = peek();
        while (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
            take();
            b = peek();
        }
        return b;
    }

    /** Begins an item: nothing is kept yet. */
    void begin() {
        kept.reset();
        length = 0;
    }

    void keep(int b) {
        length++;
        if (length <= max || kept.size() < KEPT_OF_TOO_LONG) {
            kept.write(b);
        }
    }

    boolean isTooLong() {
        return length > max;
    }

    byte[] kept() {
        byte[] bytes = kept.toByteArray();
        return isTooLong() ? Arrays.copyOf(bytes, Math.min(bytes.length, KEPT_OF_TOO_LONG)) : bytes;
    }

    /** Why what was kept is no item, for it is too long; or null. */
    @Nullable
    String tooLong(String what) {
        return isTooLong() ? LineReader.tooLong(what, length) : null;
    }

    /** How many bytes were taken. */
    long offset() {
        return read;
    }

    boolean mayBlock() throws IOException {
        return position == end && in.available() == 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
