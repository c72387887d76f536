package io.github.saddlebag.progress;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A terminal on which a bar stays below everything else: what is written begins with a line of its own, and the bar is drawn
 * again behind it. The bar is what begins with {@link #ERASE} and has no end of line.
 */
public final class BarOutput extends FilterOutputStream {

    /** Goes to the beginning of the line, and erases it. */
    static final String ERASE = "\r\033[K";

    private static final byte[] ERASES = ERASE.getBytes(StandardCharsets.US_ASCII);

    private final ByteArrayOutputStream bar = new ByteArrayOutputStream();
    /** Whether a line of something else is not written to its end: the bar would be in the middle of it. */
    private boolean inLine;

    public BarOutput(OutputStream terminal) {
        super(terminal);
    }

    @Override
    public synchronized void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) throws IOException {
        if (length == 0) {
            return;
        }
        boolean ends = bytes[from + length - 1] == '\n';
        if (bytes[from] == '\r') {
            bar.reset();
            if (ends) {
                // the last one stays
                out.write(bytes, from, length);
            } else {
                bar.write(bytes, from, length);
                draw();
            }
            return;
        }
        if (bar.size() > 0 && !inLine) {
            out.write(ERASES);
        }
        out.write(bytes, from, length);
        inLine = !ends;
        draw();
    }

    private void draw() throws IOException {
        if (!inLine && bar.size() > 0) {
            bar.writeTo(out);
        }
    }
}
