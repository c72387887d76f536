package io.github.saddlebag.call;

import io.netty.channel.unix.Errors;
import io.netty.handler.proxy.ProxyConnectException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.impl.NoStackTraceTimeoutException;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509KeyManager;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.jspecify.annotations.Nullable;

/** Sends requests by Vert.x, all on one event loop. */
final class VertxWire implements Wire {

    private static final int MAX_HEAD = 64 * 1024;
    private static final int MOST_SERVERS = 1000;
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final long SHORTEST_TICK = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LONGEST_TICK = TimeUnit.MILLISECONDS.toNanos(200);

    private final Terms terms;
    private final Vertx vertx;
    private final Context context;
    private final HttpClient client;
    private final long tickNanos;
    /** Those under way; on the event loop only. */
    private final Set<Flight> flights = new LinkedHashSet<>();
    /** Open connections by where they lead to, those that were used last at the end; on the event loop only. */
    private final Map<Way, Line> lines = new LinkedHashMap<>(16, 0.75f, true);

    /** Whose connection it is, from its first request on; on the event loop only. */
    private final Map<HttpConnection, Line> owners = new IdentityHashMap<>();

    private final Map<InetSocketAddress, SocketAddress> servers = new HashMap<>();

    private final boolean proxied;
    private int open;
    private boolean watching;

    /** What has connections of its own: a host at an address, which is not known where a proxy finds it. */
    private record Way(boolean tls, String host, SocketAddress server) {}

    /** The connections to a host. */
    private static final class Line {
        private final Way way;
        private final Set<HttpConnection> connections = new LinkedHashSet<>();
        private int inFlight;

        private Line(Way way) {
            this.way = way;
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
        context = vertx.getOrCreateContext();
        HttpClientOptions options = new HttpClientOptions();
        URI proxy = terms.network().proxy();
        proxied = proxy != null;
        if (proxy != null) {
            options.setProxyOptions(new ProxyOptions()
                    .setType(ProxyType.HTTP)
                    .setHost(proxy.getHost())
                    .setPort(proxy.getPort()));
        }
        X509KeyManager own = terms.network().keyManager();
        if (own != null) {
            options.setKeyCertOptions(KeyCertOptions.wrap(own));
        }
        TrustManager trusted = terms.network().trustManager();
        if (trusted != null) {
            options.setTrustOptions(TrustOptions.wrap(trusted));
        }
        client = vertx.httpClientBuilder()
                .with(options.setProtocolVersion(HttpVersion.HTTP_1_1)
                        .setKeepAlive(true)
                        .setKeepAliveTimeout((int) IDLE.toSeconds())
                        .setTcpNoDelay(true)
                        .setMaxHeaderSize(MAX_HEAD)
                        .setMaxInitialLineLength(MAX_HEAD)
                        .setConnectTimeout((int) Math.min(
                                Integer.MAX_VALUE, terms.connectTimeout().toMillis())))
                .with(new PoolOptions()
                        .setHttp1MaxSize(terms.connectionsPerHost())
                        .setEventLoopSize(1))
                .withConnectHandler(this::connected)
                .build();
    }

    private void connected(HttpConnection connection) {
        open++;
        connection.closeHandler(closed -> {
            open--;
            Line line = owners.remove(connection);
            if (line != null) {
                line.connections.remove(connection);
                forget(line);
            }
        });
    }

    private void forget(Line line) {
        if (line.connections.isEmpty() && line.inFlight == 0) {
            lines.remove(line.way, line);
        }
    }

    /** Closes the connections that nobody uses and that were used the longest ago, where a new one would be too many. */
    private void makeRoom(Line line) {
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
        SocketAddress server = to == null
                ? SocketAddress.inetSocketAddress(address.port(), address.host())
                : server(to, address.port());
        Way way = new Way(address.tls(), address.host(), server);
        Flight flight = new Flight(request, headers, way, receiver);
        makeRoom(flight.line);
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.valueOf(request.method()))
                .setServer(proxied ? null : server)
                .setHost(address.host())
                .setPort(address.port())
                .setSsl(address.tls())
                .setURI(address.uri())
                .setConnectTimeout(connectTimeout.toMillis());
        client.request(options).onComplete(requested -> {
            if (requested.succeeded()) {
                flight.begin(requested.result());
            } else {
                flight.fail(connecting(requested.cause()));
            }
        });
        if (!watching) {
            watching = true;
            watch();
        }
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

    private IOException connecting(Throwable problem) {
        if (problem instanceof io.netty.channel.ConnectTimeoutException
                || problem instanceof NoStackTraceTimeoutException) {
            return new ConnectTimeoutException("no connection within its time");
        }
        if (proxied && problem instanceof ProxyConnectException) {
            return ProxyRefusedException.of(String.valueOf(problem.getMessage()));
        }
        if (proxied && problem instanceof ConnectException) {
            return new ProxyDownException();
        }
        return broken(problem, false);
    }

    private static IOException broken(Throwable problem, boolean begun) {
        if (problem instanceof HttpClosedException) {
            return begun
                    ? new ConnectionClosedException("closed within the response")
                    : new NoHttpResponseException("closed before a response");
        }
        if (problem instanceof Errors.NativeIoException) {
            return new SocketException(problem.getMessage());
        }
        SSLException tls = IoErrors.behind(problem);
        if (tls != null) {
            return tls;
        }
        if (problem instanceof IOException io) {
            return io;
        }
        return new IOException(
                problem.getMessage() == null ? problem.getClass().getSimpleName() : problem.getMessage());
    }

    @Override
    public void close() {
        vertx.close();
    }

    /** A request under way. */
    private final class Flight {
        private final ItemRequest request;
        private final Map<String, String> headers;
        private final Line line;
        private final Receiver receiver;
        private final long begunNanos = System.nanoTime();
        private long heardNanos = begunNanos;
        private @Nullable HttpClientRequest sent;
        private @Nullable HttpClientResponse response;
        private @Nullable Buffer body;
        private boolean growing;
        private boolean over;

        private Flight(ItemRequest request, Map<String, String> headers, Way way, Receiver receiver) {
            this.request = request;
            this.headers = headers;
            this.receiver = receiver;
            this.line = lines.computeIfAbsent(way, Line::new);
            line.inFlight++;
            flights.add(this);
        }

        private void begin(HttpClientRequest connected) {
            HttpConnection connection = connected.connection();
            if (line.connections.add(connection)) {
                owners.put(connection, line);
            }
            if (over) {
                connected.reset();
                return;
            }
            sent = connected;
            heardNanos = System.nanoTime();
            headers.forEach(connected::putHeader);
            String type = request.contentType();
            if (type != null) {
                connected.putHeader("Content-Type", type);
            }
            request.headers().forEach(connected::putHeader);
            connected.exceptionHandler(problem -> fail(broken(problem, response != null)));
            byte[] content = request.body();
            (content == null ? connected.send() : connected.send(Buffer.buffer(content))).onComplete(answered -> {
                if (answered.succeeded()) {
                    read(answered.result());
                } else {
                    fail(broken(answered.cause(), false));
                }
            });
        }

        private void read(HttpClientResponse begun) {
            if (over) {
                return;
            }
            response = begun;
            heardNanos = System.nanoTime();
            begun.exceptionHandler(problem -> fail(broken(problem, true)));
            begun.handler(this::take);
            begun.endHandler(ended -> end());
        }

        private void take(Buffer part) {
            heardNanos = System.nanoTime();
            if (body == null) {
                body = part;
            } else {
                body = growing
                        ? body
                        : Buffer.buffer(body.length() + part.length()).appendBuffer(body);
                growing = true;
                body.appendBuffer(part);
            }
            if (body.length() > terms.maxBytes()) {
                fail(new AnswerTooLargeException(terms.maxBytes()));
            }
        }

        private void end() {
            if (land()) {
                HttpClientResponse got = Objects.requireNonNull(response);
                byte[] content = body == null ? new byte[0] : body.getBytes();
                boolean limits = saysLimits(got);
                receiver.received(
                        got.statusCode(), name -> limits || !isLimit(name) ? header(got, name) : null, content);
            }
        }

        /** Most responses say nothing of limits, and are asked for many names of such fields. */
        private static boolean saysLimits(HttpClientResponse from) {
            for (Map.Entry<String, String> field : from.headers()) {
                if (isLimit(field.getKey())) {
                    return true;
                }
            }
            return false;
        }

        private static boolean isLimit(String name) {
            return name.regionMatches(true, 0, "Retry-", 0, 6)
                    || name.regionMatches(true, 0, "Rate", 0, 4)
                    || name.regionMatches(true, 0, "X-Rate", 0, 6);
        }

        private static @Nullable String header(HttpClientResponse from, String name) {
            if (!from.headers().contains(name)) {
                return null;
            }
            List<String> values = from.headers().getAll(name);
            return values.size() == 1 ? values.get(0) : String.join(", ", values);
        }

        private void check(long now) {
            if (now - begunNanos > terms.totalTimeout().toNanos()
                    || sent != null
                            && now - heardNanos > terms.responseTimeout().toNanos()) {
                fail(new SocketTimeoutException());
            }
        }

        private void fail(IOException why) {
            if (land()) {
                if (sent != null) {
                    sent.reset();
                }
                receiver.failed(why);
            }
        }

        private boolean land() {
            if (over) {
                return false;
            }
            over = true;
            flights.remove(this);
            line.inFlight--;
            forget(line);
            return true;
        }
    }
}
