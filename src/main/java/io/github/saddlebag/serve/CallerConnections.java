package io.github.saddlebag.serve;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections of the callers' server, so that none is held open by one who asks for nothing. Those without a
 * request under way are closed after their time, and the oldest of them as soon as there are too many.
 *
 * <p>Confined to the server's event loop, but for {@link #drain}.
 */
final class CallerConnections {

    private static final long LOOK_MILLIS = 250;

    /** How long a refused caller may go on sending before the connection is closed: closed at once, it hears nothing. */
    private static final long LINGER_MILLIS = 1000;

    /** A caller that has sent its end is asked whether it still listens, this often. */
    private static final long PROBE_MILLIS = 1000;

    private final Vertx vertx;
    private final CallerTransport transport;
    private final CallerSettings settings;
    private final long headNanos;
    private final long idleNanos;

    private final Map<HttpConnection, Connection> all = new LinkedHashMap<>();
    /** Without a first request yet, the oldest first. */
    private final Map<HttpConnection, Connection> fresh = new LinkedHashMap<>();
    /** After an answer, and without a further request; the one that waits longest first. */
    private final Map<HttpConnection, Connection> idle = new LinkedHashMap<>();

    private final Drain drain;
    private volatile int busy;

    CallerConnections(Vertx vertx, CallerTransport transport, CallerSettings settings) {
        this.vertx = vertx;
        this.transport = transport;
        this.drain = new Drain(vertx);
        this.settings = settings;
        headNanos = settings.given().headTimeout().toNanos();
        idleNanos = settings.given().idleTimeout().toNanos();
        vertx.setPeriodic(LOOK_MILLIS, ignored -> closeLate());
    }

    void opened(HttpConnection http) {
        drain.cameIn();
        Connection connection = new Connection(http);
        all.put(http, connection);
        fresh.put(http, connection);
        count();
        http.closeHandler(ignored -> closed(http));
        connection.listenForItsEnd();
        if (all.size() > transport.most()) {
            Map<HttpConnection, Connection> from = fresh.size() > 1 || idle.isEmpty() ? fresh : idle;
            HttpConnection oldest = from.keySet().iterator().next();
            // it is closed later: until then the next that opens must not take it for the oldest once more
            closed(oldest);
            oldest.close();
        }
    }

    private void closed(HttpConnection http) {
        all.remove(http);
        fresh.remove(http);
        idle.remove(http);
        count();
    }

    private void count() {
        busy = all.size() - idle.size();
    }

    /**
     * A request has come.
     *
     * @return whether it may be answered; false: it came behind one after which the connection is closed
     */
    boolean begins(HttpServerRequest request) {
        drain.cameIn();
        Connection connection = all.get(request.connection());
        if (connection == null) {
            return true;
        }
        if (connection.last) {
            return false;
        }
        connection.begins(request);
        return true;
    }

    private void closeLate() {
        long now = System.nanoTime();
        closeLate(fresh, now - headNanos);
        closeLate(idle, now - idleNanos);
    }

    private static void closeLate(Map<HttpConnection, Connection> waiting, long before) {
        List<HttpConnection> late = new ArrayList<>();
        for (Iterator<Connection> each = waiting.values().iterator(); each.hasNext(); ) {
            Connection connection = each.next();
            if (connection.since - before > 0) {
                break;
            }
            late.add(connection.http);
        }
        late.forEach(HttpConnection::close);
    }

    /** Returns when those who had connected have their answer. Called by the thread that stops the server. */
    void drain() throws InterruptedException {
        drain.run(transport.port(), () -> busy == 0);
    }

    private final class Connection {

        private final HttpConnection http;
        private long since = System.nanoTime();
        private int underWay;
        private boolean last;
        private boolean ended;
        private @Nullable HttpServerResponse response;

        Connection(HttpConnection http) {
            this.http = http;
        }

        private @Nullable Channel channel() {
            return http instanceof ConnectionBase base ? base.channel() : null;
        }

        void begins(HttpServerRequest request) {
            if (underWay++ == 0) {
                fresh.remove(http);
                idle.remove(http);
                count();
            }
            if (request.version() != HttpVersion.HTTP_2) {
                response = request.response();
                // RFC 9112 6.1: where two headers tell the length, what follows may be somebody else's
                last = request.getHeader("Transfer-Encoding") != null || wantsClose(request);
                if (last) {
                    request.response().putHeader("Connection", "close");
                }
            }
            long began = System.nanoTime();
            request.response().endHandler(ignored -> {
                if (settings.given().accessLog() && !settings.isHealth(request.path())) {
                    AccessLog.tell(request, began);
                }
                ends(request);
            });
        }

        /** RFC 9112 9.6; Vert.x knows it only where it stands alone. */
        private static boolean wantsClose(HttpServerRequest request) {
            return request.headers().getAll("Connection").stream()
                    .flatMap(line -> Arrays.stream(line.split(",")))
                    .anyMatch(option -> option.trim().equalsIgnoreCase("close"));
        }

        private void ends(HttpServerRequest request) {
            response = null;
            drain.answered();
            if (--underWay == 0 && all.containsKey(http)) {
                since = System.nanoTime();
                idle.put(http, this);
                count();
            }
            if (last) {
                closeAfter(request);
            } else if (ended) {
                // one that came before the end may be next
                vertx.runOnContext(ignored -> closeIfIdle());
            }
        }

        /** By default a connection is closed with the first end of a stream; then who only ends its own hears nothing. */
        void listenForItsEnd() {
            Channel channel = channel();
            if (channel == null) {
                return;
            }
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            channel.pipeline().addFirst(new ChannelInboundHandlerAdapter() {
                @Override
                public void userEventTriggered(ChannelHandlerContext context, Object event) {
                    if (event instanceof ChannelInputShutdownEvent) {
                        hasEnded();
                    }
                    context.fireUserEventTriggered(event);
                }
            });
        }

        private void hasEnded() {
            ended = true;
            closeIfIdle();
            if (underWay > 0) {
                vertx.setTimer(PROBE_MILLIS, ignored -> probe());
            }
        }

        private void closeIfIdle() {
            if (underWay == 0) {
                http.close();
            }
        }

        /** Only writing tells who has left from who listens; this response says nothing (RFC 9110 15.2). */
        private void probe() {
            HttpServerResponse waiting = response;
            if (waiting != null && !waiting.ended() && !waiting.closed()) {
                if (!waiting.headWritten()) {
                    waiting.writeContinue();
                }
                vertx.setTimer(PROBE_MILLIS, ignored -> probe());
            }
        }
    }

    /** Closes a connection after an answer; one whose request is still being sent, only when it is, or after a time. */
    static void closeAfter(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        if (request.isEnded()) {
            connection.close();
            return;
        }
        request.endHandler(ignored -> connection.close());
        Vertx.currentContext().owner().setTimer(LINGER_MILLIS, ignored -> connection.close());
    }
}
