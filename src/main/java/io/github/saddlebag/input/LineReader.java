package io.github.saddlebag.input;

import io.github.saddlebag.json.Utf8;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines as bytes. Ends with LF, CRLF or the end of the input; blank lines are counted and passed over. Of a line
 * that is too long only the beginning is kept.
 */
public final class LineReader implements ItemInput {

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101010101010101L;
    private static final long LINE_FEEDS = EACH * '\n';
    private static final int KEPT_OF_TOO_LONG = 1024;

    private final InputStream in;
    private final int maxLine;
    private final byte[] buffer;
    private final ByteArrayOutputStream part = new ByteArrayOutputStream();
    private int position;
    private int end;
    private int lineEnd = -1;
    private long line;
    private long lineLength;
    private long offset;
    private boolean atEnd;

    /** @param maxLine the most bytes of a line */
    public LineReader(InputStream in, int maxLine) {
        this(in, maxLine, Place.BEGIN, Long.MAX_VALUE);
    }

    /**
     * @param begin where the input stands
     * @param bytes how many there are, as far as that is known: for a small file a small buffer is enough
     */
    public LineReader(InputStream in, int maxLine, Place begin, long bytes) {
        this.buffer = new byte[ByteInput.buffer(bytes)];
        this.in = in;
        this.maxLine = maxLine;
        this.offset = begin.offset();
        this.line = begin.line();
    }

    /** The next line that is not blank, without its end; null at the end of the input. */
    @Override
    public byte @Nullable [] next() throws IOException {
        while (true) {
            byte[] found = nextAny();
            if (found == null) {
                return null;
            }
            if (line == 1) {
                found = Utf8.withoutMark(found);
            }
            if (!isBlank(found, 0, found.length) || isTooLong()) {
                return found;
            }
        }
    }

    private byte @Nullable [] nextAny() throws IOException {
        lineLength = 0;
        part.reset();
        byte last = 0;
        boolean any = false;
        while (true) {
            if (position == end && !fill()) {
                if (!any) {
                    return null;
                }
                line++;
                return kept();
            }
            any = true;
            int from = position;
            position = lineEnd();
            boolean complete = position < end;
            int length = position - from;
            if (length > 0) {
                last = buffer[position - 1];
            }
            lineLength += length;
            offset += length;
            if (!complete) {
                keep(from, length);
                continue;
            }
            position++;
            offset++;
            line++;
            boolean whole = part.size() == 0 && lineLength == length;
            if (last == '\r') {
                lineLength--;
            }
            if (whole && !isTooLong()) {
                return Arrays.copyOfRange(buffer, from, from + (int) lineLength);
            }
            keep(from, length);
            return kept();
        }
    }

    /** A line may be longer than allowed by its carriage return, of which nobody knows yet if it is a part of its end. */
    private void keep(int from, int length) {
        if (lineLength <= maxLine + 1L) {
            part.write(buffer, from, length);
        } else if (part.size() < KEPT_OF_TOO_LONG) {
            part.write(buffer, from, Math.min(length, KEPT_OF_TOO_LONG - part.size()));
        }
    }

    /** The line, or its beginning, without the carriage return of its end. */
    private byte[] kept() {
        byte[] bytes = part.toByteArray();
        int length = (int) Math.min(lineLength, isTooLong() ? KEPT_OF_TOO_LONG : maxLine);
        return bytes.length == length ? bytes : Arrays.copyOf(bytes, length);
    }

    private static boolean isBlank(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    /** Where the next line feed stands in the buffer, or where the buffer ends. */
    private int lineEnd() {
        if (lineEnd < position) {
            lineEnd = lineFeed(buffer, position, end);
        }
        return lineEnd;
    }

    /** Where a line feed stands, or the end; eight bytes are looked at together. */
    private static int lineFeed(byte[] bytes, int from, int to) {
        int at = from;
        while (at <= to - Long.BYTES) {
            long differs = (long) EIGHT.get(bytes, at) ^ LINE_FEEDS;
            // the highest bit of the first byte that does not differ; perhaps of later ones
            long same = (differs - EACH) & ~differs & (EACH << 7);
            if (same != 0) {
                return at + (Long.numberOfTrailingZeros(same) >> 3);
            }
            at += Long.BYTES;
        }
        while (at < to && bytes[at] != '\n') {
            at++;
        }
        return at;
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
    public boolean isTooLong() {
        return lineLength > maxLine;
    }

    @Override
    public @Nullable String problem() {
        return isTooLong() ? tooLong("line", lineLength) : null;
    }

    static String tooLong(String what, long length) {
        return "The " + what + " has " + length + " bytes, more than saddlebag.source.max-line allows.";
    }

    @Override
    public long number() {
        return line;
    }

    @Override
    public Place place() {
        return new Place(offset, line);
    }

    long lineLength() {
        return lineLength;
    }

    /** Whether reading on may have to wait for the input. Passes over the blank lines that are there already. */
    @Override
    public boolean mayBlock() throws IOException {
        while (lineEnd() < end && isBlank(buffer, position, lineEnd)) {
            offset += lineEnd + 1 - position;
            position = lineEnd + 1;
            line++;
        }
        return lineEnd() == end && !atEnd && in.available() == 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
