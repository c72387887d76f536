package io.github.saddlebag.address;

import io.github.saddlebag.setting.Setting;
import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a request goes, taken apart.
 *
 * @param host without the brackets of an IPv6 address, in lower case
 * @param literal the address that the host is, or null: it is a name
 * @param uri path and query as they are sent
 * @param shown without its query: for messages and results
 */
public record Address(boolean tls, String host, @Nullable InetAddress literal, int port, String uri, String shown) {

    private static final int LONGEST_SHOWN = 300;

    public static Address of(URI url) {
        String named = url.getHost().toLowerCase(Locale.ROOT);
        String host = named.startsWith("[") ? named.substring(1, named.length() - 1) : named;
        boolean tls = "https".equalsIgnoreCase(url.getScheme());
        int port = url.getPort() > 0 ? url.getPort() : tls ? 443 : 80;
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String uri = url.getRawQuery() == null ? path : path + '?' + url.getRawQuery();
        return new Address(tls, host, Addresses.literal(host), port, uri, Setting.withoutQuery(url.toString()));
    }

    /** One that came from outside and may be none, as it may be shown. */
    public static String shown(String reference) {
        String text = Setting.withoutQuery(reference.trim()).replaceAll("\\p{Cntrl}", "?");
        return text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "..." : text;
    }

    /** Host and port, by which what is known of an endpoint is kept. */
    public String authority() {
        return (tls ? "https://" : "http://") + (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':' + port;
    }

    public boolean sameAuthority(Address other) {
        return tls == other.tls && port == other.port && host.equals(other.host);
    }
}
