package io.github.saddlebag.checkpoint;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What keeps an input from being done: it is told once, and tried again ever more rarely. Safe for many threads. */
public final class Trouble {

    private static final Logger LOG = LoggerFactory.getLogger(Trouble.class);
    private static final long SAY_AGAIN_NANOS = Duration.ofMinutes(1).toNanos();

    private final String name;
    private final Limits limits;
    private final LongSupplier nanos;
    private final Consumer<String> warn;
    private final Consumer<String> inform;
    private long sinceNanos;
    private long saidNanos;
    /** Since it worked last. */
    private int failures;

    private long all;
    private boolean said;
    private String cause = "";

    /**
     * How it is tried again.
     *
     * @param first the wait after the first failure; it doubles from one to the next
     * @param most the longest wait
     * @param all how long it is tried
     */
    public record Limits(Duration first, Duration most, Duration all) {

        public static final Limits DEFAULT =
                new Limits(Duration.ofMillis(500), Duration.ofSeconds(10), Duration.ofHours(24));

        /** @param failures how many there were, at least 1 */
        public Duration pauseAfter(int failures) {
            Duration pause = first.multipliedBy(1L << Math.min(failures - 1, 20));
            return pause.compareTo(most) > 0 ? most : pause;
        }
    }

    /** @param name what waits */
    public Trouble(String name, Limits limits) {
        this(name, limits, System::nanoTime, LOG::warn, LOG::info);
    }

    public Trouble(String name, Limits limits, LongSupplier nanos, Consumer<String> warn, Consumer<String> inform) {
        this.name = name;
        this.limits = limits;
        this.nanos = nanos;
        this.warn = warn;
        this.inform = inform;
        this.saidNanos = nanos.getAsLong() - SAY_AGAIN_NANOS;
    }

    /** How often it failed until now: to be asked for before it is tried, for {@link #over}. */
    public synchronized long failures() {
        return all;
    }

    /**
     * It was tried once more.
     *
     * @return whether it is to be tried again
     */
    public synchronized boolean failed(Exception why) {
        long now = nanos.getAsLong();
        if (failures == 0) {
            sinceNanos = now;
        }
        failures++;
        all++;
        boolean again = now - sinceNanos < limits.all.toNanos();
        String message = String.valueOf(why.getMessage());
        boolean isNew = !message.equals(cause);
        boolean saidLately = now - saidNanos < SAY_AGAIN_NANOS;
        // the same is said once, and no more than once a minute where it comes and goes
        if (again && (isNew ? !said || !saidLately : !said && !saidLately)) {
            saidNanos = now;
            said = true;
            cause = message;
            warn.accept(message + ". " + name + " waits, and goes on where it is as soon as that works.");
        }
        return again;
    }

    /**
     * It worked, which says nothing where it failed for another thread meanwhile.
     *
     * @param before how often it had failed when this attempt began
     * @return false: it failed meanwhile
     */
    public synchronized boolean over(long before) {
        if (before != all) {
            return false;
        }
        failures = 0;
        if (said) {
            said = false;
            inform.accept(name + " goes on: it works again (" + cause + ").");
        }
        return true;
    }

    public synchronized boolean isThere() {
        return failures > 0;
    }

    /** How long to wait until it is tried again. */
    public synchronized Duration pause() {
        return failures == 0 ? Duration.ZERO : limits.pauseAfter(failures);
    }
}
