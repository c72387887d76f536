package io.github.saddlebag.input;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Makes a JSON string of each line that is not blank. */
final class PlainLines implements ItemInput {

    static final String NOT_UTF_8 = "Its bytes are not UTF-8.";

    private final LineReader lines;
    private boolean notUtf8;

    PlainLines(LineReader lines) {
        this.lines = lines;
    }

    @Override
    public byte @Nullable [] next() throws IOException {
        notUtf8 = false;
        byte[] line = lines.next();
        if (line == null || lines.isTooLong()) {
            return line;
        }
        try {
            return quoted(line);
        } catch (CharacterCodingException e) {
            notUtf8 = true;
            return line;
        }
    }

    /** @throws CharacterCodingException the bytes are not UTF-8 */
    static byte[] quoted(byte[] utf8) throws CharacterCodingException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(utf8.length + 2);
        quote(utf8, out);
        return out.toByteArray();
    }

    static void quote(byte[] utf8, ByteArrayOutputStream out) throws CharacterCodingException {
        out.write('"');
        if (isPlain(utf8)) {
            out.writeBytes(utf8);
        } else {
            CharSequence text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
            out.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(text.toString()));
        }
        out.write('"');
    }

    private static boolean isPlain(byte[] bytes) {
        for (byte b : bytes) {
            if (b < ' ' || b == '"' || b == '\\') {
                return false;
            }
        }
        return true;
    }

    @Override
    public @Nullable String problem() {
        return notUtf8 ? NOT_UTF_8 : lines.problem();
    }

    @Override
    public long number() {
        return lines.number();
    }

    @Override
    public Place place() {
        return lines.place();
    }

    @Override
    public boolean mayBlock() throws IOException {
        return lines.mayBlock();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
