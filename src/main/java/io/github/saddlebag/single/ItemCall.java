package io.github.saddlebag.single;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.saddlebag.admission.SlotDone;
import io.github.saddlebag.call.UnpackedBody;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.endpoint.FirstCalls;
import io.github.saddlebag.endpoint.Host;
import io.github.saddlebag.endpoint.PausedException;
import io.github.saddlebag.endpoint.Reply;
import io.github.saddlebag.endpoint.Reservation;
import io.github.saddlebag.endpoint.ResponseRoom;
import io.github.saddlebag.format.MalformedAnswerException;
import io.github.saddlebag.format.Response;
import io.github.saddlebag.http.NotProcessedException;
import io.github.saddlebag.http.ProxyDownException;
import io.github.saddlebag.http.Wire;
import io.github.saddlebag.job.JobReader.AnswerSource;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at the request of an item. What came of it is told to the circuit breaker, and the place in the line is given
 * back, whatever it was.
 */
final class ItemCall implements Wire.Receiver {

    private final Send send;
    private final Exchange exchange;
    private final AsyncCallback callback;
    private final CallState state;
    private final Host host;
    private final CircuitBreaker breaker;
    private final long begun;
    private final @Nullable Reservation reservation;
    private @Nullable InetAddress to;
    private boolean takesPages;
    /** Whether it is known whether there is room. */
    private boolean wasTold;

    ItemCall(Send send, Exchange exchange, AsyncCallback callback, CallState state) {
        this.send = send;
        this.exchange = exchange;
        this.callback = callback;
        this.state = state;
        this.host = state.host();
        this.reservation = Reservation.find(exchange);
        this.breaker = host.breaker();
        this.begun = breaker.getCurrentTimestamp();
    }

    /** Why it is not made now; null: the circuit breaker has let it in. */
    @Nullable
    RuntimeException notNow() {
        if (send.policy.isOver(state.clock().elapsed())) {
            return new PausedException(Duration.ZERO);
        }
        try {
            // first, for it is this that finds out that a breaker was open for long enough
            breaker.acquirePermission();
        } catch (CallNotPermittedException e) {
            return e;
        }
        try {
            host.watch().check(state);
            if (isTrusted() && !send.credentials.refresh(exchange)) {
                throw new PausedException(Duration.ZERO);
            }
            ResponseRoom.sent(exchange);
            return null;
        } catch (PausedException e) {
            breaker.releasePermission();
            return e;
        }
    }

    /** Sends it, and reads the response; what came of it is told. */
    void begin() {
        try {
            if (send.http.isProxied() && (isTrusted() || send.allowed.hasName(host.address()))) {
                // the proxy knows the names, and perhaps nobody else does
                connect(null);
            } else {
                send.http.find(host.address(), this::found);
            }
        } catch (RuntimeException | Error e) {
            notSent(e);
        }
    }

    private void found(InetAddress @Nullable [] addresses, @Nullable IOException problem) {
        if (addresses == null || addresses.length == 0 && !send.http.isRehearsed()) {
            failed(problem == null ? new UnknownHostException(host.address().host()) : problem);
            return;
        }
        try {
            connect(addresses.length == 0 ? rehearsed() : chosen(addresses));
        } catch (RuntimeException | Error e) {
            notSent(e);
        }
    }

    private InetAddress chosen(InetAddress[] addresses) {
        return isTrusted() ? addresses[0] : send.allowed.of(host.address(), addresses)[0];
    }

    private @Nullable InetAddress rehearsed() {
        if (!isTrusted()) {
            send.allowed.rehearse(host.address());
        }
        return null;
    }

    private boolean isTrusted() {
        return send.hosts.configured() == host;
    }

    private void connect(@Nullable InetAddress address) {
        to = address;
        Map<String, String> fields = send.headers.of(exchange, isTrusted() || send.hosts.configured() == null);
        Duration connect = send.http.connectTimeout();
        takesPages = fields.getOrDefault("Accept", "").contains("html");
        boolean first = host.target().firstCalls().isOpen() && connect.compareTo(FirstCalls.CONNECT) > 0;
        state.sent();
        send.http.wire().send(state.request(), fields, address, first ? FirstCalls.CONNECT : connect, this);
    }

    /** It says nothing of the host. */
    private void notSent(Throwable why) {
        breaker.releasePermission();
        ResponseRoom.landed(exchange, true);
        send.turns.leave(state);
        exchange.setException(why);
        callback.done(false);
    }

    @Override
    public void received(int status, Function<String, @Nullable String> header, byte[] body) {
        Throwable problem = null;
        try {
            state.responded(status);
            Reply reply = Reply.of(status, header);
            state.replied(reply, header.apply("Location"));
            if (reply.wantsQuiet()) {
                // before anybody gets its place
                state.refused(host.target(), reply);
            }
            String coding = body.length == 0 ? null : header.apply("Content-Encoding");
            if (coding != null && UnpackedBody.isPacked(coding)) {
                unzip(new ZippedBody(body, coding, send.http, this), status, header, reply);
                return;
            }
            answered(status, header, reply, body, null);
        } catch (IOException | RuntimeException | Error e) {
            problem = e;
        }
        over(problem);
    }

    /** @param broken why its body cannot be unpacked; null: it can */
    private void answered(
            int status,
            Function<String, @Nullable String> header,
            Reply reply,
            byte[] body,
            @Nullable MalformedAnswerException broken)
            throws IOException {
        if (reservation != null) {
            reservation.read(body.length);
        }
        Response response = send.reader.response(status, header.apply("Content-Type"), body);
        if (!state.isOfItem() && !takesPages) {
            response.expectNoPage();
        }
        AnswerSource answers = send.reader.answers(response, broken, () -> 1);
        exchange.getMessage().setBody(send.reader.answers(response, () -> reply, answers));
    }

    @Override
    public boolean takes(long bytes, Runnable then) throws IOException {
        Reservation room = reservation;
        if (room == null) {
            return true;
        }
        if (wasTold) {
            wasTold = false;
            room.check(bytes);
            return true;
        }
        return room.take(
                bytes,
                () -> send.http.execute(() -> {
                    wasTold = true;
                    then.run();
                }));
    }

    /** Reads it as far as there is room, and goes on once there is more. */
    private void unzip(ZippedBody zipped, int status, Function<String, @Nullable String> header, Reply reply) {
        Throwable problem = null;
        try {
            if (!zipped.read(() -> unzip(zipped, status, header, reply))) {
                return;
            }
            answered(status, header, reply, zipped.plain(), zipped.broken());
        } catch (IOException | RuntimeException | Error e) {
            problem = e;
        }
        over(problem);
    }

    @Override
    public void failed(Exception why) {
        if (why instanceof ConnectException && !(why instanceof ProxyDownException) && to != null) {
            send.http.names().failed(host.address().host(), to);
        }
        over(why);
    }

    private void over(@Nullable Throwable problem) {
        long took = breaker.getCurrentTimestamp() - begun;
        if (problem == null) {
            breaker.onSuccess(took, breaker.getTimestampUnit());
        } else {
            breaker.onError(took, breaker.getTimestampUnit(), problem);
            exchange.setException(problem);
        }
        ResponseRoom.landed(exchange, problem != null);
        send.turns.leave(state);
        count(problem);
        callback.done(false);
    }

    private void count(@Nullable Throwable problem) {
        if (problem instanceof NotProcessedException) {
            return;
        }
        int status = state.responded();
        Reply reply = state.reply();
        boolean quiet = status > 0 && reply != null && reply.wantsQuiet();
        SlotDone.count(
                send.stats,
                state,
                SlotDone.outcome(state, quiet, problem != null || status >= 300),
                problem,
                state.request().method(),
                isTrusted() ? host.target().server() : null);
    }
}
