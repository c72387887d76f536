package io.github.saddlebag.endpoint;

import io.github.saddlebag.config.RetrySettings;
import io.github.saddlebag.pace.BackOff;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How often, after which waits and for how long something is tried again; for requests and for single items alike. */
public record RetryPolicy(int maxAttempts, BackOff backOff, Duration deadline) {

    public RetryPolicy(RetrySettings settings) {
        this(settings.maxAttempts(), new BackOff(settings.backOff(), settings.maxBackOff()), settings.deadline());
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

    /** Whether nothing more may begin after so long. */
    public boolean isOver(Duration elapsed) {
        return elapsed.compareTo(deadline) >= 0;
    }
}
