package io.github.saddlebag.pace;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off with jitter: attempt n is followed by a wait between half and all of {@code base}·2ⁿ⁻¹.
 *
 * @param base the wait after the first attempt
 * @param max no wait is longer
 */
public record BackOff(Duration base, Duration max) {

    /** @param attempts how many attempts have failed, at least 1 */
    public Duration after(int attempts, RandomGenerator random) {
        int doublings = Math.min(Math.max(0, attempts - 1), 30);
        double nanos = Math.min((double) base.toNanos() * (1L << doublings), max.toNanos());
        return Duration.ofNanos((long) (nanos * (0.5 + random.nextDouble() / 2)));
    }
}
