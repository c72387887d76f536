package io.github.saddlebag.pace;

import java.util.function.LongSupplier;

/**
 * Keeps retries from hammering an endpoint that is ill: they are at most a share of the calls, and a few per second in
 * any case. A retry that finds the budget empty waits; it is not given up.
 */
public final class RetryBudget {

    private static final double PER_SECOND = 5;
    private static final double MOST = 100;

    private final double share;
    private final LongSupplier nanos;
    private double tokens;
    private long filledNanos;

    /** @param share retries per call that was not refused, from 0 to 1 */
    public RetryBudget(double share, LongSupplier nanos) {
        this.share = share;
        this.nanos = nanos;
        this.tokens = 2 * PER_SECOND;
        this.filledNanos = nanos.getAsLong();
    }

    /** A call went well: it pays for a share of a retry. */
    public synchronized void deposit() {
        tokens = Math.min(MOST, tokens + share);
    }

    /** Takes a retry out of the budget. False: there is none left now. */
    public synchronized boolean withdraw() {
        long now = nanos.getAsLong();
        tokens = Math.min(MOST, tokens + (now - filledNanos) / 1e9 * PER_SECOND);
        filledNanos = now;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
