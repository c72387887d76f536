package io.github.saddlebag.call;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.saddlebag.address.RefusedRequestException;
import io.github.saddlebag.admission.SuspendedException;
import io.github.saddlebag.endpoint.AccessTokenException;
import io.github.saddlebag.endpoint.CallFailedException;
import io.github.saddlebag.endpoint.FirstCalls.Says;
import io.github.saddlebag.endpoint.NoRoomException;
import io.github.saddlebag.endpoint.PausedException;
import io.github.saddlebag.endpoint.Reply;
import io.github.saddlebag.endpoint.StatusClasses;
import io.github.saddlebag.format.BatchLimit;
import io.github.saddlebag.format.MalformedAnswerException;
import io.github.saddlebag.http.AnswerTooLargeException;
import io.github.saddlebag.http.IoErrors;
import io.github.saddlebag.http.NoTunnelException;
import io.github.saddlebag.http.NotProcessedException;
import io.github.saddlebag.stats.Reason;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.support.Unrecoverable;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import java.util.zip.ZipException;
import javax.net.ssl.SSLException;
import org.apache.camel.RuntimeCamelException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt failed by. Errors are told from each other here, and nowhere else.
 *
 * @param text what is wrong, in one sentence without its full stop
 * @param detail what the endpoint says about it, or null
 * @param answer what the endpoint answered, where its status says what is wrong; or null
 * @param pause how long the target is paused
 */
record Fault(
        Kind kind,
        Throwable error,
        String text,
        @Nullable String detail,
        @Nullable CallFailedException answer,
        Duration pause) {

    /** What an endpoint that is well says of a request that is not. */
    private static final Set<Integer> FAULT_OF_REQUEST = Set.of(400, 404, 409, 410, 411, 413, 414, 415, 422, 451);

    /** What may say that an address or a key is wrong. */
    private static final Set<Integer> UNUSABLE_STATUS = Set.of(401, 403, 404, 405, 407, 301, 302, 303, 307, 308);

    /** In the order in which they are looked for. */
    enum Kind {
        /** It is no failure, but the end of the runtime. */
        STOPPED(Reason.OTHER, StoppedException.class, RejectedExecutionException.class, InterruptedException.class),
        SUSPENDED(Reason.OTHER, SuspendedException.class),
        REDIRECTED(Reason.OTHER, RedirectedException.class),
        BREAKER_OPEN(Reason.OTHER, CallNotPermittedException.class),
        PAUSED(Reason.OTHER, PausedException.class),
        NO_ROOM(Reason.OTHER, NoRoomException.class),
        NOT_ALLOWED(Reason.NOT_ALLOWED, RefusedRequestException.class),
        /** An error of the JVM. */
        INTERNAL(Reason.INTERNAL),
        /** The endpoint refused it for there being too many calls: nothing was done. */
        TURNED_AWAY(Reason.THROTTLED),
        /** A status after which the request comes again. */
        PASSING_STATUS(Reason.OTHER),
        /** A status after which a batch is halved. */
        SPLIT_STATUS(Reason.OTHER),
        FINAL_STATUS(Reason.OTHER),
        /** As a whole, under a status that says that all is well. */
        REFUSED(Reason.REFUSED, BatchRefusedException.class),
        REFUSED_AS_TOO_LARGE(Reason.REFUSED),
        ANSWER_TOO_LARGE(Reason.TOO_LARGE, AnswerTooLargeException.class),
        NO_TOKEN(Reason.UNAUTHORIZED, AccessTokenException.class),
        /** The client is refused, which another try does not change. */
        NO_TOKEN_EVER(Reason.UNAUTHORIZED),
        /** The endpoint answered well, as it says, but not in a way that can be read. */
        UNREADABLE(Reason.UNREADABLE, MalformedAnswerException.class, ZipException.class, EOFException.class),
        LATE_CONNECTION(Reason.CONNECTION, ConnectTimeoutException.class),
        LATE(Reason.TIMEOUT, SocketTimeoutException.class),
        /** The endpoint never got to see the call. */
        UNREACHED(Reason.CONNECTION, ConnectException.class, NoRouteToHostException.class, NotProcessedException.class),
        /** Of the endpoint that was configured it is nobody's fault but the configuration's, or passes. */
        WITHOUT_CONNECTION(Reason.CONNECTION, SSLException.class, UnknownHostException.class, NoTunnelException.class),
        BROKEN(Reason.CONNECTION, IOException.class),
        OTHER(Reason.OTHER, Throwable.class);

        private final Reason reason;
        private final List<Class<?>> types;

        Kind(Reason reason, Class<?>... types) {
            this.reason = reason;
            this.types = List.of(types);
        }

        private static Kind of(Throwable error) {
            for (Kind kind : values()) {
                if (kind.types.stream().anyMatch(type -> type.isInstance(error))) {
                    return kind;
                }
            }
            return OTHER;
        }

        private static Kind of(Reply reply, StatusClasses statuses) {
            if (statuses.isTurnedAway(reply)) {
                return TURNED_AWAY;
            }
            return switch (statuses.of(reply)) {
                case RETRY -> PASSING_STATUS;
                case SPLIT -> SPLIT_STATUS;
                default -> FINAL_STATUS;
            };
        }

        /** Whether the call was not made at all. */
        boolean isHeldUp() {
            return compareTo(REDIRECTED) >= 0 && compareTo(NO_ROOM) <= 0;
        }

        /**
         * Whether the endpoint never got to see the call.
         *
         * @param ofItem whether the item says where its request goes
         */
        boolean isUnreached(boolean ofItem) {
            return this == UNREACHED || this == NO_TOKEN || this == WITHOUT_CONNECTION && !ofItem;
        }
    }

    /** @param stops whether what stands in the place of answers says that no request will be answered */
    static Fault of(Throwable caught, StatusClasses statuses, Predicate<String> stops) {
        Throwable error = caught;
        while (error instanceof RuntimeCamelException && error.getCause() != null) {
            error = error.getCause();
        }
        String said = error instanceof MalformedAnswerException malformed ? malformed.said() : null;
        if (said != null && stops.test(said)) {
            Reply reply = new Reply(200, Duration.ZERO, Optional.empty());
            error = new CallFailedException(reply, said.getBytes(StandardCharsets.UTF_8));
        }
        if (error instanceof CallFailedException failed) {
            Kind kind = Kind.of(failed.reply(), statuses);
            return new Fault(kind, failed, failed.text(), failed.detail(), failed, Duration.ZERO);
        }
        Kind kind = Kind.of(error);
        Error unrecoverable = kind.compareTo(Kind.INTERNAL) > 0 ? Unrecoverable.in(error) : null;
        if (unrecoverable != null) {
            String text = "The request ended with an error of this JVM: " + unrecoverable + ".";
            return new Fault(Kind.INTERNAL, unrecoverable, text, null, null, Duration.ZERO);
        }
        if (error instanceof BatchRefusedException whole) {
            kind = whole.isTooLarge() ? Kind.REFUSED_AS_TOO_LARGE : kind;
            String text = "The endpoint refused the request as a whole";
            return new Fault(kind, error, text, error.getMessage(), null, Duration.ZERO);
        }
        if (error instanceof AccessTokenException token && token.isRefusal()) {
            kind = Kind.NO_TOKEN_EVER;
        }
        Duration pause = error instanceof PausedException paused ? paused.pause() : Duration.ZERO;
        return new Fault(kind, error, text(kind, error), null, null, pause);
    }

    private static String text(Kind kind, Throwable error) {
        return switch (kind) {
            case BREAKER_OPEN -> "The circuit breaker is open";
            case PAUSED -> "The target is paused";
            case REDIRECTED -> "The request was redirected";
            case NO_ROOM -> "There is no room in memory for the response";
            case NOT_ALLOWED, NO_TOKEN, NO_TOKEN_EVER -> String.valueOf(error.getMessage());
            default -> "No usable answer: " + IoErrors.describe(error);
        };
    }

    /** Whether a job is done, and its answers have another shape than the configuration says. */
    boolean isForGood() {
        return error instanceof MalformedAnswerException malformed && malformed.isForGood();
    }

    /** Whether the endpoint took it on, and said nothing of the answers. */
    boolean isTakenOn() {
        return status() == StatusClasses.ACCEPTED;
    }

    int status() {
        return answer == null ? 0 : answer.status();
    }

    Reason reason() {
        return answer == null || kind == Kind.TURNED_AWAY ? kind.reason : Reason.ofStatus(answer.status());
    }

    /** What it says of the use of the endpoint, as long as that is open. */
    Says says() {
        return switch (kind) {
            case UNREACHED -> error instanceof NotProcessedException ? Says.NOTHING : Says.REFUSED;
            case NO_TOKEN -> Says.REFUSED;
            case WITHOUT_CONNECTION, LATE_CONNECTION, NO_TOKEN_EVER -> Says.UNUSABLE;
            case UNREADABLE ->
                error instanceof MalformedAnswerException malformed && malformed.isOtherShape()
                        ? Says.UNUSABLE
                        : Says.NOTHING;
            case LATE, BROKEN -> Says.SILENCE;
            default ->
                answer != null
                                && UNUSABLE_STATUS.contains(answer.status())
                                && !answer.reply().isRefusal()
                        ? Says.UNUSABLE
                        : Says.NOTHING;
        };
    }

    /** Since when and for how long the endpoint wants to be left alone; zero: it does not say. */
    Duration quiet() {
        return answer == null ? Duration.ZERO : answer.reply().quiet();
    }

    /** What is wrong, and what the endpoint says about it. */
    String told() {
        return detail == null ? text : text + ": " + detail;
    }

    /** The same in one sentence without its end, for which no item is to blame. */
    String withWords() {
        return detail == null ? text : text + " (" + detail + ")";
    }

    /** Whether it may be that the endpoint is ill, and what was sent is not to blame. */
    boolean mayBeIll(boolean ofItem) {
        return switch (kind) {
            case UNREACHED, LATE_CONNECTION, LATE, BROKEN -> true;
            case WITHOUT_CONNECTION -> !ofItem;
            default -> answer != null && StatusClasses.isIll(answer.status());
        };
    }

    /** Whether only an endpoint that is well says so. */
    boolean saysWell() {
        return kind == Kind.REFUSED || kind == Kind.REFUSED_AS_TOO_LARGE || FAULT_OF_REQUEST.contains(status());
    }

    /** Whether it is a batch of so many items that is too large. */
    boolean isTooLarge(int items) {
        return kind == Kind.REFUSED_AS_TOO_LARGE
                || kind == Kind.ANSWER_TOO_LARGE
                || status() == StatusClasses.TOO_LARGE
                || answer != null && items > 1 && BatchLimit.isExceeded(detail, items);
    }
}
