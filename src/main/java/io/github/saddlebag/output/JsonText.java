package io.github.saddlebag.output;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** JSON as it stands in a line. */
public final class JsonText {

    private static final Pattern HALF_A_PAIR = Pattern.compile("\\p{Cs}");

    private JsonText() {}

    static void quote(String text, ByteArrayOutputStream out) {
        if (!isPlain(text)) {
            out.writeBytes(quoted(text).getBytes(StandardCharsets.UTF_8));
            return;
        }
        out.write('"');
        // it is ASCII, and so to be copied as it is
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        out.write('"');
    }

    /**
     * The text as a JSON string. Half a surrogate pair, which JSON can hold and UTF-8 cannot, is escaped: an encoder would
     * fail, and with it everything that is written together with it.
     */
    public static String quoted(String text) {
        String escaped = new String(JsonStringEncoder.getInstance().quoteAsString(text));
        return '"'
                + HALF_A_PAIR
                        .matcher(escaped)
                        .replaceAll(half ->
                                String.format("\\\\u%04x", (int) half.group().charAt(0)))
                + '"';
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
