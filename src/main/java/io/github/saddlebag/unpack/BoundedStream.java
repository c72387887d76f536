package io.github.saddlebag.unpack;

import java.io.IOException;
import java.io.InputStream;

/** The first bytes of a stream. */
public final class BoundedStream extends WrappedStream {

    private long left;

    public BoundedStream(InputStream in, long most) {
        super(in);
        left = most;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        if (left <= 0) {
            return -1;
        }
        int read = in.read(bytes, from, (int) Math.min(length, left));
        left -= Math.max(0, read);
        return read;
    }

    @Override
    public int available() throws IOException {
        return (int) Math.min(in.available(), left);
    }
}
