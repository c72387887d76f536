package io.github.saddlebag.unpack;

import io.github.saddlebag.support.BlockStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream of blocks over another one, which is closed with it. */
public abstract class WrappedStream extends BlockStream {

    protected final InputStream in;

    protected WrappedStream(InputStream in) {
        this.in = in;
    }

    @Override
    public int available() throws IOException {
        return in.available();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
