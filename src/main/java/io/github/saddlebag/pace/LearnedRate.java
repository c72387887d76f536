package io.github.saddlebag.pace;

/**
 * A rate that is known from refusals, and how it grows: where little is known, it doubles again and again; where it is
 * known, it comes back to that slowly and goes beyond it slowly at first, as TCP CUBIC does (RFC 9438), so that a limit is
 * tested seldom. The longer an endpoint's windows or penalties are, the longer that takes. Used under the pace's lock.
 */
final class LearnedRate {

    private static final double LESS_AT_FIRST = 0.07;
    private static final double LEAST = 1.0 / 600;
    private static final double GROWN_OUT_OF_IT = 10;
    private static final double DOUBLED_OFTEN = 1000;
    private static final double SECONDS_TO_COME_BACK = 7;
    private static final double PERIODS_TO_COME_BACK = 3.5;
    private static final double CALLS_TO_COME_BACK = 30;
    private static final double SHORTEST_DOUBLING = 1;
    private static final double LONGEST_DOUBLING = 10;
    private static final double SECOND = 1e9;

    private boolean learned;
    private boolean doubling;
    private double known;
    private double delay;
    private long since;

    /** Whether there is one. */
    boolean isLearned() {
        return learned;
    }

    /** Whether it is so little known that it doubles. */
    boolean isDoubling() {
        return doubling;
    }

    /** When it began to grow. */
    long since() {
        return since;
    }

    /** From now on it grows from there, twice as much after that time. */
    void grow(double from, double seconds, long now) {
        begin(from, now);
        doubling = true;
        delay = Math.max(SHORTEST_DOUBLING, Math.min(LONGEST_DOUBLING, seconds));
    }

    /**
     * From now on it is known.
     *
     * @param period in seconds, of the endpoint's window or penalty
     */
    void know(double rate, double period, long now) {
        begin(rate, now);
        doubling = false;
        delay = Math.max(Math.max(SECONDS_TO_COME_BACK, PERIODS_TO_COME_BACK * period), CALLS_TO_COME_BACK / known);
    }

    private void begin(double rate, long now) {
        learned = true;
        known = Math.max(rate, LEAST);
        since = now;
    }

    /** Requests per second; 0: as many as come. */
    double at(long now) {
        if (!learned) {
            return 0;
        }
        double seconds = Math.max(0, (now - since) / SECOND);
        return known
                * (doubling
                        ? Math.pow(2, seconds / delay)
                        : 1 + LESS_AT_FIRST * Math.pow((seconds - delay) / delay, 3));
    }

    /** Nanoseconds until the next request, while it grows. */
    long interval(long now) {
        double rate = at(now);
        double seconds = doubling ? delay * Math.log1p(Math.log(2) / (rate * delay)) / Math.log(2) : 1 / rate;
        return (long) (seconds * SECOND);
    }

    /** Forgets it, if it has grown so much that it can't be true any more. */
    void review(long now) {
        if (learned && at(now) > known * (doubling ? DOUBLED_OFTEN : GROWN_OUT_OF_IT)) {
            learned = false;
        }
    }
}
