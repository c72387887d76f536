package io.github.saddlebag.endpoint;

import io.github.saddlebag.pace.BackOff;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How often, after which waits and for how long something is tried again; for requests and for single items alike. */
public final class RetryPolicy {

    private int maxAttempts = 5;
    private BackOff backOff = new BackOff(Duration.ofMillis(500), Duration.ofSeconds(30));
    private Duration deadline = Duration.ofMinutes(10);

    public int maxAttempts() {
        return maxAttempts;
    }

    /** The wait after so many attempts that failed, drawn anew each time. */
    public Duration waitAfter(int attempts) {
        return backOff.after(Math.max(1, attempts), ThreadLocalRandom.current());
    }

    /** No wait is longer. */
    public Duration longestWait() {
        return backOff.max();
    }

    /** Whether that is no longer than the longest waits between all attempts. */
    public boolean isSoon(Duration time) {
        return time.compareTo(longestWait().multipliedBy(maxAttempts - 1L)) < 0;
    }

    /** The wait after the first attempt. */
    public Duration firstWait() {
        return backOff.base();
    }

    public Duration deadline() {
        return deadline;
    }

    /** Whether nothing more may begin after so long. */
    public boolean isOver(Duration elapsed) {
        return elapsed.compareTo(deadline) >= 0;
    }

    /** How often it is tried, at least 1. */
    public void setMaxAttempts(int attempts) {
        maxAttempts = attempts;
    }

    /** The wait after the first attempt, with a unit; it doubles from attempt to attempt. */
    public void setBackOff(Duration wait) {
        backOff = new BackOff(wait, backOff.max());
    }

    /** No wait is longer; with a unit. */
    public void setMaxBackOff(Duration wait) {
        backOff = new BackOff(backOff.base(), wait);
    }

    /** How long after a request's first attempt the last one may begin, with a unit. */
    public void setDeadline(Duration time) {
        deadline = time;
    }
}
