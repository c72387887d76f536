package io.github.saddlebag.serve;

import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The body of a caller's request, within its limits of size and time; or the refusal. */
final class CallerRequest {

    private static final Set<String> LINES =
            Set.of("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines");

    private final RoutingContext context;
    private final CallerSettings settings;
    private final Consumer<byte[]> whole;
    private final Runnable gone;
    private final Buffer body = Buffer.buffer();
    private long timer;
    private boolean over;

    private CallerRequest(RoutingContext context, CallerSettings settings, Consumer<byte[]> whole, Runnable gone) {
        this.context = context;
        this.settings = settings;
        this.whole = whole;
        this.gone = gone;
    }

    /** What a request's head tells against it, or null. */
    static @Nullable Problem unreadable(HttpServerRequest request, CallerSettings settings) {
        int hosts = request.headers().getAll("Host").size();
        if (request.version() == HttpVersion.HTTP_1_1 && hosts != 1) {
            return new Problem(
                    400, "Bad request", "The request has " + hosts + " Host headers; it needs one (RFC 9112 3.2).");
        }
        List<String> codings = request.headers().getAll("Transfer-Encoding");
        if (codings.size() > 1 || codings.size() == 1 && !codings.get(0).trim().equalsIgnoreCase("chunked")) {
            return new Problem(
                    501, "Unknown coding", "The only Transfer-Encoding that is understood is chunked (RFC 9112 6.1).");
        }
        String origin = request.getHeader("Origin");
        if (origin != null && !settings.origins().allow(origin)) {
            return new Problem(
                    403,
                    "Foreign origin",
                    "A web page of another origin asks. Name the origin in saddlebag.source.http.allowed-origins, if"
                            + " its pages may.");
        }
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            return new Problem(
                    415, "Unsupported encoding", "The body is encoded (Content-Encoding). Send it as it is.");
        }
        String type = request.getHeader("Content-Type");
        if (type == null || !isJson(type) && !isLines(type)) {
            return new Problem(
                    415,
                    "Not JSON",
                    "An item is one JSON value. Send it with Content-Type: application/json, or many, each on a line of"
                            + " its own, with application/x-ndjson.");
        }
        return contentLength(request) > most(request, settings) ? tooLarge(request, settings) : null;
    }

    /** Whether each line of the body is an item. */
    static boolean isLines(HttpServerRequest request) {
        String type = request.getHeader("Content-Type");
        return type != null && isLines(type);
    }

    private static boolean isLines(String type) {
        return LINES.contains(media(type));
    }

    /** Whether the body may hold many items: it is lines, or lines of answers are asked for. */
    static boolean isList(HttpServerRequest request) {
        String accept = request.getHeader("Accept");
        return isLines(request)
                || accept != null && Arrays.stream(accept.split(",")).anyMatch(CallerRequest::isLines);
    }

    private static String media(String type) {
        return type.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
    }

    private static int most(HttpServerRequest request, CallerSettings settings) {
        return isList(request) ? settings.maxListBody() : settings.maxBody();
    }

    /** What the body of a request takes at most, as far as its head tells. */
    static long bytes(HttpServerRequest request, CallerSettings settings) {
        long length = contentLength(request);
        return length > 0 ? length : most(request, settings);
    }

    private static boolean isJson(String type) {
        String media = media(type);
        return media.equals("application/json") || media.startsWith("application/") && media.endsWith("+json");
    }

    private static long contentLength(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length.trim());
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private static Problem tooLarge(HttpServerRequest request, CallerSettings settings) {
        return isList(request)
                ? new Problem(
                        413,
                        "Too large",
                        settings.told("A body of many items has at most " + settings.maxListBody()
                                + " bytes here (saddlebag.source.http.max-list-body). Send them in several requests."))
                : tooLarge(settings);
    }

    static Problem tooLarge(CallerSettings settings) {
        return new Problem(
                413,
                "Too large",
                settings.told("An item has at most " + settings.maxBody()
                        + " bytes here (saddlebag.source.http.max-body). Send a smaller one."));
    }

    /**
     * Reads the body.
     *
     * @param whole takes it
     * @param gone runs instead, where there will be none
     */
    static void read(RoutingContext context, CallerSettings settings, Consumer<byte[]> whole, Runnable gone) {
        new CallerRequest(context, settings, whole, gone).read();
    }

    private void read() {
        HttpServerRequest request = context.request();
        timer = context.vertx().setTimer(settings.given().bodyTimeout().toMillis() + 1, ignored -> late());
        request.handler(this::take);
        request.endHandler(ignored -> end());
        request.exceptionHandler(this::broken);
        context.response().closeHandler(ignored -> stop());
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            context.response().writeContinue();
        }
        request.resume();
    }

    /** The connection has ended, or what comes over it is no body (RFC 9112 7.1). */
    private void broken(Throwable error) {
        boolean unread = !over && !(error instanceof IOException || error instanceof VertxException);
        stop();
        if (unread) {
            close(context);
            write(
                    context.response(),
                    new Problem(400, "Bad request", "The body is not chunked as it should be (RFC 9112 7.1)."));
            // the server closes it anyhow, and would not send the response before
            context.request().connection().close();
        }
    }

    private void take(Buffer part) {
        if (over) {
            return;
        }
        if (body.length() + part.length() > most(context.request(), settings)) {
            refuse(tooLarge(context.request(), settings));
            return;
        }
        body.appendBuffer(part);
    }

    private void end() {
        if (!over) {
            over = true;
            context.vertx().cancelTimer(timer);
            whole.accept(body.getBytes());
        }
    }

    private void late() {
        if (!over) {
            refuse(new Problem(
                    408,
                    "Too slow",
                    "The body did not arrive within "
                            + settings.given().bodyTimeout().toMillis() + "ms (saddlebag.source.http.body-timeout)."));
        }
    }

    private void refuse(Problem problem) {
        stop();
        close(context);
        write(context.response(), problem);
        closeSoon(context);
    }

    private void stop() {
        if (!over) {
            over = true;
            context.vertx().cancelTimer(timer);
            gone.run();
        }
    }

    /** Refuses a request. A connection with much of its body still to come is closed. */
    static void refuse(RoutingContext context, Problem problem, int maxBody) {
        HttpServerRequest request = context.request();
        boolean close = problem.status() == 503
                || request.getHeader("Transfer-Encoding") != null
                || contentLength(request) > maxBody;
        if (close) {
            close(context);
        }
        if (!request.isEnded()) {
            request.handler(ignored -> {});
            request.resume();
        }
        write(context.response(), problem);
        if (close) {
            closeSoon(context);
        }
    }

    /** Asks for another connection next time. HTTP/2 has no such header (RFC 9113 8.2.2). */
    static void close(RoutingContext context) {
        if (context.request().version() != HttpVersion.HTTP_2) {
            context.response().putHeader("Connection", "close");
        }
    }

    /** Closes the connection when the response is written, and the request is read or had its time. */
    static void closeSoon(RoutingContext context) {
        if (context.request().version() != HttpVersion.HTTP_2) {
            // otherwise others are on their way over the same connection
            CallerConnections.closeAfter(context.request());
        }
    }

    static void write(HttpServerResponse response, Problem problem) {
        response.setStatusCode(problem.status()).putHeader("Content-Type", Problem.TYPE);
        if (problem.passes()) {
            response.putHeader("Retry-After", problem.retryAfter());
        }
        if (problem.status() == 401) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        response.end(Buffer.buffer(problem.json()));
    }
}
