package io.github.saddlebag.http;

import io.github.saddlebag.address.ItemRequest;
import io.github.saddlebag.http.VertxConnections.Line;
import io.github.saddlebag.http.Wire.Receiver;
import io.github.saddlebag.pace.RateLimit;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A request under way; on the event loop only. */
final class VertxRequest {

    /** What ends a stream (RFC 9113 7). */
    static final long CANCEL = 0x8;

    /** What no request of HTTP/2 has (RFC 9113 8.2.2). */
    private static final Set<String> OF_CONNECTION =
            Set.of("connection", "host", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade");

    private final VertxWire wire;
    private final ItemRequest request;
    private final Map<String, String> headers;
    final Line line;
    private final Receiver receiver;
    final RequestOptions options;
    private long begunNanos;
    private long heardNanos;
    boolean launched;
    /** Whether it ends by itself when it fails. */
    private boolean isStream;

    private boolean asks;
    private @Nullable HttpClientRequest sent;
    private @Nullable HttpClientResponse response;
    private final List<Buffer> parts = new ArrayList<>(1);
    private long size;
    /** Since when nothing is read, for there is no room; 0: it is. */
    private long heldSinceNanos;

    boolean over;

    VertxRequest(
            VertxWire wire,
            ItemRequest request,
            Map<String, String> headers,
            Line line,
            RequestOptions options,
            Receiver receiver) {
        this.wire = wire;
        this.request = request;
        this.headers = headers;
        this.options = options;
        this.receiver = receiver;
        this.line = line;
        this.begunNanos = System.nanoTime();
    }

    /** @param first finds out what the host speaks */
    void launch(boolean first) {
        begunNanos = System.nanoTime();
        heardNanos = begunNanos;
        launched = true;
        asks = first;
        line.begins(begunNanos, first);
    }

    /** There is a connection. */
    void begin(HttpClientRequest connected) {
        boolean streams = connected.version() == HttpVersion.HTTP_2;
        wire.connections.own(connected.connection(), line, streams);
        known();
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
        connected.exceptionHandler(problem -> fail(VertxErrors.unanswered(problem, connected, response != null)));
        write(connected);
    }

    /** Once the last requests were long enough ago. */
    private void write(HttpClientRequest connected) {
        if (over) {
            // while it waited
            connected.reset(CANCEL);
            return;
        }
        long place = wire.terms.sends().isLimited() ? wire.terms.sends().begin() : 0;
        if (place < 0) {
            wire.after(-place, () -> write(connected));
            return;
        }
        if (wire.terms.sends().isLimited()) {
            // after what is written now has left
            wire.execute(() -> wire.terms.sends().written(place));
        }
        heardNanos = System.nanoTime();
        byte[] content = request.body();
        (content == null ? connected.send() : connected.send(Buffer.buffer(content))).onComplete(answered -> {
            if (answered.succeeded()) {
                read(answered.result());
            } else {
                fail(VertxErrors.unanswered(answered.cause(), connected, response != null));
            }
        });
    }

    /** It is known what the host speaks, or that it does not speak: others need not wait for that. */
    void known() {
        if (asks) {
            asks = false;
            line.asking = false;
            wire.pump(line);
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
        parts.add(part);
        size += part.length();
        if (size > wire.terms.maxBytes()) {
            giveUp(new AnswerTooLargeException(wire.terms.maxBytes()));
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
            receiver.received(got.statusCode(), fields(got.headers()), content());
        }
    }

    private byte[] content() {
        byte[] all = new byte[(int) size];
        int at = 0;
        for (Buffer part : parts) {
            part.getBytes(all, at);
            at += part.length();
        }
        return all;
    }

    /** Most responses say nothing of limits, and are asked for many names of such fields. */
    private static Function<String, @Nullable String> fields(MultiMap from) {
        boolean limits = false;
        for (Map.Entry<String, String> field : from) {
            limits |= RateLimit.mayBe(field.getKey());
        }
        boolean all = limits;
        return name -> {
            // most that is asked for is missing, which costs less to find out than a list of all values
            String first = all || !RateLimit.mayBe(name) ? from.get(name) : null;
            return first == null ? null : String.join(", ", from.getAll(name));
        };
    }

    /** Ends it if its time is over. */
    void check(long now) {
        long total = wire.terms.totalTimeout().toNanos();
        if (!launched) {
            // waiting does not count, unless nothing moves at all
            if (now - Math.max(begunNanos, line.movedNanos) > total) {
                fail(new SocketTimeoutException());
            }
            return;
        }
        HttpClientRequest late = sent;
        boolean silent =
                late != null && now - heardNanos > wire.terms.responseTimeout().toNanos();
        // what is held is nobody's fault
        if (heldSinceNanos == 0 && (silent || now - begunNanos > total)) {
            if (isStream && late != null) {
                wire.connections.ping(line, late.connection());
            }
            giveUp(new SocketTimeoutException());
        }
    }

    /** The connection is closed. */
    void lost(HttpConnection connection) {
        HttpClientRequest request = sent;
        if (isStream && request != null && request.connection() == connection) {
            fail(VertxErrors.broken(new HttpClosedException("closed"), response != null));
        }
    }

    /** Ends what is still going on. */
    private void giveUp(IOException why) {
        isStream = false;
        fail(why);
    }

    void fail(IOException why) {
        // who waited for what it should find out fares as it did
        List<VertxRequest> others = List.of();
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
        wire.over(this);
        return true;
    }
}
