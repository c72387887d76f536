package io.github.saddlebag.pace;

/**
 * The tokens of a rate, one at a time and evenly. Who comes late may catch up a little, for timers are late: less than
 * what the rate keeps to spare in a second, so that no second has more requests than allowed.
 */
public final class Tokens {

    private static final long CATCH_UP_NANOS = 5_000_000;
    private static final long LATE_NANOS = 100_000_000;

    private final long interval;
    private final long catchUp;
    private final long closest;
    private long last;
    private long next;
    private boolean begun;

    /** @param interval nanoseconds from one token to the next; 0: as many as are asked for */
    public Tokens(long interval) {
        this(interval, CATCH_UP_NANOS, 0);
    }

    /**
     * Those of a rate whose limit is kept by {@link Sends}: who comes up to 100 ms late loses nothing, and makes up for it at
     * no more than four thirds of the rate.
     *
     * @param interval nanoseconds from one token to the next; 0: as many as are asked for
     */
    public static Tokens besideSends(long interval) {
        return new Tokens(interval, LATE_NANOS, interval / 4 * 3);
    }

    /**
     * @param catchUp how late somebody may come without loss
     * @param closest nanoseconds from one token to the next while that is made up for
     */
    Tokens(long interval, long catchUp, long closest) {
        this.interval = interval;
        this.catchUp = catchUp;
        this.closest = closest;
    }

    /** How long until the next token, at a point in time; 0 or less: it is there. */
    public long nanosToWait(long now) {
        return interval == 0 || !begun ? 0 : Math.max(next, last + closest) - now;
    }

    /** The same for the one after so many others. */
    long nanosToWait(long now, int others) {
        long most = interval == 0 ? 0 : Long.MAX_VALUE / 4 / interval;
        return nanosToWait(now) + Math.min(others, most) * interval;
    }

    public void take(long now) {
        if (interval > 0) {
            next = (begun ? Math.max(next, now - catchUp) : now) + interval;
            begun = true;
            last = now;
        }
    }

    /** The last one that was taken is not used. */
    void giveBack() {
        if (interval > 0 && begun) {
            next -= interval;
            last = next - interval;
        }
    }
}
