package io.github.saddlebag.source;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What keeps an input from being done: it is told once, and tried again ever more rarely. Safe for many threads. */
final class Trouble {

    private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
    private static final long SAY_AGAIN_NANOS = Duration.ofMinutes(1).toNanos();

    private final String name;
    private final Limits limits;
    private long sinceNanos;
    private long saidNanos;
    private int failures;
    private String cause = "";

    /**
     * How it is tried again.
     *
     * @param first the wait after the first failure; it doubles from one to the next
     * @param most the longest wait
     * @param all how long it is tried
     */
    record Limits(Duration first, Duration most, Duration all) {

        static final Limits DEFAULT = new Limits(Duration.ofMillis(500), Duration.ofSeconds(10), Duration.ofHours(24));

        /** @param failures how many there were, at least 1 */
        Duration pauseAfter(int failures) {
            Duration pause = first.multipliedBy(1L << Math.min(failures - 1, 20));
            return pause.compareTo(most) > 0 ? most : pause;
        }
    }

    /** @param name what waits */
    Trouble(String name, Limits limits) {
        this.name = name;
        this.limits = limits;
    }

    /**
     * It was tried once more.
     *
     * @return whether it is to be tried again
     */
    synchronized boolean failed(Exception why) {
        long now = System.nanoTime();
        if (failures == 0) {
            sinceNanos = now;
        }
        failures++;
        boolean again = now - sinceNanos < limits.all.toNanos();
        String message = String.valueOf(why.getMessage());
        boolean other = !message.equals(cause) && (cause.isEmpty() || now - saidNanos >= SAY_AGAIN_NANOS);
        if (again && other) {
            saidNanos = now;
            cause = message;
            LOG.warn("{}. {} waits, and goes on where it is as soon as that works.", message, name);
        }
        return again;
    }

    /** It worked. */
    synchronized void over() {
        if (failures > 0) {
            LOG.info("{} goes on: it works again ({}).", name, cause);
            failures = 0;
            cause = "";
        }
    }

    synchronized boolean isThere() {
        return failures > 0;
    }

    /** How long to wait until it is tried again. */
    synchronized Duration pause() {
        return failures == 0 ? Duration.ZERO : limits.pauseAfter(failures);
    }
}
