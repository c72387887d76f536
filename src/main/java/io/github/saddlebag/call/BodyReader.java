package io.github.saddlebag.call;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Reads the body of a response to its end, within its size, its time and the memory. */
final class BodyReader {

    private static final int FIRST = 8 * 1024;
    private static final int LARGEST = 1 << 20;

    private final int maxBytes;
    private final @Nullable Reservation reservation;
    private long deadline;

    /**
     * @param maxBytes the most bytes
     * @param timeoutNanos how long it may take; time in which it waits for room does not count
     * @param reservation the memory that it may take; null: as much as it needs
     */
    BodyReader(int maxBytes, long timeoutNanos, @Nullable Reservation reservation) {
        this.maxBytes = maxBytes;
        this.reservation = reservation;
        this.deadline = System.nanoTime() + timeoutNanos;
    }

    /** @param length how many bytes it says it has; negative: it does not say */
    byte[] read(InputStream in, long length) throws IOException {
        if (length > maxBytes) {
            throw new AnswerTooLargeException(maxBytes);
        }
        boolean isKnown = length > 0;
        if (isKnown) {
            take(length);
        }
        byte[] part = new byte[isKnown ? (int) length : FIRST];
        Deque<byte[]> full = new ArrayDeque<>(0);
        long size = 0;
        int filled = 0;
        int read = in.read(part, 0, part.length);
        while (read >= 0) {
            size += read;
            filled += read;
            if (size > maxBytes) {
                throw new AnswerTooLargeException(maxBytes);
            }
            if (System.nanoTime() - deadline > 0) {
                throw new SocketTimeoutException();
            }
            if (filled == part.length) {
                int next = in.read();
                if (next < 0) {
                    break;
                }
                full.add(part);
                take(size + Math.min(part.length * 2, LARGEST));
                part = new byte[Math.min(part.length * 2, LARGEST)];
                part[0] = (byte) next;
                size++;
                filled = 1;
            }
            read = in.read(part, filled, part.length - filled);
        }
        if (reservation != null) {
            reservation.read(size);
        }
        return full.isEmpty() && filled == part.length ? part : whole(full, part, (int) size);
    }

    private static byte[] whole(Deque<byte[]> full, byte[] last, int size) {
        if (full.isEmpty()) {
            return Arrays.copyOf(last, size);
        }
        byte[] all = new byte[size];
        int at = 0;
        byte[] part = full.poll();
        while (part != null) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
            part = full.poll();
        }
        System.arraycopy(last, 0, all, at, size - at);
        return all;
    }

    private void take(long bytes) throws IOException {
        if (reservation != null) {
            long before = System.nanoTime();
            reservation.take(bytes);
            deadline += System.nanoTime() - before;
        }
    }
}
