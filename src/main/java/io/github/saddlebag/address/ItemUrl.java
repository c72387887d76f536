package io.github.saddlebag.address;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads an address that comes from an item or from a redirect, strictly: what two readers could read differently fails. */
public final class ItemUrl {

    private static final String UNSAFE = " \"<>^`{|}";

    private ItemUrl() {}

    /**
     * The absolute address that a text means.
     *
     * @param base what it is relative to, or null
     * @throws RefusedRequestException it means none
     */
    public static URI of(String text, @Nullable URI base) {
        URI url;
        try {
            url = absolute(new URI(encoded(text)), base);
            url = new URI(url.toASCIIString());
        } catch (URISyntaxException e) {
            throw refused("is no valid address (RFC 3986)");
        }
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw refused(
                    url.getScheme() == null
                            ? "is relative, and there is no saddlebag.call.url that it could be relative to"
                            : "begins neither with http:// nor with https://");
        }
        if (url.getRawUserInfo() != null
                || url.getRawAuthority() != null && url.getRawAuthority().indexOf('@') >= 0) {
            throw refused("has a user name or a password; give a header instead");
        }
        String host = url.getHost();
        boolean six = host != null && host.startsWith("[");
        if (host == null
                || host.indexOf('%') >= 0
                || !six && Addresses.literal(host) == null && Addresses.looksLikeNumber(host)) {
            throw refused("has no valid host: give a name, or an address in its usual form");
        }
        if (url.getPort() == 0 || url.getPort() > 65_535) {
            throw refused("has no valid port");
        }
        return url;
    }

    private static URI absolute(URI url, @Nullable URI base) throws URISyntaxException {
        if (base == null || url.isAbsolute()) {
            return url;
        }
        if (url.getRawAuthority() == null && url.getRawPath().isEmpty()) {
            // Java resolves it as RFC 2396 did, without the last part of the path
            String path = base.getRawPath().isEmpty() ? "/" : base.getRawPath();
            return new URI(base.getScheme() + "://" + base.getRawAuthority() + path
                    + (url.getRawQuery() == null ? "" : '?' + url.getRawQuery()));
        }
        URI root = base.getRawPath().isEmpty() ? base.resolve("/") : base;
        return root.resolve(url);
    }

    /** What people forget to encode. A backslash or a control character stays, and is refused. */
    private static String encoded(String text) {
        StringBuilder encoded = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (UNSAFE.indexOf(c) >= 0 && encoded == null) {
                encoded = new StringBuilder(text.substring(0, i));
            }
            if (encoded != null) {
                if (UNSAFE.indexOf(c) >= 0) {
                    encoded.append('%').append(String.format("%02X", (int) c));
                } else {
                    encoded.append(c);
                }
            }
        }
        return encoded == null ? text : encoded.toString();
    }

    private static RefusedRequestException refused(String what) {
        return new RefusedRequestException("The item's url " + what + ".");
    }
}
