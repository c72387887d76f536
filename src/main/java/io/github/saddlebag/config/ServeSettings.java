package io.github.saddlebag.config;

import java.time.Duration;

/** Callers over HTTP. */
@Stage("source.http")
public record ServeSettings(
        @Property(value = "false", text = """
                        Whether HTTP callers are served: true or false. Each POSTs one item, a JSON
                        value, and gets its own answer. An application that embeds the routes then
                        needs camel-platform-http-vertx. The command serve sets it.""") boolean enabled,

        @Property(value = "8080", min = "0", max = "65535", text = """
                        The port to listen at, from 0 to 65535; 0: a free one. Where an application
                        has a Vert.x server of Camel's at this port, its callers are served there.""")
        int port,

        @Property(value = "127.0.0.1", text = """
                        The address to listen at. 0.0.0.0 lets other machines in: then set a token,
                        and put what speaks TLS in front.""") String host,
        @Property(value = "/items", text = """
                        The path to POST to. The command serve takes /.""") String path,
        @Property(value = "", text = """
                        What callers must give as `Authorization: Bearer ...`; empty: nothing. Others
                        get 401. A secret: set SADDLEBAG_SOURCE_HTTP_TOKEN in the environment.""") String token,
        @Property(value = "60s", min = "1ms", text = """
                        How long a caller waits for its answer, at least 1ms; then it gets 504. Longer
                        than saddlebag.batch.max-wait and a request with its attempts.""") Duration replyTimeout,
        @Property(value = "1s", min = "1ms", text = """
                        How long a caller waits for a place where saddlebag.batch.max-in-flight are
                        taken, at least 1ms; then it gets 429 with Retry-After.""") Duration offerTimeout,

        @Property(value = "5000", min = "1", max = "1000000", text = """
                        The most callers at once, from 1 to 1000000; others get 429 before their body
                        is read. None holds a thread, but each holds a connection, and its item.""")
        int maxCallers,

        @Property(value = "/health", text = """
                        Where load balancers ask by GET whether items are taken: 200, or 503 while it
                        stops. No token is asked for. Empty: nowhere.""") String healthPath,
        @Property(value = "false", text = """
                        Whether each request of a caller is logged when it is over: true or false. A
                        line has the address, method, path, status, bytes, time, and the ids by which
                        the caller knows it (X-Request-Id, traceparent); no query, and no content.""") boolean accessLog,
        @Property(value = "1MB", text = """
                        The most bytes of an item, from 1B to 1GB; larger ones get 413.""") long maxBody,

        @Property(value = "8MB", text = """
                        The most bytes of a body with many items, from 1B to 1GB; larger ones get 413.
                        All that are under way take at most 8 times as many; further ones get 429.""") long maxListBody,

        @Property(value = "10000", min = "1", max = "10000000", text = """
                        The most items in such a body, from 1 to 10000000; with more it gets 413.""")
        int maxListItems,

        @Property(value = "10s", text = """
                        How long the body of a request may take to arrive, more than 0s; then it gets
                        408.""") Duration bodyTimeout,

        @Property(value = "0", min = "0", max = "1000000", text = """
                        The most connections of callers at once, to 1000000; 0: as many as leave a
                        quarter of the process's descriptors free. Where there are more, the one that
                        asks for nothing the longest is closed.""")
        int maxConnections,

        @Property(value = "10s", text = """
                        How long a new connection may take until the head of its first request is
                        there, more than 0s; then it is closed.""") Duration headTimeout,
        @Property(value = "75s", text = """
                        How long a connection is kept without a request after an answer, more than 0s.""") Duration idleTimeout,
        @Property(value = "", text = """
                        Whose web pages may call, as https://app.example.com, separated by commas; *:
                        any; empty: none, and requests with an Origin get 403. Programs send none.""") String allowedOrigins,
        @Property(value = "1.1", text = """
                        What is spoken: 1.1; or 2, which is HTTP/2 in clear text (h2c) as well: then up
                        to max-callers requests may share a connection.""") String httpVersion) {

    /** Nothing of what is secret. */
    @Override
    public String toString() {
        return "ServeSettings";
    }
}
