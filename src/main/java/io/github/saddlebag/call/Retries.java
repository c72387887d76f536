package io.github.saddlebag.call;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Call;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.setting.Setting;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Predicate;
import org.apache.camel.RuntimeCamelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides after a failed attempt whether the request is sent again, and when; otherwise why its items fail.
 *
 * <p>It counts the attempts itself: Camel's counter is shared by all clauses, and waits for an open circuit breaker would
 * use it up.
 */
public final class Retries implements Predicate {

    private static final Logger LOG = LoggerFactory.getLogger(Retries.class);
    private static final Set<Integer> RETRYABLE = Set.of(408, 425, 429, 500, 502, 503, 504);
    private static final Duration BREAKER_WAIT = Duration.ofMillis(500);
    private static final Duration FIRST_CALLS_WAIT = Duration.ofMillis(300);

    private int maxAttempts = 5;
    private Duration backOff = Duration.ofMillis(500);
    private Duration maxBackOff = Duration.ofSeconds(30);
    private Duration deadline = Duration.ofMinutes(10);
    private String target = "";
    private final LongAdder retried = new LongAdder();
    private final LongAdder waitedNanos = new LongAdder();
    private FirstCalls firstCalls = new FirstCalls();

    @Override
    public boolean matches(Exchange exchange) {
        Throwable error = unwrap(
                Objects.requireNonNull(exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class)));
        CallState state = CallState.of(exchange);
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        boolean refusedByBreaker = error instanceof CallNotPermittedException;
        if (firstCalls.isUnusable()) {
            batch.giveBack();
            return false;
        }
        if (!refusedByBreaker && firstCalls.failed(error, describe(error))) {
            state.waitFor(FIRST_CALLS_WAIT);
            return true;
        }
        if (!refusedByBreaker) {
            state.attempted(error instanceof CallFailedException failed ? failed.status() : 0);
            batch.called(new Call(batch.id(), target, state.status(), state.attempts()));
        }
        boolean again = isRetryable(error) && state.attempts() < maxAttempts;
        Duration delay = refusedByBreaker
                ? BREAKER_WAIT
                : new BackOff(backOff, maxBackOff).after(state.attempts(), ThreadLocalRandom.current());
        if (again && state.elapsed().plus(delay).compareTo(deadline) < 0) {
            state.waitFor(delay);
            waitedNanos.add(delay.toNanos());
            if (!refusedByBreaker) {
                retried.increment();
                LOG.warn(
                        "{}: attempt {} of {} for {} items failed, again in {}ms. {}",
                        target,
                        state.attempts(),
                        maxAttempts,
                        batch.size(),
                        delay.toMillis(),
                        describe(error));
            }
            return true;
        }
        batch.decide(new Failure(
                reason(error, state), error instanceof CallFailedException failed ? failed.detail() : null));
        return false;
    }

    private static boolean isRetryable(Throwable error) {
        if (error instanceof CallFailedException failed) {
            return RETRYABLE.contains(failed.status());
        }
        return error instanceof IOException || error instanceof CallNotPermittedException;
    }

    private static Throwable unwrap(Throwable error) {
        Throwable inner = error;
        while (inner instanceof RuntimeCamelException && inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner;
    }

    private String reason(Throwable error, CallState state) {
        String attempts = state.attempts() == 1 ? "1 attempt" : state.attempts() + " attempts";
        return describe(error) + " (" + attempts + " in " + seconds(state.elapsed()) + ").";
    }

    private static String seconds(Duration duration) {
        return String.format(java.util.Locale.ROOT, "%.1fs", duration.toMillis() / 1000.0);
    }

    private static String describe(Throwable error) {
        if (error instanceof CallFailedException failed) {
            return failed.text();
        }
        if (error instanceof CallNotPermittedException) {
            return "The circuit breaker was open until the deadline";
        }
        return "No usable answer came: " + IoErrors.describe(error);
    }

    /** Requests that were sent again. */
    public long retried() {
        return retried.sum();
    }

    /** The waits before those, in all. */
    public Duration waited() {
        return Duration.ofNanos(waitedNanos.sum());
    }

    /** How often a request is sent before its items fail, at least 1. */
    public void setMaxAttempts(String maxAttempts) {
        this.maxAttempts = Setting.integer("max-attempts", maxAttempts, 1, 1000);
    }

    /** The wait after the first attempt; it doubles from attempt to attempt. */
    public void setBackOff(String backOff) {
        this.backOff = Setting.positiveDuration("back-off", backOff);
    }

    /** No wait is longer. */
    public void setMaxBackOff(String maxBackOff) {
        this.maxBackOff = Setting.positiveDuration("max-back-off", maxBackOff);
    }

    /** How long after a request's first attempt the last one may begin. */
    public void setDeadline(String deadline) {
        this.deadline = Setting.positiveDuration("deadline", deadline);
    }

    /** Finds out whether the endpoint is of use at all. */
    public void setFirstCalls(FirstCalls firstCalls) {
        this.firstCalls = firstCalls;
    }

    /** The endpoint's address. */
    public void setUrl(String url) {
        this.target = Setting.withoutQuery(Setting.httpUrl("url", url).toString());
    }
}
