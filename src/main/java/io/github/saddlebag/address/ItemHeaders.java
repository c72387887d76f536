package io.github.saddlebag.address;

import java.util.Locale;
import java.util.Set;

/** Which headers an item may set, for they come from outside: none that steers the connection or the runtime. */
public final class ItemHeaders {

    private static final Set<String> OF_THE_CONNECTION = Set.of(
            "accept-encoding",
            "connection",
            "content-length",
            "expect",
            "host",
            "http2-settings",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** What may go with a request to a host that it was not meant for. */
    private static final Set<String> HARMLESS = Set.of("accept", "accept-language", "content-type", "user-agent");

    private static final String TOKEN_CHARACTERS = "!#$%&'*+-.^_`|~";

    private ItemHeaders() {}

    /** @throws RefusedRequestException the item must not set it */
    public static void check(String name, String value) {
        if (!isToken(name)) {
            throw new RefusedRequestException("The item has a header whose name is none (RFC 9110 5.1).");
        }
        String lower = name.toLowerCase(Locale.ROOT);
        if (OF_THE_CONNECTION.contains(lower) || lower.startsWith("proxy-") || lower.startsWith("camel")) {
            throw new RefusedRequestException("The item sets the header " + name
                    + ", which belongs to the connection or steers the runtime: leave it out.");
        }
        if (!value.chars().allMatch(c -> c == '\t' || c >= ' ' && c != 127 && c < 256)) {
            throw new RefusedRequestException("The item's header " + name
                    + " has a line break, or another character that no header can have (RFC 9110 5.5).");
        }
    }

    /** Whether it can be the name of a header, or a method (RFC 9110 5.6.2). */
    public static boolean isToken(String text) {
        return !text.isEmpty()
                && text.chars()
                        .allMatch(c -> c < 128 && Character.isLetterOrDigit(c) || TOKEN_CHARACTERS.indexOf(c) >= 0);
    }

    /** Whether it may be sent on to another host after a redirect. */
    public static boolean isHarmless(String name) {
        return HARMLESS.contains(name.toLowerCase(Locale.ROOT));
    }
}
