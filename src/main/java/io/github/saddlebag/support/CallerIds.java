package io.github.saddlebag.support;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * By which words a caller knows its request again. They come from outside and go into logs and to the endpoint, so what is
 * too long, or could be anything else than a name, is none.
 */
public final class CallerIds {

    public static final String REQUEST_ID = "X-Request-Id";

    /** That of W3C Trace Context. */
    public static final String TRACEPARENT = "traceparent";

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/=@+-]{0,127}");
    private static final Pattern TRACE =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    private CallerIds() {}

    /** The value of one of both headers, if it is one. */
    public static @Nullable String valid(String name, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        String text = value.toString();
        Pattern form = name.toLowerCase(Locale.ROOT).equals(TRACEPARENT) ? TRACE : ID;
        return form.matcher(text).matches() ? text : null;
    }

    /** The id of the trace that a {@code traceparent} belongs to. */
    public static @Nullable String traceId(@Nullable Object traceparent) {
        Matcher parts = TRACE.matcher(traceparent == null ? "" : traceparent.toString());
        return parts.matches() ? parts.group(1) : null;
    }
}
