package io.github.saddlebag.single;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.saddlebag.address.AllowedHosts;
import io.github.saddlebag.admission.Credentials;
import io.github.saddlebag.admission.SlotDone;
import io.github.saddlebag.call.BodyReader;
import io.github.saddlebag.call.ReadAnswer;
import io.github.saddlebag.call.RequestHeaders;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.endpoint.Host;
import io.github.saddlebag.endpoint.Hosts;
import io.github.saddlebag.endpoint.PausedException;
import io.github.saddlebag.endpoint.Reply;
import io.github.saddlebag.endpoint.Reservation;
import io.github.saddlebag.endpoint.ResponseRoom;
import io.github.saddlebag.endpoint.RetryPolicy;
import io.github.saddlebag.endpoint.Turns;
import io.github.saddlebag.format.Response;
import io.github.saddlebag.http.AsyncHttp;
import io.github.saddlebag.http.NotProcessedException;
import io.github.saddlebag.http.ProxyDownException;
import io.github.saddlebag.http.Wire;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.support.AsyncStep;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Sends an item's request, if the circuit breaker of its host lets it, and reads its response to the end, without a
 * thread. What came of it is told to the circuit breaker, and the place in the line is given back, whatever it was.
 *
 * <p>Not the Circuit Breaker EIP: on this version of Camel it holds a thread for each call.
 */
public final class Send extends AsyncStep {

    private static final Duration FIRST_CONNECT = Duration.ofSeconds(5);

    /** What is unpacked on the event loop without a pause. */
    private static final int LARGE_PART = 1 << 18;

    private final Turns turns;
    private final AsyncHttp http;
    private final Hosts hosts;
    private final AllowedHosts allowed;
    private final RequestHeaders headers;
    private ReadAnswer reader;
    private final RetryPolicy policy;
    private final Credentials credentials;
    private final PipelineStats stats;

    /**
     * @param hosts the hosts; the configured one may be anywhere
     */
    public Send(
            Turns turns,
            AsyncHttp http,
            Hosts hosts,
            AllowedHosts allowed,
            RequestHeaders headers,
            RetryPolicy policy,
            Credentials credentials,
            ReadAnswer reader,
            PipelineStats stats) {
        this.turns = turns;
        this.http = http;
        this.hosts = hosts;
        this.allowed = allowed;
        this.headers = headers;
        this.policy = policy;
        this.credentials = credentials;
        this.reader = reader;
        this.stats = stats;
    }

    @Override
    protected boolean begin(Exchange exchange, AsyncCallback callback) {
        CallState state = CallState.of(exchange);
        state.clock().begin();
        Call call = new Call(exchange, callback, state, state.host());
        RuntimeException notNow = call.notNow();
        if (notNow != null) {
            ResponseRoom.landed(exchange, true);
            turns.leave(state);
            exchange.setException(notNow);
            callback.done(true);
            return true;
        }
        call.begin();
        return false;
    }

    /** One attempt. */
    private final class Call implements Wire.Receiver {
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

        private Call(Exchange exchange, AsyncCallback callback, CallState state, Host host) {
            this.exchange = exchange;
            this.callback = callback;
            this.state = state;
            this.host = host;
            this.reservation = Reservation.find(exchange);
            this.breaker = host.breaker();
            this.begun = breaker.getCurrentTimestamp();
        }

        /** Why it is not made now; null: the circuit breaker has let it in. */
        private @Nullable RuntimeException notNow() {
            if (policy.isOver(state.clock().elapsed())) {
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
                if (isTrusted() && !credentials.refresh(exchange)) {
                    throw new PausedException(Duration.ZERO);
                }
                ResponseRoom.sent(exchange);
                return null;
            } catch (PausedException e) {
                breaker.releasePermission();
                return e;
            }
        }

        private void begin() {
            try {
                if (http.isProxied() && (isTrusted() || allowed.hasName(host.address()))) {
                    // the proxy knows the names, and perhaps nobody else does
                    connect(null);
                } else {
                    http.find(host.address(), this::found);
                }
            } catch (RuntimeException | Error e) {
                notSent(e);
            }
        }

        private void found(InetAddress @Nullable [] addresses, @Nullable IOException problem) {
            if (addresses == null || addresses.length == 0 && !http.isRehearsed()) {
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
            return isTrusted() ? addresses[0] : allowed.of(host.address(), addresses)[0];
        }

        private @Nullable InetAddress rehearsed() {
            if (!isTrusted()) {
                allowed.rehearse(host.address());
            }
            return null;
        }

        private boolean isTrusted() {
            return hosts.configured() == host;
        }

        private void connect(@Nullable InetAddress address) {
            to = address;
            Map<String, String> fields = headers.of(exchange, isTrusted() || hosts.configured() == null);
            Duration connect = http.connectTimeout();
            takesPages = fields.getOrDefault("Accept", "").contains("html");
            boolean first = host.target().firstCalls().isOpen() && connect.compareTo(FIRST_CONNECT) > 0;
            state.sent();
            http.wire().send(state.request(), fields, address, first ? FIRST_CONNECT : connect, this);
        }

        /** It says nothing of the host. */
        private void notSent(Throwable why) {
            breaker.releasePermission();
            ResponseRoom.landed(exchange, true);
            turns.leave(state);
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
                    state.refused(host.target().pace(), reply);
                }
                String coding = header.apply("Content-Encoding");
                if (coding != null && body.length > 0 && isZipped(coding)) {
                    unzip(new Zipped(status, header, reply, body));
                    return;
                }
                answered(status, header, reply, body);
            } catch (IOException | RuntimeException | Error e) {
                problem = e;
            }
            over(problem);
        }

        private void answered(int status, Function<String, @Nullable String> header, Reply reply, byte[] body)
                throws IOException {
            if (reservation != null) {
                reservation.read(body.length);
            }
            Response response = reader.response(status, header.apply("Content-Type"), body);
            if (!state.isOfItem() && !takesPages) {
                response.expectNoPage();
            }
            exchange.getMessage().setBody(reader.answers(response, () -> reply, 1));
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
                    () -> http.execute(() -> {
                        wasTold = true;
                        then.run();
                    }));
        }

        private boolean isZipped(String coding) throws IOException {
            return switch (coding.trim().toLowerCase(Locale.ROOT)) {
                case "identity" -> false;
                case "gzip", "x-gzip" -> true;
                default -> throw new ZipException("the response is compressed in a way that was not asked for");
            };
        }

        /** Reads it as far as there is room, and goes on once there is more. */
        private void unzip(Zipped zipped) {
            Throwable problem = null;
            try {
                if (!zipped.read()) {
                    return;
                }
                answered(zipped.status, zipped.header, zipped.reply, zipped.plain());
            } catch (IOException | RuntimeException | Error e) {
                problem = e;
            }
            over(problem);
        }

        /** A compressed response. */
        private final class Zipped {
            private final int status;
            private final Function<String, @Nullable String> header;
            private final Reply reply;
            private final int length;
            private final BodyReader plain;
            /** Whether others have had their turn since the last large part. */
            private boolean hasTurn = true;

            private Zipped(int status, Function<String, @Nullable String> header, Reply reply, byte[] body)
                    throws IOException {
                this.status = status;
                this.header = header;
                this.reply = reply;
                this.length = body.length;
                this.plain = new BodyReader(
                        new GZIPInputStream(new ByteArrayInputStream(body)), http.maxBytes(), this::takesPart);
            }

            /** After each large part the others of this event loop have their turn: a little that is packed may be much. */
            private boolean takesPart(long bytes) throws IOException {
                if (!hasTurn && bytes > LARGE_PART) {
                    hasTurn = true;
                    http.execute(() -> unzip(this));
                    return false;
                }
                boolean taken = takes(length + bytes, () -> unzip(this));
                hasTurn = !taken;
                return taken;
            }

            private boolean read() throws IOException {
                return plain.read(0);
            }

            private byte[] plain() {
                return plain.body();
            }
        }

        @Override
        public void failed(Exception why) {
            if (why instanceof ConnectException && !(why instanceof ProxyDownException) && to != null) {
                http.names().failed(host.address().host(), to);
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
            turns.leave(state);
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
                    stats,
                    state,
                    SlotDone.outcome(state, quiet, problem != null || status >= 300),
                    problem,
                    state.request().method(),
                    isTrusted() ? host.target().server() : null);
        }
    }

    /** How a response becomes an answer. */
    public void setReader(ReadAnswer reader) {
        this.reader = reader;
    }
}
