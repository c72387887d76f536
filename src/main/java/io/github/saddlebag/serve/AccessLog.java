package io.github.saddlebag.serve;

import io.github.saddlebag.support.CallerIds;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** A line for each request of a caller: who, what, when it was over; nothing of what was sent or answered. */
final class AccessLog {

    private static final Logger LOG = LoggerFactory.getLogger("io.github.saddlebag.access");
    private static final int LONGEST_PATH = 200;
    private static final double MS = 1e6;

    private AccessLog() {}

    /** The request is over, or its caller is gone. */
    static void tell(HttpServerRequest request, long beganNanos) {
        HttpServerResponse response = request.response();
        String id = CallerIds.valid(CallerIds.REQUEST_ID, request.getHeader(CallerIds.REQUEST_ID));
        String trace = CallerIds.traceId(request.getHeader(CallerIds.TRACEPARENT));
        put("request_id", id);
        put("trace_id", trace);
        try {
            LOG.info(
                    "{} {} {} {} {} bytes {} ms{}{}",
                    request.remoteAddress() == null
                            ? "-"
                            : request.remoteAddress().hostAddress(),
                    plain(request.method().name()),
                    plain(request.path()),
                    response.ended() ? Integer.toString(response.getStatusCode()) : "gone",
                    response.bytesWritten(),
                    String.format(Locale.ROOT, "%.1f", (System.nanoTime() - beganNanos) / MS),
                    id == null ? "" : " request_id=" + id,
                    trace == null ? "" : " trace_id=" + trace);
        } finally {
            MDC.remove("request_id");
            MDC.remove("trace_id");
        }
    }

    private static void put(String key, @Nullable String value) {
        if (value != null) {
            MDC.put(key, value);
        }
    }

    /** A path without its query, which may hold secrets; and without what could end the line. */
    private static String plain(@Nullable String text) {
        if (text == null) {
            return "-";
        }
        String shown = text.replaceAll("[^\\x21-\\x7e]", "?");
        return shown.length() > LONGEST_PATH ? shown.substring(0, LONGEST_PATH) + ".." : shown;
    }
}
