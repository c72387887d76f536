package io.github.saddlebag.input;

import io.github.saddlebag.unpack.UnreadableInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the elements of one JSON array as they stand, each by itself: it looks for their ends only. An element that is
 * no JSON fails later, and by itself, as long as its brackets and quotes are closed.
 */
public final class ArrayReader extends ByteItems {

    private final boolean within;
    private boolean ended;

    /**
     * @param in stands at {@code begin}
     * @param begin the beginning of the input, or the end of an element
     * @param within whether it is a part of a document, which goes on behind it
     */
    ArrayReader(ByteInput in, Place begin, boolean within) {
        super(in, begin);
        this.within = within;
    }

    /**
     * Reads an array that is in memory.
     *
     * @param max the most bytes of an element
     */
    public static ItemInput of(byte[] array, int max) throws IOException {
        ByteInput in = new ByteInput(new ByteArrayInputStream(array), max, 0, array.length);
        ArrayReader reader = new ArrayReader(in, Place.BEGIN, false);
        reader.checkBegin();
        return reader;
    }

    /** @throws UnreadableInputException it is no array */
    void checkBegin() throws IOException {
        int begin = in.skipSpace();
        if (begin != ByteInput.END && begin != '[') {
            throw new UnreadableInputException("It does not begin with [, as a JSON array does.");
        }
    }

    @Override
    public byte @Nullable [] next() throws IOException {
        if (ended) {
            return null;
        }
        problem = null;
        in.begin();
        boolean first = number == 0;
        int begin = in.skipSpace();
        if (begin == ByteInput.END && (first || in.offset() == offset)) {
            // nothing at all, or the broken end of an array, which was told of
            ended = true;
            return null;
        }
        if (first ? begin != '[' : begin != ',' && begin != ']') {
            return broken("It does not go on as a JSON array.");
        }
        in.take();
        if (begin == ']') {
            return behind();
        }
        if (first && in.skipSpace() == ']') {
            in.take();
            return behind();
        }
        return element();
    }

    private byte[] element() throws IOException {
        number++;
        in.skipSpace();
        int depth = 0;
        boolean quoted = false;
        while (true) {
            int b = in.peek();
            if (b == ByteInput.END) {
                number--;
                return broken("The array is not closed: the file ends within this element, or others are missing.");
            }
            if (!quoted && depth == 0 && (b == ',' || b == ']')) {
                break;
            }
            in.keep(in.take());
            if (quoted) {
                if (b == '\\' && in.peek() != ByteInput.END) {
                    in.keep(in.take());
                } else if (b == '"' || b == '\n') {
                    // there is no line feed in a JSON string: whatever this is, it ends here
                    quoted = false;
                }
            } else if (b == '"') {
                quoted = true;
            } else if (b == '{' || b == '[') {
                depth++;
            } else if ((b == '}' || b == ']') && depth > 0) {
                depth--;
            }
        }
        offset = in.offset();
        problem = in.tooLong("element");
        return withoutSpace(in.kept());
    }

    /** What follows the array is told of as one more element. */
    private byte @Nullable [] behind() throws IOException {
        while (within && in.peek() != ByteInput.END) {
            in.take();
        }
        if (in.skipSpace() != ByteInput.END) {
            return broken("Something follows the end of the array.");
        }
        ended = true;
        return null;
    }

    private byte[] broken(String why) throws IOException {
        number++;
        while (in.peek() != ByteInput.END) {
            in.keep(in.take());
        }
        ended = true;
        offset = in.offset();
        problem = why;
        return withoutSpace(in.kept());
    }

    private static byte[] withoutSpace(byte[] bytes) {
        int to = bytes.length;
        while (to > 0
                && (bytes[to - 1] == ' ' || bytes[to - 1] == '\n' || bytes[to - 1] == '\r' || bytes[to - 1] == '\t')) {
            to--;
        }
        return to == bytes.length ? bytes : Arrays.copyOf(bytes, to);
    }
}
