package io.github.saddlebag.input;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that is read once, and stays at its end: one that Camel has cached begins anew by itself. */
public final class OnceStream extends FilterInputStream {

    private boolean ended;

    public OnceStream(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        int b = ended ? -1 : super.read();
        ended |= b < 0;
        return b;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        int read = ended ? -1 : super.read(bytes, from, length);
        ended |= read < 0;
        return read;
    }

    @Override
    public int available() throws IOException {
        return ended ? 0 : super.available();
    }
}
