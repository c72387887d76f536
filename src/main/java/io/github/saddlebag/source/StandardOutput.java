package io.github.saddlebag.source;

import java.io.IOException;
import java.io.OutputStream;

/** Standard output, which stays open for what is said after the results, and which says so when it cannot be written. */
final class StandardOutput extends OutputStream {

    @Override
    public void write(int b) throws IOException {
        System.out.write(b);
        check();
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        System.out.write(bytes, from, length);
        check();
    }

    @Override
    public void flush() throws IOException {
        check();
    }

    @Override
    public void close() throws IOException {
        check();
    }

    /** Flushes; a {@link java.io.PrintStream} keeps its failures to itself until it is asked. */
    private static void check() throws IOException {
        if (System.out.checkError()) {
            throw new IOException("The standard output cannot be written: it was closed, or there is no room.");
        }
    }
}
