package io.github.saddlebag.http;

import io.github.saddlebag.address.Address;
import io.github.saddlebag.address.ItemRequest;
import io.github.saddlebag.http.VertxConnections.Line;
import io.github.saddlebag.http.VertxConnections.Way;
import io.github.saddlebag.support.Unrecoverable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends requests by Vert.x, all on one event loop. */
final class VertxWire implements Wire {

    private static final int MOST_SERVERS = 1000;
    private static final long SHORTEST_TICK = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LONGEST_TICK = TimeUnit.MILLISECONDS.toNanos(200);

    final Terms terms;
    private final Vertx vertx;
    private final Context context;
    private final HttpClient http1;
    private final @Nullable HttpClient http2;
    final VertxConnections connections;
    private final long tickNanos;
    /** Those under way; on the event loop only. */
    private final Set<VertxRequest> flights = new LinkedHashSet<>();

    private final Map<InetSocketAddress, SocketAddress> servers = new HashMap<>();

    private final boolean proxied;
    private boolean watching;
    private boolean closed;

    VertxWire(Terms terms) {
        this.terms = terms;
        long shortest =
                Math.min(terms.responseTimeout().toNanos(), terms.totalTimeout().toNanos());
        this.tickNanos = Math.max(SHORTEST_TICK, Math.min(LONGEST_TICK, shortest / 10));
        vertx = Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setUseDaemonThread(true)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        vertx.exceptionHandler(Unrecoverable::report);
        context = vertx.getOrCreateContext();
        proxied = terms.network().proxy() != null;
        connections = new VertxConnections(this, terms);
        VertxClients clients = new VertxClients(vertx, terms, connections::connected);
        http1 = clients.http1();
        http2 = terms.version() == Version.HTTP_1 ? null : clients.http2();
    }

    boolean mayHaveStreams(Line line) {
        return http2 != null && (line.isTls() || !proxied && terms.version() == Version.HTTP_2_PRIOR_KNOWLEDGE);
    }

    /** After GOAWAY the client does not tell the streams that were still open when their connection ends. */
    void endStreams(HttpConnection connection) {
        if (http2 == null) {
            return;
        }
        for (VertxRequest flight : List.copyOf(flights)) {
            flight.lost(connection);
        }
    }

    @Override
    public void execute(Runnable task) {
        context.runOnContext(nothing -> task.run());
    }

    @Override
    public void after(long nanos, Runnable task) {
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos + 999_999));
        context.runOnContext(nothing -> vertx.setTimer(millis, timer -> task.run()));
    }

    @Override
    public void send(
            ItemRequest request,
            Map<String, String> headers,
            @Nullable InetAddress to,
            Duration connectTimeout,
            Receiver receiver) {
        Address address = request.address();
        // a proxy finds the host by its name, wherever that leads
        SocketAddress server = proxied || to == null
                ? SocketAddress.inetSocketAddress(address.port(), address.host())
                : server(to, address.port());
        Way way = new Way(address.tls(), address.host(), server);
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.valueOf(request.method()))
                .setServer(proxied ? null : server)
                .setHost(address.host())
                .setPort(address.port())
                .setSsl(address.tls())
                .setURI(address.uri())
                .setConnectTimeout(connectTimeout.toMillis());
        VertxRequest flight = new VertxRequest(this, request, headers, connections.line(way), options, receiver);
        flights.add(flight);
        if (closed) {
            flight.fail(new SocketException("closed"));
            return;
        }
        flight.line.waiting.addLast(flight);
        pump(flight.line);
        if (!watching) {
            watching = true;
            watch();
        }
    }

    void pump(Line line) {
        boolean streams = mayHaveStreams(line);
        while (!closed && !line.waiting.isEmpty() && (!streams || line.hasStream())) {
            launch(line.waiting.removeFirst(), streams);
        }
    }

    private void launch(VertxRequest flight, boolean streams) {
        connections.makeRoom(flight.line);
        flight.launch(streams && flight.line.isUnknown());
        connect(flight, streams ? Objects.requireNonNull(http2) : http1);
    }

    private void connect(VertxRequest flight, HttpClient client) {
        if (flight.over) {
            return;
        }
        try {
            client.request(flight.options).onComplete(requested -> {
                if (requested.failed()) {
                    flight.fail(VertxErrors.connecting(requested.cause(), proxied));
                } else if (connections.isUsed(requested.result())) {
                    execute(() -> beginIfClean(flight, requested.result(), client));
                } else {
                    flight.begin(requested.result());
                }
            });
        } catch (RuntimeException | Error e) {
            flight.fail(VertxErrors.broken(e, false));
        }
    }

    /** Begins, unless something came on the connection that nobody had asked for: then over another one. */
    private void beginIfClean(VertxRequest flight, HttpClientRequest request, HttpClient client) {
        request.exceptionHandler(ended -> {});
        if (connections.isClean(request.connection())) {
            flight.begin(request);
        } else {
            request.reset(VertxRequest.CANCEL);
            execute(() -> connect(flight, client));
        }
    }

    /** A request has ended. */
    void over(VertxRequest flight) {
        Line line = flight.line;
        flights.remove(flight);
        connections.left(line, flight);
        flight.known();
        pump(line);
        connections.forget(line);
    }

    private SocketAddress server(InetAddress to, int port) {
        if (servers.size() > MOST_SERVERS) {
            servers.clear();
        }
        return servers.computeIfAbsent(new InetSocketAddress(to, port), SocketAddress::inetSocketAddress);
    }

    private void watch() {
        after(tickNanos, () -> {
            long now = System.nanoTime();
            for (VertxRequest flight : List.copyOf(flights)) {
                flight.check(now);
            }
            if (flights.isEmpty()) {
                watching = false;
            } else {
                watch();
            }
        });
    }

    @Override
    public void close() {
        execute(() -> {
            closed = true;
            for (VertxRequest flight : List.copyOf(flights)) {
                if (!flight.launched) {
                    flight.fail(new SocketException("closed"));
                }
            }
            vertx.close();
        });
    }
}
