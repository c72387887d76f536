package io.github.saddlebag.input;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON values of any layout, one after the other, on one line or on many: as a rule a file is one of them. It looks
 * for their ends only; what is no JSON fails later, and what follows it with it. A file that does not begin as JSON does is
 * one item, a JSON string of all its text.
 */
final class DocumentReader extends ByteItems {

    /** @param begin the beginning of the input, or the end of a value */
    DocumentReader(ByteInput in, Place begin) {
        super(in, begin);
    }

    @Override
    public byte @Nullable [] next() throws IOException {
        problem = null;
        in.begin();
        int begin = in.skipSpace();
        if (begin == ByteInput.END) {
            return null;
        }
        number++;
        byte[] found;
        if (begin == '{' || begin == '[' || begin == '"') {
            takeValue();
            found = in.kept();
        } else {
            found = rest();
        }
        offset = in.offset();
        problem = problem == null ? in.tooLong("document") : problem;
        return found;
    }

    /** To its last bracket or quote, or to the end of the input. */
    private void takeValue() throws IOException {
        int depth = 0;
        boolean quoted = false;
        do {
            int b = take();
            if (quoted) {
                if (b == '\\') {
                    take();
                } else if (b == '"' || b == '\n') {
                    // there is no line feed in a JSON string: whatever this is, it ends here
                    quoted = false;
                }
            } else if (b == '"') {
                quoted = true;
            } else if (b == '{' || b == '[') {
                depth++;
            } else if (b == '}' || b == ']') {
                depth--;
            }
        } while ((depth > 0 || quoted) && in.peek() != ByteInput.END);
    }

    private int take() throws IOException {
        int b = in.take();
        if (b != ByteInput.END) {
            in.keep(b);
        }
        return b;
    }

    /** All that is left: a text, or a number or the like, or what stands behind a value and is none. */
    private byte[] rest() throws IOException {
        while (in.peek() != ByteInput.END) {
            take();
        }
        byte[] bytes = in.kept();
        if (number > 1 || in.isTooLong() || InputFormat.isScalar(new String(bytes, StandardCharsets.ISO_8859_1))) {
            return bytes;
        }
        try {
            return PlainLines.quoted(bytes);
        } catch (CharacterCodingException e) {
            problem = PlainLines.NOT_UTF_8;
            return bytes;
        }
    }

    @Override
    public boolean isDocument() {
        return true;
    }
}
