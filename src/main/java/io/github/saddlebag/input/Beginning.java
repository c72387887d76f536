package io.github.saddlebag.input;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes of an input, which are looked at before they are read. Where it breaks off behind some of them, that is
 * told when they were read, and not before.
 *
 * @param rest what follows them
 */
record Beginning(byte[] bytes, InputStream rest) {

    /** Many inputs are small. */
    private static final int FIRST = 1 << 10;

    /**
     * As many bytes as there are.
     *
     * @param enough whether no more needs to be known than these bytes; null: never
     */
    static Beginning of(InputStream in, int most, @Nullable Predicate<byte[]> enough) throws IOException {
        byte[] bytes = new byte[Math.min(most, FIRST)];
        int length = 0;
        InputStream rest = in;
        while (length < most) {
            if (length == bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.min(most, 4 * length));
            }
            int read;
            try {
                read = in.read(bytes, length, bytes.length - length);
            } catch (IOException e) {
                if (length == 0) {
                    throw e;
                }
                rest = new Broken(in, e);
                break;
            }
            if (read < 0) {
                break;
            }
            length += read;
            if (enough != null && enough.test(Arrays.copyOf(bytes, length))) {
                break;
            }
        }
        return new Beginning(Arrays.copyOf(bytes, length), rest);
    }

    /** The input, these bytes included, which are handed out without waiting for others. */
    InputStream whole() {
        return new SequenceInputStream(new ByteArrayInputStream(bytes), rest);
    }

    /** The same, of an input that is not waited for. */
    InputStream wholeFile() throws IOException {
        if (rest instanceof Broken) {
            return whole();
        }
        PushbackInputStream whole = new PushbackInputStream(rest, Math.max(1, bytes.length));
        whole.unread(bytes);
        return whole;
    }

    /** Nothing more can be read. */
    private static final class Broken extends InputStream {

        private final InputStream in;
        private final IOException why;

        private Broken(InputStream in, IOException why) {
            this.in = in;
            this.why = why;
        }

        @Override
        public int read() throws IOException {
            throw why;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
