package io.github.saddlebag.output;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Puts bytes together; what is large is copied once, when all is there, or not at all: it must not be changed. For one
 * thread.
 */
public final class Pieces extends ByteArrayOutputStream {

    private static final int LARGE = 4 * 1024;
    /** The longest array that there can be. */
    private static final int MOST = Integer.MAX_VALUE - 8;

    private static final int PART = 1 << 20;

    private final List<Piece> large = new ArrayList<>(0);
    private long more;

    /** @param at where it stands among the small ones */
    private record Piece(int at, byte[] bytes) {}

    /** @param size of the buffer at first, as in {@link ByteArrayOutputStream} */
    public Pieces(int size) {
        super(size);
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public void write(int b) {
        grow(1);
        buf[count++] = (byte) b;
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public void write(byte[] bytes, int from, int length) {
        grow(length);
        System.arraycopy(bytes, from, buf, count, length);
        count += length;
    }

    private void grow(int length) {
        if (length > buf.length - count) {
            buf = Arrays.copyOf(buf, Math.max(Math.addExact(count, length), (int) Math.min(2L * buf.length, MOST)));
        }
    }

    @Override
    public void writeBytes(byte[] bytes) {
        if (bytes.length < LARGE) {
            write(bytes, 0, bytes.length);
        } else {
            large.add(new Piece(count, bytes));
            more += bytes.length;
        }
    }

    @Override
    public synchronized int size() {
        return (int) Math.min(Integer.MAX_VALUE, count + more);
    }

    @Override
    public synchronized void reset() {
        super.reset();
        large.clear();
        more = 0;
    }

    /** In parts: each is copied once more, outside of the heap. */
    @Override
    public synchronized void writeTo(OutputStream out) throws IOException {
        int from = 0;
        for (Piece piece : large) {
            out.write(buf, from, piece.at - from);
            for (int at = 0; at < piece.bytes.length; at += PART) {
                out.write(piece.bytes, at, Math.min(PART, piece.bytes.length - at));
            }
            from = piece.at;
        }
        out.write(buf, from, count - from);
    }

    @Override
    public synchronized byte[] toByteArray() {
        if (large.isEmpty()) {
            return super.toByteArray();
        }
        byte[] all = new byte[Math.toIntExact(count + more)];
        int from = 0;
        int to = 0;
        for (Piece piece : large) {
            System.arraycopy(buf, from, all, to, piece.at - from);
            to += piece.at - from;
            System.arraycopy(piece.bytes, 0, all, to, piece.bytes.length);
            to += piece.bytes.length;
            from = piece.at;
        }
        System.arraycopy(buf, from, all, to, count - from);
        return all;
    }
}
