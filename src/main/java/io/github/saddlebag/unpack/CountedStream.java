package io.github.saddlebag.unpack;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Counts the bytes that are read or skipped. */
public final class CountedStream extends FilterInputStream {

    private volatile long count;

    public CountedStream(InputStream in) {
        super(in);
    }

    /** How many that were. */
    public long count() {
        return count;
    }

    @Override
    public int read() throws IOException {
        int read = in.read();
        add(read < 0 ? 0 : 1);
        return read;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        int read = in.read(bytes, from, length);
        add(Math.max(0, read));
        return read;
    }

    @Override
    public long skip(long bytes) throws IOException {
        long skipped = in.skip(bytes);
        add(skipped);
        return skipped;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread reads
    private void add(long bytes) {
        count += bytes;
    }
}
