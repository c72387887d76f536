package io.github.saddlebag.call;

import io.github.saddlebag.http.AnswerTooLargeException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Reads the body of a response to its end, within its size and the memory: in parts, which are put together when all are
 * there.
 */
public final class BodyReader {

    private static final int FIRST = 8 * 1024;
    private static final int LARGEST = 1 << 20;

    private final InputStream in;
    private final int maxBytes;
    private final Space space;
    private final Deque<byte[]> full = new ArrayDeque<>(0);
    private byte[] part = new byte[0];
    private int filled;
    private long size;
    /** The first byte that no part has room for; -1: none was read. */
    private int next = -1;

    /** Where parts are put. */
    @FunctionalInterface
    public interface Space {

        /**
         * Takes what so many bytes need in all.
         *
         * @return false: there is no room yet; reading goes on later
         * @throws IOException there will be none
         */
        boolean take(long bytes) throws IOException;

        /**
         * Some more was read.
         *
         * @throws IOException it takes too long
         */
        default void wasRead() throws IOException {}
    }

    /** @param maxBytes the most bytes */
    public BodyReader(InputStream in, int maxBytes, Space space) {
        this.in = in;
        this.maxBytes = maxBytes;
        this.space = space;
    }

    /**
     * Begins to read, or reads on.
     *
     * @param length how many bytes it says it has; 0 or less: it does not say
     * @return false: it waits for room; to be called again then
     */
    public boolean read(long length) throws IOException {
        if (length > maxBytes) {
            throw new AnswerTooLargeException(maxBytes);
        }
        if (part.length == 0) {
            if (length > 0 && !space.take(length)) {
                return false;
            }
            part = new byte[length > 0 ? (int) length : FIRST];
        }
        while (filled < part.length || hasNext()) {
            if (filled == part.length) {
                int more = Math.min(part.length * 2, LARGEST);
                if (!space.take(size + more)) {
                    return false;
                }
                full.add(part);
                part = new byte[more];
                part[0] = (byte) next;
                next = -1;
                size++;
                filled = 1;
            }
            int read = in.read(part, filled, part.length - filled);
            if (read < 0) {
                return true;
            }
            size += read;
            filled += read;
            if (size > maxBytes) {
                throw new AnswerTooLargeException(maxBytes);
            }
            space.wasRead();
        }
        return true;
    }

    private boolean hasNext() throws IOException {
        if (next < 0) {
            next = in.read();
        }
        return next >= 0;
    }

    /** How many bytes it has. */
    public long size() {
        return size;
    }

    /** The body; to be called once. */
    public byte[] body() {
        if (full.isEmpty()) {
            return filled == part.length ? part : Arrays.copyOf(part, filled);
        }
        byte[] all = new byte[(int) size];
        int at = 0;
        byte[] each = full.poll();
        while (each != null) {
            System.arraycopy(each, 0, all, at, each.length);
            at += each.length;
            each = full.poll();
        }
        System.arraycopy(part, 0, all, at, filled);
        return all;
    }
}
