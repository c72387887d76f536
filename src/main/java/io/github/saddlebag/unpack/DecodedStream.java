package io.github.saddlebag.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** The text of another encoding as UTF-8. What is no text in that encoding ends it. */
final class DecodedStream extends WrappedStream {

    private static final int BUFFER = 1 << 14;

    private final Charset charset;
    private final String name;
    private final CharsetDecoder decoder;
    private final ByteBuffer encoded = ByteBuffer.allocate(BUFFER).flip();
    private final CharBuffer chars = CharBuffer.allocate(BUFFER / 2);
    private ByteBuffer text = ByteBuffer.allocate(0);
    private long offset;
    private boolean atEnd;
    private boolean ended;

    /** @param name of the file, for messages */
    DecodedStream(InputStream in, Charset charset, String name) {
        super(in);
        this.charset = charset;
        this.name = name;
        this.decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        while (!text.hasRemaining()) {
            if (!decode()) {
                return -1;
            }
        }
        int count = Math.min(length, text.remaining());
        text.get(bytes, from, count);
        return count;
    }

    /** Decodes some more; false: there is no more. */
    private boolean decode() throws IOException {
        chars.clear();
        while (!ended) {
            int from = encoded.position();
            CoderResult result = decoder.decode(encoded, chars, atEnd);
            offset += encoded.position() - from;
            ended = result.isUnderflow() && atEnd && decoder.flush(chars).isUnderflow();
            if (chars.position() > 0) {
                text = StandardCharsets.UTF_8.encode(chars.flip());
                return true;
            }
            if (result.isError()) {
                throw malformed();
            }
            if (!atEnd) {
                fill();
            }
        }
        return false;
    }

    private void fill() throws IOException {
        encoded.compact();
        int count = in.read(encoded.array(), encoded.position(), encoded.remaining());
        atEnd = count < 0;
        encoded.position(encoded.position() + Math.max(0, count)).flip();
    }

    private UnreadableInputException malformed() {
        int b = encoded.hasRemaining() ? encoded.get(encoded.position()) & 0xFF : 0;
        return new UnreadableInputException(String.format(
                "%s: byte %d (0x%02X) and what follows is no text in %s. Name its encoding with --encoding"
                        + " (saddlebag.source.encoding), or mend it there; what was read keeps its results.",
                name, offset + 1, b, charset.name()));
    }

    /** Whether there is something without waiting; not how much. */
    @Override
    public int available() throws IOException {
        return text.hasRemaining() || encoded.hasRemaining() || in.available() > 0 ? 1 : 0;
    }
}
