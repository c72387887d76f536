package io.github.saddlebag.pace;

import io.github.saddlebag.config.JobSettings;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** When a job is asked for, and for how long: the waits grow with the time that it takes. */
public record PollPace(Duration interval, Duration maxInterval, Duration grace, Duration deadline) {

    private static final double GROWTH = 1.5;
    private static final double JITTER = 0.1;

    public PollPace(JobSettings settings) {
        this(settings.pollInterval(), settings.maxPollInterval(), settings.grace(), settings.deadline());
    }

    /** The wait after a job was not done so many times, drawn anew each time. */
    public Duration waitAfter(int pending) {
        double nanos = Math.min(interval.toNanos() * Math.pow(GROWTH, pending), maxInterval.toNanos());
        double spread = 1 + JITTER * (2 * ThreadLocalRandom.current().nextDouble() - 1);
        return Duration.ofNanos((long) (nanos * spread));
    }
}
