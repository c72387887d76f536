package io.github.saddlebag.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines as bytes. Ends with LF, CRLF or the end of the input; blank lines are counted and passed over. Of a line
 * that is too long only the beginning is kept.
 */
final class LineReader implements AutoCloseable {

    private static final int BUFFER = 1 << 16;
    private static final int KEPT_OF_TOO_LONG = 1024;

    private final InputStream in;
    private final int maxLine;
    private final byte[] buffer = new byte[BUFFER];
    private final ByteArrayOutputStream part = new ByteArrayOutputStream();
    private int position;
    private int end;
    private int lineEnd = -1;
    private long line;
    private long lineLength;
    private long offset;
    private boolean atEnd;

    /** @param maxLine the most bytes of a line */
    LineReader(InputStream in, int maxLine) {
        this.in = in;
        this.maxLine = maxLine;
    }

    /** The next line that is not blank, without its end; null at the end of the input. */
    byte @Nullable [] next() throws IOException {
        while (true) {
            byte[] found = nextAny();
            if (line == 1 && found != null) {
                found = withoutByteOrderMark(found);
            }
            if (found == null || !isBlank(found) || isTooLong()) {
                return found;
            }
        }
    }

    private byte @Nullable [] nextAny() throws IOException {
        lineLength = 0;
        part.reset();
        boolean any = false;
        while (true) {
            if (position == end && !fill()) {
                if (!any) {
                    return null;
                }
                line++;
                return part.toByteArray();
            }
            any = true;
            int from = position;
            position = lineEnd();
            boolean complete = position < end;
            int length = position - from;
            lineLength += length;
            offset += length;
            if (complete) {
                position++;
                offset++;
                line++;
                if (part.size() == 0 && lineLength == length && !isTooLong()) {
                    return Arrays.copyOfRange(buffer, from, from + withoutReturn(buffer, from, length));
                }
            }
            keep(from, length);
            if (complete) {
                byte[] whole = part.toByteArray();
                return Arrays.copyOf(whole, withoutReturn(whole, 0, whole.length));
            }
        }
    }

    private void keep(int from, int length) {
        if (lineLength <= maxLine) {
            part.write(buffer, from, length);
        } else if (part.size() > KEPT_OF_TOO_LONG) {
            byte[] beginning = Arrays.copyOf(part.toByteArray(), KEPT_OF_TOO_LONG);
            part.reset();
            part.writeBytes(beginning);
        } else {
            part.write(buffer, from, Math.min(length, KEPT_OF_TOO_LONG - part.size()));
        }
    }

    private static int withoutReturn(byte[] bytes, int from, int length) {
        return length > 0 && bytes[from + length - 1] == '\r' ? length - 1 : length;
    }

    /** Some programs put one in front of UTF-8; in the middle of a request it would be no JSON. */
    private static byte[] withoutByteOrderMark(byte[] bytes) {
        boolean mark =
                bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF;
        return mark ? Arrays.copyOfRange(bytes, 3, bytes.length) : bytes;
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte b : bytes) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    /** Where the next line feed stands in the buffer, or where the buffer ends. */
    private int lineEnd() {
        if (lineEnd < position) {
            lineEnd = position;
            while (lineEnd < end && buffer[lineEnd] != '\n') {
                lineEnd++;
            }
        }
        return lineEnd;
    }

    private boolean fill() throws IOException {
        if (atEnd) {
            return false;
        }
        int read = in.read(buffer);
        position = 0;
        lineEnd = -1;
        end = Math.max(0, read);
        atEnd = read < 0;
        return !atEnd;
    }

    /** Whether the line that was read last is longer than allowed, and was cut. */
    boolean isTooLong() {
        return lineLength > maxLine;
    }

    /** The number of the line that was read last, from 1. */
    long line() {
        return line;
    }

    long lineLength() {
        return lineLength;
    }

    /** How many bytes were read, up to the end of that line. */
    long offset() {
        return offset;
    }

    /** Whether reading on may have to wait for the input. */
    boolean mayBlock() throws IOException {
        return lineEnd() == end && !atEnd && in.available() == 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
