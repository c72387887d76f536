package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.support.AsyncStep;
import io.github.saddlebag.support.LostWriteException;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.support.Unrecoverable;
import io.github.saddlebag.support.Waits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether a delivery that failed is tried again and, as a step, waits until that is due. Their items are not
 * called for again; their source waits, unacknowledged. The wait holds no thread; a stop ends it.
 */
public final class DeliverAgain extends AsyncStep implements Predicate, CamelContextAware {

    private static final Logger LOG = LoggerFactory.getLogger(DeliverAgain.class);
    private static final String STATE = "SaddlebagDelivery";
    private static final int THREADS = 4;
    private static final long MINUTE = 60_000_000_000L;
    /** Where the cause is another one than last time. */
    private static final long SHORT = 5_000_000_000L;

    private final Waits waits = new Waits(
            "saddlebag-deliver-again",
            THREADS,
            Runnable::run,
            "The runtime stopped before the outcomes could be delivered.");
    private final Map<String, Long> failedNanos = new ConcurrentHashMap<>();
    private long lastWarning = System.nanoTime() - MINUTE;
    private String lastCause = "";
    private @Nullable CamelContext camelContext;
    private Duration backOff = Duration.ofMillis(500);
    private Duration maxBackOff = Duration.ofSeconds(10);
    private Duration retryFor = Duration.ofHours(24);

    /** How a delivery has fared; it belongs to one exchange. */
    private static final class State {
        private final long sinceNanos = System.nanoTime();
        private int failures;
        private long dueNanos;
    }

    /** Whether the delivery that has just failed is tried again. */
    @Override
    public boolean matches(Exchange exchange) {
        Exception error = exchange.getException() != null
                ? exchange.getException()
                : exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        Unrecoverable.report(error);
        if (waits.isStopping()
                || Unrecoverable.in(error) != null
                || error instanceof StoppedException
                || error instanceof LostWriteException
                || isOfFile(exchange)) {
            return false;
        }
        State state = exchange.getProperty(STATE, State.class);
        if (state == null) {
            state = new State();
            exchange.setProperty(STATE, state);
        }
        state.failures++;
        long now = System.nanoTime();
        String name = name(exchange);
        if (name != null) {
            failedNanos.put(name, now);
        }
        if (now - state.sinceNanos >= retryFor.toNanos()) {
            return false;
        }
        long wait = waitAfter(state.failures);
        state.dueNanos = now + wait;
        warn(exchange, error, state.failures, wait, now);
        return true;
    }

    private static @Nullable String name(Exchange exchange) {
        String name = exchange.getMessage().getHeader(Deliveries.NAME, String.class);
        return name == null ? exchange.getMessage().getHeader(Deliveries.DESTINATION, String.class) : name;
    }

    /** Whether a destination could not be reached lately. */
    boolean isDown(String name) {
        Long failed = failedNanos.get(name);
        return failed != null && System.nanoTime() - failed < Math.max(MINUTE, 2 * maxBackOff.toNanos());
    }

    /** A file that is read has a result file that can be gone on with: it is the next start that tries again. */
    private static boolean isOfFile(Exchange exchange) {
        return Deliveries.FILE.equals(exchange.getMessage().getHeader(Deliveries.DESTINATION))
                && exchange.getMessage().getBody() instanceof List<?> outcomes
                && !outcomes.isEmpty()
                && outcomes.get(0) instanceof Outcome first
                && first.item().position() instanceof ResultSink.Place;
    }

    private long waitAfter(int failures) {
        double nanos = Math.min(
                (double) backOff.toNanos() * (1L << Math.min(failures - 1, 30)), (double) maxBackOff.toNanos());
        return (long) (nanos * (0.5 + ThreadLocalRandom.current().nextDouble() / 2));
    }

    private void warn(Exchange exchange, @Nullable Exception error, int failures, long wait, long now) {
        String cause = text(error);
        if (mayWarn(cause, now)) {
            int count = exchange.getMessage().getBody() instanceof List<?> list ? list.size() : 1;
            LOG.warn(
                    "{} outcomes could not be delivered to {} ({} times so far): {}. They are delivered again in {} ms;"
                            + " their source waits.",
                    count,
                    name(exchange),
                    failures,
                    cause,
                    TimeUnit.NANOSECONDS.toMillis(wait));
        }
    }

    /** Once for each cause, and then once a minute. */
    private synchronized boolean mayWarn(String cause, long now) {
        if (now - lastWarning < (cause.equals(lastCause) ? MINUTE : SHORT)) {
            return false;
        }
        lastWarning = now;
        lastCause = cause;
        return true;
    }

    private static String text(@Nullable Throwable error) {
        Throwable cause = error;
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause == null
                ? "unknown"
                : cause.getMessage() == null || cause.getMessage().isBlank()
                        ? cause.getClass().getName()
                        : cause.toString();
    }

    @Override
    protected boolean begin(Exchange exchange, AsyncCallback callback) {
        State state = exchange.getProperty(STATE, State.class);
        long nanos = state == null ? 0 : state.dueNanos - System.nanoTime();
        return waits.await(exchange, callback, nanos);
    }

    @Override
    protected void doStart() {
        waits.start();
    }

    @Override
    protected void doStop() {
        waits.stop();
    }

    /** The wait after the first failure; it doubles from failure to failure. */
    public void setBackOff(Duration backOff) {
        this.backOff = backOff;
    }

    /** No wait is longer. */
    public void setMaxBackOff(Duration maxBackOff) {
        this.maxBackOff = maxBackOff;
    }

    /** How long a delivery is tried; then its source is failed, and does the items again if it can. */
    public void setRetryFor(Duration retryFor) {
        this.retryFor = retryFor;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
        waits.endWith(camelContext);
    }
}
