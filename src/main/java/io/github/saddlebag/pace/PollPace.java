package io.github.saddlebag.pace;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** When a job is asked for, and for how long: the waits grow with the time that it takes. */
public final class PollPace {

    private static final double GROWTH = 1.5;
    private static final double JITTER = 0.1;

    private Duration interval = Duration.ofMillis(100);
    private Duration maxInterval = Duration.ofSeconds(30);
    private Duration grace = Duration.ofSeconds(30);
    private Duration deadline = Duration.ofHours(1);

    /** The wait after a job was not done so many times, drawn anew each time. */
    public Duration waitAfter(int pending) {
        double nanos = Math.min(interval.toNanos() * Math.pow(GROWTH, pending), maxInterval.toNanos());
        double spread = 1 + JITTER * (2 * ThreadLocalRandom.current().nextDouble() - 1);
        return Duration.ofNanos((long) (nanos * spread));
    }

    public Duration grace() {
        return grace;
    }

    public Duration deadline() {
        return deadline;
    }

    /** The wait before a job is asked for the first time, with a unit; it grows by half each time. */
    public void setInterval(Duration wait) {
        interval = wait;
    }

    /** No wait is longer, unless the endpoint asks for it; with a unit. */
    public void setMaxInterval(Duration wait) {
        maxInterval = wait;
    }

    /** How long after its submission a job may be unknown to the endpoint, with a unit; 0s: not at all. */
    public void setGrace(Duration time) {
        grace = time;
    }

    /** How long after its submission a job must be done, with a unit. */
    public void setDeadline(Duration time) {
        deadline = time;
    }
}
