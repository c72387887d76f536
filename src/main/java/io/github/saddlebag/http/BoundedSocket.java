package io.github.saddlebag.http;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A socket whose other side cannot hold us up, a byte at a time: what is read has to be there within a time and may be so
 * much, whatever the number of reads; and what is written has to be taken, a part at a time.
 *
 * <p>To set a timeout, as a client does for each of its requests, ends the bounds of the one before.
 */
final class BoundedSocket extends Socket {

    /** What is written at once without a look at the clock: a new request finds as much room in the socket. */
    private static final int FITS = 16 * 1024;

    /** What has to be taken within the timeout. */
    private static final int PART = 64 * 1024;

    private int timeoutMillis;

    private boolean isTimed;
    /** What is left of the time in which somebody waits for it; our own pauses between two reads are not the other's. */
    private long leftNanos;

    private long allowed = Long.MAX_VALUE;
    private long written;
    private volatile boolean isStuck;
    private @Nullable InputStream in;
    private @Nullable OutputStream out;

    /** What is read from now on has to be there within a time, in which only waiting for it counts. */
    void within(Duration time) {
        leftNanos = time.toNanos();
        isTimed = true;
    }

    /** So many bytes may be read until the next call. */
    void allow(long bytes) {
        allowed = bytes;
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        timeoutMillis = millis;
        isTimed = false;
        allowed = Long.MAX_VALUE;
        written = 0;
        super.setSoTimeout(millis);
    }

    @Override
    public int getSoTimeout() {
        return timeoutMillis;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        InputStream made = in;
        if (made == null) {
            made = new Bounded(super.getInputStream());
            in = made;
        }
        return made;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        OutputStream made = out;
        if (made == null) {
            made = new InParts(super.getOutputStream());
            out = made;
        }
        return made;
    }

    /** Before each read. */
    private void await() throws IOException {
        if (allowed <= 0) {
            throw new LongHeadException();
        }
        if (!isTimed) {
            return;
        }
        long left = TimeUnit.NANOSECONDS.toMillis(leftNanos + 999_999);
        if (left <= 0) {
            throw new SocketTimeoutException();
        }
        super.setSoTimeout(
                (int) (timeoutMillis == 0 ? Math.min(left, Integer.MAX_VALUE) : Math.min(left, timeoutMillis)));
    }

    private final class Bounded extends FilterInputStream {

        private Bounded(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            await();
            long begun = System.nanoTime();
            int read = in.read(bytes, offset, length);
            leftNanos -= System.nanoTime() - begun;
            allowed -= Math.max(read, 0);
            return read;
        }
    }

    private final class InParts extends FilterOutputStream {

        private InParts(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int done = 0; done < length; ) {
                int part = Math.min(length - done, PART);
                if (written + part <= FITS || timeoutMillis == 0) {
                    out.write(bytes, offset + done, part);
                } else {
                    writeInTime(bytes, offset + done, part);
                }
                written += part;
                done += part;
            }
        }

        /** A write has no timeout: what is not taken within its time is ended by closing the socket. */
        private void writeInTime(byte[] bytes, int offset, int length) throws IOException {
            CompletableFuture<Void> taken = new CompletableFuture<>();
            taken.orTimeout(timeoutMillis, TimeUnit.MILLISECONDS).whenComplete((done, late) -> {
                if (late != null) {
                    isStuck = true;
                    closeQuietly();
                }
            });
            try {
                out.write(bytes, offset, length);
            } catch (SocketException e) {
                if (isStuck) {
                    throw new SocketTimeoutException();
                }
                throw e;
            } finally {
                taken.complete(null);
            }
        }
    }

    private void closeQuietly() {
        try {
            close();
        } catch (IOException e) {
            // it is given up anyway
        }
    }
}
