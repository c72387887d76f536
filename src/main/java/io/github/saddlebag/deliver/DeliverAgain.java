package io.github.saddlebag.deliver;

import com.fasterxml.jackson.databind.util.ClassUtil;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.config.DeliverSettings;
import io.github.saddlebag.support.LostWriteException;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.support.Unrecoverable;
import io.github.saddlebag.support.WaitingStep;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether a delivery that failed is tried again and, as a step, waits until that is due, behind those to the same
 * destination that came before. Their items are not called for again; their source waits, unacknowledged. The wait holds no
 * thread; a stop ends it.
 */
public final class DeliverAgain extends WaitingStep implements Predicate {

    private static final Logger LOG = LoggerFactory.getLogger(DeliverAgain.class);
    /** Exchange property: when a delivery failed first. */
    private static final String SINCE = "SaddlebagDelivery";

    private static final int THREADS = 4;
    private static final long MINUTE = 60_000_000_000L;
    /** Where the cause is another one than last time. */
    private static final long SHORT = 5_000_000_000L;

    private final Map<String, Outage> outages = new ConcurrentHashMap<>();
    private long lastWarning = System.nanoTime() - MINUTE;
    private String lastCause = "";
    private final Duration backOff;
    private final Duration maxBackOff;
    private final Duration retryFor;

    /** @param name what the threads are called that find out what is due */
    public DeliverAgain(DeliverSettings settings, String name) {
        super(name, THREADS, Runnable::run, "The runtime stopped before the outcomes could be delivered.");
        this.backOff = settings.backOff();
        this.maxBackOff = settings.maxBackOff();
        this.retryFor = settings.retryFor();
    }

    /** Whether the delivery that has just failed is tried again. */
    @Override
    public boolean matches(Exchange exchange) {
        Exception error = exchange.getException() != null
                ? exchange.getException()
                : exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        Unrecoverable.report(error);
        String name = name(exchange);
        if (name == null) {
            // the whole, whose parts were tried
            return false;
        }
        if (waits.isStopping()
                || Unrecoverable.in(error) != null
                || error instanceof StoppedException
                || error instanceof LostWriteException
                || isOfFile(exchange)) {
            leave(name, exchange);
            return false;
        }
        long now = System.nanoTime();
        Long since = exchange.getProperty(SINCE, Long.class);
        if (since == null) {
            since = now;
            exchange.setProperty(SINCE, since);
        }
        if (now - since >= retryFor.toNanos()) {
            leave(name, exchange);
            return false;
        }
        failed(exchange, name, error, now);
        heldUp(exchange, name);
        return true;
    }

    private void failed(Exchange exchange, String name, @Nullable Exception error, long now) {
        Outage outage = outages.computeIfAbsent(name, down -> new Outage());
        int failures = outage.failed(exchange);
        if (failures > 0) {
            long wait = waitAfter(failures);
            outage.dueAt(now + wait);
            warn(exchange, error, failures, wait, now);
        }
    }

    private static void heldUp(Exchange exchange, String name) {
        DeliveryPlan plan = DeliveryPlan.of(exchange);
        if (plan != null && name.equals(Deliveries.DEAD_LETTER)) {
            plan.tell();
        } else if (plan != null) {
            plan.heldUp(exchange);
        }
    }

    /** It is not tried again: the next one may. */
    private void leave(String name, Exchange exchange) {
        Outage outage = outages.get(name);
        if (outage != null) {
            outage.leave(exchange);
            tryNext(outage);
        }
    }

    private void tryNext(Outage outage) {
        Outage.Waiting next = outage.next();
        if (next != null) {
            waits.later(next.goOn(), outage.dueNanos() - System.nanoTime());
        }
    }

    /** A destination has taken something: if it was down, those who wait for it go on, one after the other. */
    void arrived(Exchange exchange) {
        if (outages.isEmpty()) {
            return;
        }
        String name = name(exchange);
        if (name == null) {
            return;
        }
        Outage outage = outages.get(name);
        if (outage != null && outage.isTrying(exchange)) {
            outages.remove(name, outage);
            List<Outage.Waiting> waiting = outage.all();
            if (!waiting.isEmpty()) {
                waits.later(() -> goOn(name, waiting), 0);
            }
        }
    }

    private void goOn(String name, List<Outage.Waiting> waiting) {
        for (int i = 0; i < waiting.size(); i++) {
            Outage down = outages.get(name);
            if (down != null) {
                // again
                down.joinAll(waiting.subList(i, waiting.size()));
                tryNext(down);
                return;
            }
            waiting.get(i).goOn().run();
        }
    }

    private static @Nullable String name(Exchange exchange) {
        String name = exchange.getMessage().getHeader(Deliveries.NAME, String.class);
        return name == null ? exchange.getMessage().getHeader(Deliveries.DESTINATION, String.class) : name;
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
        Throwable cause = error == null ? null : ClassUtil.getRootCause(error);
        return cause == null
                ? "unknown"
                : cause.getMessage() == null || cause.getMessage().isBlank()
                        ? cause.getClass().getName()
                        : cause.toString();
    }

    @Override
    protected boolean begin(Exchange exchange, AsyncCallback callback) {
        String name = outages.isEmpty() ? null : name(exchange);
        Outage outage = name == null ? null : outages.get(name);
        if (name == null || outage == null) {
            callback.done(true);
            return true;
        }
        Runnable goOn = waits.hold(exchange, callback);
        if (outage.isTrying(exchange)) {
            waits.later(goOn, outage.dueNanos() - System.nanoTime());
            return false;
        }
        outage.join(new Outage.Waiting(exchange, goOn), exchange.getProperty(SINCE) != null);
        heldUp(exchange, name);
        if (outages.get(name) == outage) {
            tryNext(outage);
        } else {
            // it has ended meanwhile
            waits.later(() -> goOn(name, outage.all()), 0);
        }
        return false;
    }
}
