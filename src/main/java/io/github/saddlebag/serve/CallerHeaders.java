package io.github.saddlebag.serve;

import io.vertx.core.MultiMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Message;

/**
 * Hands a caller's headers on to the routes, but for those that mean something to Camel or to the routes themselves, and
 * those that belong to the caller's connection or hold secrets.
 */
final class CallerHeaders {

    private static final String[] INTERNAL = {"camel", "org.apache.camel", "saddlebag"};

    private static final Set<String> OWN = Set.of(
            "accept",
            "accept-encoding",
            "authorization",
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "cookie",
            "expect",
            "host",
            "keep-alive",
            "proxy-authorization",
            "proxy-connection",
            "retry-after",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "user-agent");

    void copy(MultiMap headers, Message to) {
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!OWN.contains(name) && !isInternal(name)) {
                to.setHeader(header.getKey(), header.getValue());
            }
        }
    }

    private static boolean isInternal(String name) {
        for (String prefix : INTERNAL) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }
}
