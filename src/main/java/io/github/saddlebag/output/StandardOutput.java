package io.github.saddlebag.output;

import java.io.BufferedOutputStream;
import java.io.IOException;

/**
 * Standard output as a result file: it stays open, for it belongs to the runtime, and a reader who went away is an error,
 * which a {@link java.io.PrintStream} keeps to itself.
 */
public final class StandardOutput extends BufferedOutputStream {

    private static final int BUFFER = 1 << 16;

    public StandardOutput() {
        super(System.out, BUFFER);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) throws IOException {
        super.write(bytes, from, length);
        check();
    }

    @Override
    public synchronized void flush() throws IOException {
        super.flush();
        check();
    }

    private static void check() throws IOException {
        if (System.out.checkError()) {
            throw new IOException("Standard output cannot be written: it was closed, or there is no room.");
        }
    }

    @Override
    public void close() throws IOException {
        flush();
    }
}
