package io.github.saddlebag.serve;

import io.github.saddlebag.setting.Setting;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whose web pages may call (RFC 6454). A browser sends a page's requests with its {@code Origin}, to servers of this
 * machine too; programs send none.
 */
record Origins(Set<String> allowed) {

    static final Origins NONE = new Origins(Set.of());

    private static final String ANY = "*";

    /** @param list {@code scheme://host[:port]}, separated by commas; {@code *}: any; empty: none */
    static Origins of(String list) {
        Set<String> origins = Arrays.stream(list.split(","))
                .map(each -> each.trim().toLowerCase(Locale.ROOT))
                .filter(each -> !each.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        origins.forEach(Origins::check);
        return new Origins(origins);
    }

    private static void check(String origin) {
        if (origin.equals(ANY)) {
            return;
        }
        URI uri = Setting.httpUrl("source.http.allowed-origins", origin);
        if (uri.getHost() == null || !uri.getRawPath().isEmpty() || uri.getRawQuery() != null) {
            throw Setting.bad(
                    "source.http.allowed-origins",
                    origin,
                    "an origin is a scheme, a host and a port, for example https://app.example.com.");
        }
    }

    boolean allow(String origin) {
        return allowed.contains(ANY) || allowed.contains(origin.toLowerCase(Locale.ROOT));
    }

    /** Tells the browser that the page may read the answer, and what it may send (Fetch standard, CORS). */
    void welcome(String origin, HttpServerResponse response) {
        response.putHeader("Access-Control-Allow-Origin", origin)
                .putHeader("Vary", "Origin")
                .putHeader("Access-Control-Allow-Methods", "POST")
                .putHeader("Access-Control-Allow-Headers", "Authorization, Content-Type")
                .putHeader("Access-Control-Max-Age", "600");
    }
}
