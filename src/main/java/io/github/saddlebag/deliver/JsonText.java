package io.github.saddlebag.deliver;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** JSON strings. */
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
