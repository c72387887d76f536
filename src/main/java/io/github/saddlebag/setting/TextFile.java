package io.github.saddlebag.setting;

import java.io.IOException;
import java.io.UTFDataFormatException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that somebody saved with an editor: UTF-8, with or without the mark that some editors put in front of it. */
public final class TextFile {

    private static final String MARK = "\uFEFF";

    private TextFile() {}

    /**
     * What it says, without a mark.
     *
     * @throws UTFDataFormatException it is written in another way; the message says where, and what to do
     */
    public static String read(Path file) throws IOException {
        return text(Files.readAllBytes(file));
    }

    static String text(byte[] bytes) throws UTFDataFormatException {
        CharBuffer read = CharBuffer.allocate(bytes.length);
        boolean bad = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes), read, true)
                .isError();
        String text = read.flip().toString();
        int zero = text.indexOf('\0');
        if (bad || zero >= 0) {
            String before = text.substring(0, zero < 0 ? text.length() : zero);
            throw new UTFDataFormatException("it is not UTF-8 (line "
                    + (1 + before.chars().filter(c -> c == '\n').count()) + "): save it as UTF-8.");
        }
        return text.startsWith(MARK) ? text.substring(MARK.length()) : text;
    }
}
