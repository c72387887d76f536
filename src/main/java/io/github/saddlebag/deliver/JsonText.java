package io.github.saddlebag.deliver;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** JSON as it stands in a line. */
final class JsonText {

    private JsonText() {}

    static void quote(String text, ByteArrayOutputStream out) {
        out.write('"');
        if (isPlain(text)) {
            out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        } else {
            out.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(text));
        }
        out.write('"');
    }

    /** JSON on one line: between its parts a line break is mere space, and within a string there can be none. */
    static byte[] onOneLine(byte[] json) {
        byte[] line = json;
        for (int i = 0; i < json.length; i++) {
            if (json[i] == '\n' || json[i] == '\r') {
                line = line == json ? json.clone() : line;
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
}
