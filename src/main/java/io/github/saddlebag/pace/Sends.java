package io.github.saddlebag.pace;

import java.util.function.LongSupplier;

/**
 * The last requests that were sent under a limit, by when they were written to their connections: in no half-open window
 * of its period there are more than it allows, whatever happens to a request between its turn and the wire. A request
 * begins no sooner than a period, and a millisecond, after the one so many before it was written.
 */
public final class Sends {

    private static final long SPARE_NANOS = 1_000_000;
    private static final long NOT_WRITTEN = Long.MAX_VALUE;

    private final long period;
    private final LongSupplier nanos;
    /** When the last ones were written; as a ring. */
    private final long[] written;

    private long count;

    /** @param most requests in a period; 0: as many as come */
    Sends(int most, long periodNanos, LongSupplier nanos) {
        this.period = periodNanos;
        this.nanos = nanos;
        this.written = new long[most];
    }

    /** Counts the last ones of others as its own: a limit that takes the place of another begins with what was sent. */
    public void follow(Sends before) {
        long[] last = before.last();
        for (int i = Math.max(0, last.length - written.length); i < last.length; i++) {
            written[(int) (count++ % written.length)] = last[i];
        }
    }

    /** When the last ones were written, the eldest first. */
    private synchronized long[] last() {
        int known = (int) Math.min(count, written.length);
        long[] last = new long[known];
        for (int i = 0; i < known; i++) {
            last[i] = written[(int) ((count - known + i) % written.length)];
        }
        return last;
    }

    /** Whether there is a limit. */
    public boolean isLimited() {
        return written.length > 0;
    }

    /**
     * Begins a request, if it may.
     *
     * @return its place, for {@link #written}; less than 0: so many nanoseconds, negated, there are to wait
     */
    public synchronized long begin() {
        int place = (int) (count % written.length);
        if (count >= written.length) {
            if (written[place] == NOT_WRITTEN) {
                return -SPARE_NANOS;
            }
            long wait = written[place] + period + SPARE_NANOS - nanos.getAsLong();
            if (wait > 0) {
                return -wait;
            }
        }
        written[place] = NOT_WRITTEN;
        count++;
        return place;
    }

    /** The request is on the wire, or will never be. */
    public synchronized void written(long place) {
        written[(int) place] = nanos.getAsLong();
    }
}
