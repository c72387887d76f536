package io.github.saddlebag.source;

import io.github.saddlebag.support.BlockStream;
import io.github.saddlebag.support.DaemonThreads;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream whose reader does not wait any longer once the runtime stops, though nothing comes: a thread of its own waits in
 * the place of the reader, as nothing else ends such a wait. What is there already is read without it.
 */
final class StoppableStream extends BlockStream {

    private static final int BUFFER = 1 << 16;
    private static final long LOOK_MILLIS = 100;

    private final BooleanSupplier stopped;
    private final Callable<InputStream> opening;
    private final ThreadPoolExecutor waits;
    private volatile @Nullable InputStream in;
    private @Nullable Future<Integer> pending;
    private byte[] read = {};
    private int from;
    private int to;

    /**
     * @param opening may wait too, as that of a pipe does until somebody writes to it
     * @param stopped whether the runtime stops
     */
    StoppableStream(Callable<InputStream> opening, BooleanSupplier stopped) {
        this.stopped = stopped;
        this.opening = opening;
        this.waits = new ThreadPoolExecutor(
                1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), DaemonThreads.named("saddlebag-stream"));
        waits.allowCoreThreadTimeOut(true);
    }

    /** The same stream, where one has to be waited for. */
    static InputStream of(InputStream in, BooleanSupplier stopped) {
        return in instanceof ByteArrayInputStream || in instanceof StoppableStream
                ? in
                : new StoppableStream(() -> in, stopped);
    }

    private InputStream opened() throws Exception {
        InputStream known = in;
        if (known == null) {
            known = opening.call();
            in = known;
        }
        return known;
    }

    /** @throws InterruptedIOException nothing came until the runtime stopped */
    @Override
    public int read(byte[] bytes, int at, int length) throws IOException {
        InputStream known = in;
        if (from == to && pending == null && known != null) {
            int there = Math.min(length, known.available());
            if (there > 0) {
                return known.read(bytes, at, there);
            }
        }
        if (from == to) {
            from = 0;
            to = 0;
            int more = await();
            if (more < 0) {
                return -1;
            }
            to = more;
        }
        int count = Math.min(length, to - from);
        System.arraycopy(read, from, bytes, at, count);
        from += count;
        return count;
    }

    private int await() throws IOException {
        Future<Integer> waited = pending;
        if (waited == null) {
            read = read.length == 0 ? new byte[BUFFER] : read;
            waited = waits.submit(() -> opened().read(read));
            pending = waited;
        }
        while (true) {
            try {
                int count = waited.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                pending = null;
                return count;
            } catch (TimeoutException e) {
                if (stopped.getAsBoolean()) {
                    throw new InterruptedIOException("Nothing came until the runtime stopped.");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("Nothing came until the runtime stopped.");
            } catch (ExecutionException e) {
                pending = null;
                throw e.getCause() instanceof IOException problem ? problem : new IOException(e.getCause());
            }
        }
    }

    /** What can be read without waiting. */
    @Override
    public int available() throws IOException {
        InputStream known = in;
        return from < to ? to - from : pending != null || known == null ? 0 : known.available();
    }

    /** A read that goes on ends with the process, or with the stream. */
    @Override
    public void close() throws IOException {
        InputStream known = in;
        if (known != null && pending == null) {
            known.close();
        }
        waits.shutdown();
    }
}
