package io.github.saddlebag.deliver;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** JSON as it stands in a file of lines. */
final class JsonText {

    private JsonText() {}

    static void quote(String text, ByteArrayOutputStream out) {
        out.write('"');
        if (isPlain(text)) {
            out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        } else {
            escape(text, out);
        }
        out.write('"');
    }

    /** A JSON value without the line feeds that may stand between its parts; within a string there are none. */
    static byte[] onOneLine(byte[] json) {
        byte[] line = json;
        for (int i = 0; i < json.length; i++) {
            if (json[i] == '\n' || json[i] == '\r') {
                if (line == json) {
                    line = json.clone();
                }
                line[i] = ' ';
            }
        }
        return line;
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    /** Half a surrogate pair, which UTF-8 cannot say, is written by its number. */
    private static void escape(String text, ByteArrayOutputStream out) {
        JsonStringEncoder encoder = JsonStringEncoder.getInstance();
        int from = 0;
        int at = 0;
        while (at < text.length()) {
            int character = text.codePointAt(at);
            if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
                out.writeBytes(encoder.quoteAsUTF8(text.substring(from, at)));
                out.writeBytes(("\\u" + Integer.toHexString(character)).getBytes(StandardCharsets.US_ASCII));
                from = at + 1;
            }
            at += Character.charCount(character);
        }
        out.writeBytes(encoder.quoteAsUTF8(text.substring(from)));
    }
}
