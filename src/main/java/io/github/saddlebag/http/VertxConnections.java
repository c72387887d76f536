package io.github.saddlebag.http;

import io.github.saddlebag.support.Unrecoverable;
import io.netty.channel.Channel;
import io.netty.channel.nio.AbstractNioChannel;
import io.netty.channel.unix.UnixChannel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The open connections, by where they lead to, and what waits for one; on the event loop only. */
final class VertxConnections {

    private static final int PING = 8;

    private final VertxWire wire;
    private final Wire.Terms terms;
    /** Those that were used last at the end. */
    private final Map<Way, Line> lines = new LinkedHashMap<>(16, 0.75f, true);

    /** Whose connection it is, from its first request on. */
    private final Map<HttpConnection, Line> owners = new IdentityHashMap<>();

    /**
     * Connections on which something came that nobody had asked for, and that are about to be closed: what comes next on
     * them need not be the response to the next request.
     */
    private final Set<HttpConnection> unclean = Collections.newSetFromMap(new IdentityHashMap<>());

    private final ByteBuffer oneByte = ByteBuffer.allocateDirect(1);
    private int open;

    VertxConnections(VertxWire wire, Wire.Terms terms) {
        this.wire = wire;
        this.terms = terms;
    }

    /** What has connections of its own: a host at an address, which is not known where a proxy finds it. */
    record Way(boolean tls, String host, SocketAddress server) {

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
    static final class Line {
        private final Way way;
        private final Set<HttpConnection> connections = new LinkedHashSet<>();
        private int inFlight;
        /** Those that wait for a stream; their time does not run. */
        final Deque<VertxRequest> waiting = new ArrayDeque<>();

        private int begun;
        /** When the last one began or ended. */
        long movedNanos;

        /** Of which it is being found out whether anybody is there. */
        private @Nullable HttpConnection pinged;
        /** Whether somebody finds out what the host speaks. */
        boolean asking;

        private @Nullable HttpConnection current;
        /** Whether it has answered that it speaks HTTP/1.1 only. */
        private boolean isOld;

        private Line(Way way) {
            this.way = way;
        }

        boolean isTls() {
            return way.tls;
        }

        /** Whether another request may begin, over a connection of HTTP/2 or to find out whether there is one. */
        boolean hasStream() {
            HttpConnection open = current;
            if (isOld) {
                return true;
            }
            if (open == null) {
                return !asking;
            }
            return begun < open.remoteSettings().getMaxConcurrentStreams();
        }

        /** Whether it is not known what the host speaks. */
        boolean isUnknown() {
            return current == null && !isOld;
        }

        /** A request begins. @param asks whether it finds out what the host speaks */
        void begins(long nowNanos, boolean asks) {
            movedNanos = nowNanos;
            asking |= asks;
            begun++;
        }

        private void gone(HttpConnection connection) {
            if (current == connection) {
                current = null;
            }
        }
    }

    /** Where a new request waits. */
    Line line(Way way) {
        Line line = lines.computeIfAbsent(way, Line::new);
        line.inFlight++;
        return line;
    }

    /** A request is over. */
    void left(Line line, VertxRequest request) {
        line.inFlight--;
        if (request.launched) {
            line.begun--;
            line.movedNanos = System.nanoTime();
        } else {
            line.waiting.remove(request);
        }
    }

    void connected(HttpConnection connection) {
        open++;
        ResponseBounds.on(connection);
        connection.exceptionHandler(problem -> {
            Unrecoverable.report(problem);
            unclean.add(connection);
        });
        connection.closeHandler(closed -> {
            open--;
            unclean.remove(connection);
            wire.endStreams(connection);
            Line line = owners.remove(connection);
            if (line != null) {
                line.connections.remove(connection);
                line.gone(connection);
                forget(line);
                wire.pump(line);
            }
        });
    }

    /** A request has it. */
    void own(HttpConnection connection, Line line, boolean streams) {
        if (line.connections.add(connection)) {
            owners.put(connection, line);
            if (streams) {
                connection.goAwayHandler(goAway -> line.gone(connection));
                connection.remoteSettingsHandler(settings -> wire.pump(line));
            }
            if (wire.mayHaveStreams(line)) {
                line.current = streams ? connection : null;
                line.isOld = !streams;
            }
        }
    }

    void forget(Line line) {
        if (line.connections.isEmpty() && line.inFlight == 0) {
            lines.remove(line.way, line);
        }
    }

    /** Closes the connections that nobody uses and that were used the longest ago, where a new one would be too many. */
    void makeRoom(Line line) {
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

    boolean isUsed(HttpClientRequest request) {
        return request.version() != HttpVersion.HTTP_2 && owners.containsKey(request.connection());
    }

    /** Whether the next response on a connection that was used will be that to the next request. */
    boolean isClean(HttpConnection connection) {
        return !hasUnread(connection) && !unclean.contains(connection) && owners.containsKey(connection);
    }

    /**
     * Whether something has arrived on a connection, where nobody has asked for anything: by reading it now, and not when
     * its turn comes. Not while something is being read; what is read so is lost, for such a connection is of no use any
     * more. What its exception handler is told of is not said here.
     */
    private boolean hasUnread(HttpConnection connection) {
        if (!(connection instanceof ConnectionBase base) || !base.channel().isActive()) {
            return false;
        }
        Channel channel = base.channel();
        ResponseBounds.takeNote(channel);
        if (channel.unsafe() instanceof AbstractNioChannel.NioUnsafe socket) {
            socket.read();
            return false;
        }
        try {
            return channel instanceof UnixChannel socket && socket.fd().read(oneByte, 0, 1) != 0;
        } catch (IOException e) {
            return true;
        } catch (LinkageError e) {
            // another transport
            return false;
        }
    }

    /** Finds out whether anybody is there (RFC 9113 6.7), and closes the connection where nobody is. */
    void ping(Line line, HttpConnection connection) {
        if (line.pinged == connection) {
            return;
        }
        line.pinged = connection;
        AtomicBoolean heard = new AtomicBoolean();
        connection.ping(Buffer.buffer(new byte[PING])).onSuccess(pong -> heard.set(true));
        wire.after(terms.connectTimeout().toNanos(), () -> {
            if (line.pinged == connection) {
                line.pinged = null;
            }
            if (!heard.get() && line.connections.contains(connection)) {
                line.gone(connection);
                connection.close();
                wire.endStreams(connection);
            }
        });
    }
}
