package io.github.saddlebag.format;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A line that is an address without quotes, as lists of addresses have it; it is taken for the JSON string that it means. */
final class BareUrl {

    private static final Pattern ADDRESS =
            Pattern.compile("\\s*(https?://[!-~&&[^\"\\\\]]+)\\s*", Pattern.CASE_INSENSITIVE);

    private BareUrl() {}

    /** The JSON string, or null: the body is something else. */
    static byte @Nullable [] asJson(@Nullable Object body) {
        String text;
        if (body instanceof byte[] bytes) {
            // JSON never begins so: what does is worth a look
            text = begins(bytes) ? new String(bytes, StandardCharsets.UTF_8) : "";
        } else {
            text = body instanceof CharSequence chars ? chars.toString() : "";
        }
        if (text.isEmpty()) {
            return null;
        }
        Matcher address = ADDRESS.matcher(text);
        return address.matches() ? ('"' + address.group(1) + '"').getBytes(StandardCharsets.UTF_8) : null;
    }

    private static boolean begins(byte[] bytes) {
        int at = 0;
        while (at < bytes.length && (bytes[at] == ' ' || bytes[at] == '\t')) {
            at++;
        }
        return at < bytes.length && (bytes[at] == 'h' || bytes[at] == 'H');
    }
}
