package io.github.saddlebag.endpoint;

import io.github.saddlebag.format.Throttling;
import io.github.saddlebag.pace.RateLimit;
import io.github.saddlebag.pace.RetryAfter;
import io.github.saddlebag.pace.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * What a response says besides its body.
 *
 * @param status the HTTP status
 * @param retryAfter when to come back; zero: at once, or nothing was said
 * @param saysWhen whether it was said when to come back, be it at once
 * @param limit what is left of the rate limit, if that was said
 * @param errorNames how its fields name an error; empty: they don't
 * @param isThrottled whether it names an error which says that there are too many calls, whatever its status says
 */
public record Reply(
        int status,
        Duration retryAfter,
        boolean saysWhen,
        Optional<RateLimit> limit,
        List<String> errorNames,
        boolean isThrottled) {

    /** The fields in which endpoints name an error. Some say it nowhere else, as where a response has no body. */
    private static final List<String> ERROR_NAMES =
            List.of("x-amzn-ErrorType", "x-amzn-query-error", "x-ms-error-code", "X-Error-Code", "WWW-Authenticate");

    /** What is wrong with a request of such a status is so later, too; 408 and 413 are known without. */
    private static final Set<Integer> LASTING =
            Set.of(400, 401, 402, 404, 405, 406, 407, 408, 410, 411, 412, 413, 414, 415, 416, 417, 422, 426, 431, 451);

    public Reply(int status, Duration retryAfter, Optional<RateLimit> limit) {
        this(status, retryAfter, !retryAfter.isZero(), limit, List.of(), false);
    }

    public static Reply of(Message message) {
        int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
        return of(status, name -> text(message, name));
    }

    /** @param header finds a field by its name, whatever its case; null where it is missing */
    public static Reply of(int status, Function<String, @Nullable String> header) {
        Supplier<Instant> now = () -> now(header);
        Optional<Duration> retryAfter = RetryAfter.of(header, now);
        Optional<RateLimit> limit =
                status == StatusClasses.TOO_MANY ? RateLimit.ofRefusal(header, now) : RateLimit.parse(header, now);
        List<String> errorNames = status < 400
                ? List.of()
                : ERROR_NAMES.stream().map(header).filter(Objects::nonNull).toList();
        return new Reply(status, retryAfter.orElse(Duration.ZERO), retryAfter.isPresent(), limit, errorNames, false);
    }

    /** By the endpoint's own clock, if it is known: that is the one by which it says when to come back. */
    private static Instant now(Function<String, @Nullable String> header) {
        String date = header.apply("Date");
        return date == null
                ? Instant.now()
                : Times.date(date.trim(), Instant::now).orElseGet(Instant::now);
    }

    /**
     * Whether it says that there are too many calls, and so that nothing was done: by 429, by 403 or 503 with when to
     * come back, by another 4xx with {@code Retry-After}, or by its body.
     */
    public boolean isRefusal() {
        return isThrottled
                || status == StatusClasses.TOO_MANY
                || (status == StatusClasses.FORBIDDEN || status == StatusClasses.UNAVAILABLE)
                        && (saysWhen || usedUp().isPresent())
                || isPassing();
    }

    /**
     * Whether it says when to come back with a status that has no other meaning for what was sent, such as 409, 423, or
     * the 420 and 430 of some endpoints.
     */
    boolean isPassing() {
        return status >= 400 && status < 500 && saysWhen && !LASTING.contains(status);
    }

    /** Whether the endpoint wants to be left alone for a while. */
    public boolean wantsQuiet() {
        return StatusClasses.isRefusal(status) || isRefusal();
    }

    /** The same, as it is known to say that there are too many calls. */
    public Reply throttled() {
        return new Reply(status, retryAfter, saysWhen, limit, errorNames, true);
    }

    /** The same, with what these words, in its fields and in its body, say of too many calls. */
    public Reply judged(Throttling words, byte[] body) {
        return errorNames.stream().anyMatch(words::isNamedBy) || words.isOne(body) ? throttled() : this;
    }

    /** How long the endpoint wants to be left alone after a refusal; zero: it does not say, or no longer. */
    public Duration quiet() {
        if (!retryAfter.isZero()) {
            return retryAfter;
        }
        return usedUp().map(RateLimit::reset).orElse(Duration.ZERO);
    }

    /** The limit that is used up, where it says when there is more. */
    private Optional<RateLimit> usedUp() {
        return limit.filter(l -> l.remaining() == 0 && !l.reset().isNegative());
    }

    /** A field that came several times is joined, as RFC 9110 5.3 says. */
    private static @Nullable String text(Message message, String name) {
        Object value = message.getHeader(name);
        if (value == null) {
            return null;
        }
        if (value instanceof Iterable<?> values) {
            StringBuilder joined = new StringBuilder();
            for (Object each : values) {
                joined.append(joined.isEmpty() ? "" : ", ").append(each);
            }
            return joined.toString();
        }
        return value.toString();
    }
}
