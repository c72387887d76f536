package io.github.saddlebag.config;

import java.time.Duration;

/** Callers over HTTP. */
@Stage("source.http")
public record ServeSettings(
        @Property(value = "false", text = """
                        Accepts items over HTTP: true or false. Each caller POSTs one item, a JSON
                        value, and gets its own answer. An application that embeds the routes then needs
                        camel-platform-http-vertx. The command serve sets it.""") boolean enabled,

        @Property(value = "8080", min = "0", max = "65535", text = """
                        Sets the port to listen on, from 0 to 65535; 0 means any free port. If an
                        application already has a Camel Vert.x server on this port, that server is used.""")
        int port,

        @Property(value = "127.0.0.1", text = """
                        Sets the address to listen on. 0.0.0.0 admits other machines: then set a token,
                        and put a TLS proxy in front.""") String host,
        @Property(value = "/items", text = """
                        Sets the path to POST to. The command serve uses /.""") String path,
        @Property(value = "", text = """
                        Requires callers to send `Authorization: Bearer TOKEN` with this token; others
                        get 401. Empty: no token is required. It is a secret: set
                        SADDLEBAG_SOURCE_HTTP_TOKEN in the environment.""") String token,
        @Property(value = "60s", min = "1ms", text = """
                        Limits how long a caller waits for the answer, at least 1ms; then it gets 504.
                        Set it to more than saddlebag.batch.max-wait plus a request with its retries.""") Duration replyTimeout,
        @Property(value = "1s", min = "1ms", text = """
                        Limits how long a caller waits while saddlebag.batch.max-in-flight is reached,
                        at least 1ms; then it gets 429 with Retry-After.""") Duration offerTimeout,

        @Property(value = "5000", min = "1", max = "1000000", text = """
                        Limits the callers that are served at once, from 1 to 1000000. Others get 429
                        before their body is read. A caller holds no thread, but a connection and its
                        item.""")
        int maxCallers,

        @Property(value = "/health", text = """
                        Sets the path where load balancers GET the state: 200 if items are accepted, 503
                        while the runtime stops. No token is required. Empty: there is none.""") String healthPath,
        @Property(value = "false", text = """
                        Logs each caller's request when it has ended: true or false. A line has the
                        address, method, path, status, bytes, time, and the ids that the caller sent
                        (X-Request-Id, traceparent), but no query and no content.""") boolean accessLog,
        @Property(value = "1MB", text = """
                        Limits the size of an item, from 1B to 1GB. A larger one gets 413.""") long maxBody,

        @Property(value = "8MB", text = """
                        Limits the size of a body with several items, from 1B to 1GB. A larger one gets
                        413. All such bodies in progress may take up to 8 times as much together;
                        further ones get 429.""") long maxListBody,

        @Property(value = "10000", min = "1", max = "10000000", text = """
                        Limits the number of items in such a body, from 1 to 10000000. With more it gets
                        413.""")
        int maxListItems,

        @Property(value = "10s", text = """
                        Limits how long the body of a request may take to arrive, more than 0s; then it
                        gets 408.""") Duration bodyTimeout,

        @Property(value = "0", min = "0", max = "1000000", text = """
                        Limits the open connections of callers, from 0 to 1000000; 0 means as many as
                        leave a quarter of the process's file descriptors, and at least 128 after the
                        start, for other uses. Beyond that, the connection that has been idle the longest
                        is closed.""")
        int maxConnections,

        @Property(value = "10s", text = """
                        Limits how long a new connection may take until the head of its first request
                        has arrived, more than 0s; then it is closed.""") Duration headTimeout,
        @Property(value = "75s", text = """
                        Limits how long a connection without a request stays open after an answer, more
                        than 0s.""") Duration idleTimeout,
        @Property(value = "", text = """
                        Allows web pages of these origins to call, such as https://app.example.com,
                        separated by commas; * allows all. Empty: none, and requests with an Origin
                        header get 403. Only browsers send this header.""") String allowedOrigins,
        @Property(value = "1.1", text = """
                        Sets the HTTP versions that are accepted: 1.1, or 2 for HTTP/2 without TLS (h2c)
                        as well. With HTTP/2, up to max-callers requests may share a connection.""") String httpVersion) {

    /** Nothing of what is secret. */
    @Override
    public String toString() {
        return "ServeSettings";
    }
}
