package io.github.saddlebag.http;

import io.github.saddlebag.address.Address;
import io.github.saddlebag.address.ItemRequest;
import io.github.saddlebag.pace.RateLimit;
import io.github.saddlebag.support.Unrecoverable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.GoAway;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Sends requests by Vert.x, all on one event loop. */
final class VertxWire implements Wire {

    private static final int MOST_SERVERS = 1000;
    private static final long CANCEL = 0x8;
    private static final int PING = 8;

    /** What no request of HTTP/2 has (RFC 9113 8.2.2). */
    private static final Set<String> OF_CONNECTION =
            Set.of("connection", "host", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade");

    private static final long SHORTEST_TICK = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LONGEST_TICK = TimeUnit.MILLISECONDS.toNanos(200);

    private final Terms terms;
    private final Vertx vertx;
    private final Context context;
    private final HttpClient http1;
    private final @Nullable HttpClient http2;
    private final long tickNanos;
    /** Those under way; on the event loop only. */
    private final Set<Flight> flights = new LinkedHashSet<>();
    /** Open connections by where they lead to, those that were used last at the end; on the event loop only. */
    private final Map<Way, Line> lines = new LinkedHashMap<>(16, 0.75f, true);

    /** Whose connection it is, from its first request on; on the event loop only. */
    private final Map<HttpConnection, Line> owners = new IdentityHashMap<>();

    private final UnreadBytes unread = new UnreadBytes();

    /**
     * Connections on which something came that nobody had asked for, and that are about to be closed: what comes next on
     * them need not be the response to the next request.
     */
    private final Set<HttpConnection> unclean = Collections.newSetFromMap(new IdentityHashMap<>());

    private final Map<InetSocketAddress, SocketAddress> servers = new HashMap<>();

    private final boolean proxied;
    private int open;
    private boolean watching;
    private boolean closed;

    /** What has connections of its own: a host at an address, which is not known where a proxy finds it. */
    private record Way(boolean tls, String host, SocketAddress server) {

        // for each request: what the compiler makes of a record goes through method handles
        @Override
        public int hashCode() {
            return host.hashCode() * 31 + server.hashCode();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Way way && tls == way.tls && host.equals(way.host) && server.equals(way.server);
        }
    }

    /** The connections to a host. */
    private static final class Line {
        private final Way way;
        private final Set<HttpConnection> connections = new LinkedHashSet<>();
        private int inFlight;
        /** Those that wait for a stream; their time does not run. */
        private final Deque<Flight> waiting = new ArrayDeque<>();

        private int begun;
        /** When the last one began or ended. */
        private long movedNanos;

        /** Of which it is being found out whether anybody is there. */
        private @Nullable HttpConnection pinged;
        /** Whether somebody finds out what the host speaks. */
        private boolean asking;

        private @Nullable HttpConnection current;
        /** Whether it has answered that it speaks HTTP/1.1 only. */
        private boolean isOld;

        private Line(Way way) {
            this.way = way;
        }

        /** Whether another request may begin, over a connection of HTTP/2 or to find out whether there is one. */
        private boolean hasStream() {
            HttpConnection open = current;
            if (isOld) {
                return true;
            }
            if (open == null) {
                return !asking;
            }
            return begun < open.remoteSettings().getMaxConcurrentStreams();
        }

        private void gone(HttpConnection connection) {
            if (current == connection) {
                current = null;
            }
        }
    }

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
        VertxClients clients = new VertxClients(vertx, terms, this::connected);
        http1 = clients.http1();
        http2 = terms.version() == Version.HTTP_1 ? null : clients.http2();
    }

    private boolean mayHaveStreams(boolean tls) {
        return http2 != null && (tls || !proxied && terms.version() == Version.HTTP_2_PRIOR_KNOWLEDGE);
    }

    private void connected(HttpConnection connection) {
        open++;
        ResponseBounds.on(connection);
        connection.exceptionHandler(problem -> {
            Unrecoverable.report(problem);
            unclean.add(connection);
        });
        connection.closeHandler(closed -> {
            open--;
            unclean.remove(connection);
            endStreams(connection);
            Line line = owners.remove(connection);
            if (line != null) {
                line.connections.remove(connection);
                line.gone(connection);
                forget(line);
                pump(line);
            }
        });
    }

    /** After GOAWAY the client does not tell the streams that were still open when their connection ends. */
    private void endStreams(HttpConnection connection) {
        if (http2 == null) {
            return;
        }
        for (Flight flight : List.copyOf(flights)) {
            flight.lost(connection);
        }
    }

    private void forget(Line line) {
        if (line.connections.isEmpty() && line.inFlight == 0) {
            lines.remove(line.way, line);
        }
    }

    /** Closes the connections that nobody uses and that were used the longest ago, where a new one would be too many. */
    private void makeRoom(Line line) {
        if (line.current != null) {
            return;
        }
        if (open < terms.connections() || line.connections.size() > line.inFlight) {
            return;
        }
        Iterator<Line> eldestFirst = lines.values().iterator();
        List<HttpConnection> unused = new ArrayList<>();
        while (unused.isEmpty() && eldestFirst.hasNext()) {
            Line other = eldestFirst.next();
            if (other.inFlight == 0) {
                unused.addAll(other.connections);
            }
        }
        unused.forEach(HttpConnection::close);
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
        Flight flight = new Flight(request, headers, way, options, receiver);
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

    private void pump(Line line) {
        boolean streams = mayHaveStreams(line.way.tls());
        while (!closed && !line.waiting.isEmpty() && (!streams || line.hasStream())) {
            launch(line.waiting.removeFirst(), streams);
        }
    }

    private void launch(Flight flight, boolean streams) {
        Line line = flight.line;
        makeRoom(line);
        flight.launch(streams && line.current == null && !line.isOld);
        connect(flight, streams ? Objects.requireNonNull(http2) : http1);
    }

    private void connect(Flight flight, HttpClient client) {
        if (flight.over) {
            return;
        }
        try {
            client.request(flight.options).onComplete(requested -> {
                if (requested.failed()) {
                    flight.fail(VertxErrors.connecting(requested.cause(), proxied));
                } else if (isUsed(requested.result())) {
                    execute(() -> beginIfClean(flight, requested.result(), client));
                } else {
                    flight.begin(requested.result());
                }
            });
        } catch (RuntimeException | Error e) {
            flight.fail(VertxErrors.broken(e, false));
        }
    }

    private boolean isUsed(HttpClientRequest request) {
        return request.version() != HttpVersion.HTTP_2 && owners.containsKey(request.connection());
    }

    /** Begins, unless something came on the connection that nobody had asked for: then over another one. */
    private void beginIfClean(Flight flight, HttpClientRequest request, HttpClient client) {
        HttpConnection connection = request.connection();
        request.exceptionHandler(ended -> {});
        if (unread.any(connection) || unclean.contains(connection) || !owners.containsKey(connection)) {
            request.reset(CANCEL);
            execute(() -> connect(flight, client));
        } else {
            flight.begin(request);
        }
    }

    /** Finds out whether anybody is there (RFC 9113 6.7), and closes the connection where nobody is. */
    private void ping(Line line, HttpConnection connection) {
        if (line.pinged == connection) {
            return;
        }
        line.pinged = connection;
        AtomicBoolean heard = new AtomicBoolean();
        connection.ping(Buffer.buffer(new byte[PING])).onSuccess(pong -> heard.set(true));
        after(terms.connectTimeout().toNanos(), () -> {
            if (line.pinged == connection) {
                line.pinged = null;
            }
            if (!heard.get() && line.connections.contains(connection)) {
                line.gone(connection);
                connection.close();
                endStreams(connection);
            }
        });
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
            for (Flight flight : List.copyOf(flights)) {
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
            for (Flight flight : List.copyOf(flights)) {
                if (!flight.launched) {
                    flight.fail(new SocketException("closed"));
                }
            }
            vertx.close();
        });
    }

    /** A request under way. */
    private final class Flight {
        private final ItemRequest request;
        private final Map<String, String> headers;
        private final Line line;
        private final Receiver receiver;
        private final RequestOptions options;
        private long begunNanos;
        private long heardNanos;
        private boolean launched;
        /** Whether it ends by itself when it fails. */
        private boolean isStream;

        private boolean asks;
        private @Nullable HttpClientRequest sent;
        private @Nullable HttpClientResponse response;
        private @Nullable Buffer body;
        private final List<Buffer> more = new ArrayList<>(0);
        private long size;
        /** Since when nothing is read, for there is no room; 0: it is. */
        private long heldSinceNanos;

        private boolean over;

        private Flight(
                ItemRequest request, Map<String, String> headers, Way way, RequestOptions options, Receiver receiver) {
            this.request = request;
            this.headers = headers;
            this.options = options;
            this.receiver = receiver;
            this.line = lines.computeIfAbsent(way, Line::new);
            this.begunNanos = System.nanoTime();
            line.inFlight++;
            flights.add(this);
        }

        /** @param first finds out what the host speaks */
        private void launch(boolean first) {
            begunNanos = System.nanoTime();
            heardNanos = begunNanos;
            launched = true;
            line.movedNanos = begunNanos;
            asks = first;
            line.asking |= first;
            line.begun++;
        }

        private void begin(HttpClientRequest connected) {
            boolean streams = connected.version() == HttpVersion.HTTP_2;
            own(connected.connection(), streams);
            if (over) {
                connected.reset(CANCEL);
                return;
            }
            sent = connected;
            isStream = streams;
            heardNanos = System.nanoTime();
            request.eachHeader(headers, (name, value) -> {
                if (!streams || !OF_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                    connected.putHeader(name, value);
                }
            });
            connected.exceptionHandler(problem -> fail(unanswered(problem)));
            write(connected);
        }

        /** Once the last requests were long enough ago. */
        private void write(HttpClientRequest connected) {
            if (over) {
                // while it waited
                connected.reset(CANCEL);
                return;
            }
            long place = terms.sends().isLimited() ? terms.sends().begin() : 0;
            if (place < 0) {
                after(-place, () -> write(connected));
                return;
            }
            if (terms.sends().isLimited()) {
                // after what is written now has left
                execute(() -> terms.sends().written(place));
            }
            heardNanos = System.nanoTime();
            byte[] content = request.body();
            (content == null ? connected.send() : connected.send(Buffer.buffer(content))).onComplete(answered -> {
                if (answered.succeeded()) {
                    read(answered.result());
                } else {
                    fail(unanswered(answered.cause()));
                }
            });
        }

        private void own(HttpConnection connection, boolean streams) {
            if (line.connections.add(connection)) {
                owners.put(connection, line);
                if (streams) {
                    connection.goAwayHandler(goAway -> line.gone(connection));
                    connection.remoteSettingsHandler(settings -> pump(line));
                }
                if (mayHaveStreams(line.way.tls())) {
                    line.current = streams ? connection : null;
                    line.isOld = !streams;
                }
            }
            known();
        }

        /** It is known what the host speaks, or that it does not speak: others need not wait for that. */
        private void known() {
            if (asks) {
                asks = false;
                line.asking = false;
                pump(line);
            }
        }

        private void read(HttpClientResponse begun) {
            if (over) {
                return;
            }
            response = begun;
            heardNanos = System.nanoTime();
            begun.exceptionHandler(problem -> fail(VertxErrors.broken(problem, true)));
            begun.handler(this::take);
            begun.endHandler(ended -> end());
        }

        private void take(Buffer part) {
            heardNanos = System.nanoTime();
            if (size == 0) {
                body = part;
            } else {
                more.add(part);
            }
            size += part.length();
            if (size > terms.maxBytes()) {
                giveUp(new AnswerTooLargeException(terms.maxBytes()));
            } else {
                hold();
            }
        }

        /** Nothing more is read until there is room for what was. */
        private void hold() {
            try {
                if (!receiver.takes(size, this::goOn)) {
                    heldSinceNanos = System.nanoTime();
                    Objects.requireNonNull(response).pause();
                }
            } catch (IOException e) {
                giveUp(e);
            }
        }

        private void goOn() {
            if (over) {
                return;
            }
            long now = System.nanoTime();
            begunNanos += now - heldSinceNanos;
            heardNanos = now;
            heldSinceNanos = 0;
            hold();
            if (!over && heldSinceNanos == 0) {
                Objects.requireNonNull(response).resume();
            }
        }

        private void end() {
            if (land()) {
                HttpClientResponse got = Objects.requireNonNull(response);
                boolean limits = saysLimits(got);
                receiver.received(
                        got.statusCode(),
                        name -> limits || !RateLimit.mayBe(name) ? header(got, name) : null,
                        content());
            }
        }

        private byte[] content() {
            Buffer begun = body;
            if (begun == null) {
                return new byte[0];
            }
            if (more.isEmpty()) {
                return begun.getBytes();
            }
            byte[] all = new byte[(int) size];
            begun.getBytes(all, 0);
            int at = begun.length();
            for (Buffer part : more) {
                part.getBytes(all, at);
                at += part.length();
            }
            return all;
        }

        /** Most responses say nothing of limits, and are asked for many names of such fields. */
        private static boolean saysLimits(HttpClientResponse from) {
            for (Map.Entry<String, String> field : from.headers()) {
                if (RateLimit.mayBe(field.getKey())) {
                    return true;
                }
            }
            return false;
        }

        private static @Nullable String header(HttpClientResponse from, String name) {
            if (!from.headers().contains(name)) {
                return null;
            }
            List<String> values = from.headers().getAll(name);
            return values.size() == 1 ? values.get(0) : String.join(", ", values);
        }

        private void check(long now) {
            long total = terms.totalTimeout().toNanos();
            if (!launched) {
                // waiting does not count, unless nothing moves at all
                if (now - Math.max(begunNanos, line.movedNanos) > total) {
                    fail(new SocketTimeoutException());
                }
                return;
            }
            if (heldSinceNanos != 0) {
                // that is nobody's fault
                return;
            }
            if (now - begunNanos > total
                    || sent != null
                            && now - heardNanos > terms.responseTimeout().toNanos()) {
                HttpClientRequest late = sent;
                if (isStream && late != null) {
                    ping(line, late.connection());
                }
                giveUp(new SocketTimeoutException());
            }
        }

        /** The connection is closed. */
        private void lost(HttpConnection connection) {
            HttpClientRequest request = sent;
            if (isStream && request != null && request.connection() == connection) {
                fail(VertxErrors.broken(new HttpClosedException("closed"), response != null));
            }
        }

        /** What is wrong where a request that was not looked at can be told from one that may have been. */
        private IOException unanswered(Throwable problem) {
            HttpClientRequest request = sent;
            if (problem instanceof HttpClosedException closed && request != null) {
                GoAway goAway = closed.goAway();
                if (goAway != null && request.streamId() > goAway.getLastStreamId()) {
                    return new NotProcessedException();
                }
            }
            return VertxErrors.broken(problem, response != null);
        }

        /** Ends what is still going on. */
        private void giveUp(IOException why) {
            if (sent != null && !over) {
                isStream = false;
            }
            fail(why);
        }

        private void fail(IOException why) {
            // who waited for what it should find out fares as it did
            List<Flight> others = List.of();
            if (asks) {
                others = List.copyOf(line.waiting);
                line.waiting.clear();
            }
            if (land()) {
                // a stream that broke is over: to end it again, while all of its connection end, would spare the others
                if (sent != null && !isStream) {
                    sent.reset(CANCEL);
                }
                receiver.failed(why);
            }
            others.forEach(other -> other.fail(why));
        }

        private boolean land() {
            if (over) {
                return false;
            }
            over = true;
            flights.remove(this);
            line.inFlight--;
            if (launched) {
                line.begun--;
                line.movedNanos = System.nanoTime();
            } else {
                line.waiting.remove(this);
            }
            known();
            pump(line);
            forget(line);
            return true;
        }
    }
}
