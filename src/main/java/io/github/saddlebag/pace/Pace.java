package io.github.saddlebag.pace;

import io.github.saddlebag.stats.PipelineStats;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * When the next call to a target may begin, by what the target says and does. One of it is shared by all calls to the
 * target.
 *
 * <ul>
 *   <li>A refusal (429, 503) or a {@code Retry-After} pauses everyone. Where it is not said for how long, one call after
 *       the other finds out, less and less often.
 *   <li>When the target takes calls again, a rate is learned from how many it took in how long: see {@link LearnedRate}.
 *   <li>What a target says is left of its window is not exceeded; where little is left, it is spread over the rest of the
 *       window.
 * </ul>
 *
 * <p>Who waits goes first come, first served, and one at a time: after a pause nobody comes as a herd.
 */
public final class Pace {

    private static final Duration PAUSE_WITHOUT_WORD = Duration.ofMillis(500);
    private static final Duration RESET_UNSAID = Duration.ofSeconds(1);
    private static final Duration CLOCKS_DIFFER = Duration.ofMillis(50);
    private static final Duration LONGEST_SILENT_PAUSE = Duration.ofMinutes(1);
    /** The share of a pause by which the next one is longer. */
    private static final double NEXT_PAUSE = 0.2;

    private static final double BELOW_MEASURED = 0.96;
    private static final double BELOW_DOUBLED = 0.9;
    private static final double BELOW_REFUSED = 0.95;
    private static final double BELOW_REFUSED_AGAIN = 0.85;
    private static final double AS_MANY_AGAIN = 1.25;
    /** In seconds; a shorter one is measured too badly for windows to be told from rates, and costs little. */
    private static final double SHORT_CYCLE = 3;

    private static final double LONG_REFUSED = 0.1;
    private static final int ENOUGH_TO_MEASURE = 10;
    private static final long SECOND = 1_000_000_000L;

    /** Why there is a pause, for people. */
    private static final String ASKED = "the endpoint asked for quiet";

    private static final String REFUSED = "the endpoint refuses calls as too many";
    private static final String DOWN = "the endpoint is not well";

    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final Duration longestPause;

    private final LearnedRate learned = new LearnedRate();

    private long pausedUntil;
    private long pausedNanos;
    private String pauseWords = "";
    private long nextFree;
    private long lastTaken;

    /** Since the target began to take calls, as far as is known. */
    private long openedAt;

    private boolean opened;
    private double accepted;
    private long idle;
    private double acceptedBefore;
    private long secondStart;
    private long acceptedThisSecond;
    private long acceptedLastSecond;

    /** Whether the last that is known is a refusal. */
    private boolean closed;

    private long closedAt;
    private long asksFrom;
    private double rateWhenClosed;
    private double recentWhenClosed;
    private double period;

    private long left = Long.MAX_VALUE;
    private long leftUntil;
    private double leftRate;

    /** Whether nothing holds calls up; read without the lock. */
    private volatile boolean free = true;

    public Pace(LongSupplier nanos, RandomGenerator random, Duration longestPause) {
        this.nanos = nanos;
        this.random = random;
        this.longestPause = longestPause;
    }

    /**
     * Takes the turn of a call, if it has come.
     *
     * @return 0: it was taken; otherwise how many nanoseconds there are to wait for it
     */
    public long tryTake() {
        if (free) {
            return 0;
        }
        synchronized (this) {
            long wait = nanosToWait();
            if (wait <= 0) {
                take();
            }
            return Math.max(0, wait);
        }
    }

    /** How many nanoseconds a call that comes now would have to wait for its turn; 0: it need not. */
    long nanosUntilTurn() {
        if (free) {
            return 0;
        }
        synchronized (this) {
            return Math.max(0, nanosToWait());
        }
    }

    /** How long a call that comes now would have to wait for a pause to end; zero: it need not. */
    public Duration pause() {
        if (free) {
            return Duration.ZERO;
        }
        synchronized (this) {
            return Duration.ofNanos(Math.max(0, pausedUntil - nanos.getAsLong()));
        }
    }

    /** How long the next call has to wait; 0 or less: not at all. Under the lock, or by one thread. */
    long nanosToWait() {
        long now = nanos.getAsLong();
        long until = pausedUntil;
        if (closed || learned.isLearned() || leftRate > 0) {
            until = Math.max(until, nextFree);
        }
        if (left <= 0) {
            until = Math.max(until, leftUntil);
        }
        return until - now;
    }

    /** A call begins. Under the lock, or by one thread. */
    void take() {
        long now = nanos.getAsLong();
        if (!opened) {
            opened = true;
            openedAt = now;
        }
        if (left != Long.MAX_VALUE) {
            if (now >= leftUntil) {
                left = Long.MAX_VALUE;
                leftRate = 0;
            } else {
                left--;
            }
        }
        double rate = rate(now);
        if (closed) {
            nextFree = now + silentPause(now).toNanos();
        } else if (rate > 0) {
            long interval = interval(rate, now);
            idle += now - nextFree > interval ? now - nextFree : 0;
            nextFree = Math.max(nextFree, now) + interval;
        }
        lastTaken = now;
        review(now);
    }

    private long interval(double rate, long now) {
        return rate == learned.at(now) ? learned.interval(now) : (long) (SECOND / rate);
    }

    /** Requests per second that are allowed now; 0: as many as come. */
    private double rate(long now) {
        double rate = learned.at(now);
        if (leftRate > 0 && (rate == 0 || leftRate < rate)) {
            rate = leftRate;
        }
        return rate;
    }

    private void review(long now) {
        learned.review(now);
        free = !closed && !learned.isLearned() && left == Long.MAX_VALUE && now >= pausedUntil;
    }

    private double recentRate(long now) {
        countSecond(now);
        return Math.max(acceptedLastSecond, acceptedThisSecond);
    }

    private void countSecond(long now) {
        if (now - secondStart >= 2 * SECOND) {
            acceptedLastSecond = 0;
            acceptedThisSecond = 0;
            secondStart = now;
        } else if (now - secondStart >= SECOND) {
            acceptedLastSecond = acceptedThisSecond;
            acceptedThisSecond = 0;
            secondStart += SECOND;
        }
    }

    /**
     * The target took a call.
     *
     * @param sentNanos when the call began
     */
    public synchronized void accepted(long sentNanos) {
        long now = nanos.getAsLong();
        if (closed && sentNanos - asksFrom >= 0) {
            reopen(now);
        }
        if (!opened) {
            opened = true;
            openedAt = now;
        }
        accepted++;
        countSecond(now);
        acceptedThisSecond++;
    }

    /**
     * The target refused a call.
     *
     * @param retryAfter what it asked for; zero: nothing
     * @param sentNanos when the call began
     * @return the pause that began with it; zero: it belongs to a pause that had begun already
     */
    public synchronized Duration refused(Duration retryAfter, long sentNanos) {
        long now = nanos.getAsLong();
        boolean begins = pausedUntil - now <= 0;
        // one that was on its way when the refusals began, or ended, tells nothing new
        boolean known = closed ? sentNanos - asksFrom < 0 : learned.isLearned() && sentNanos - learned.since() < 0;
        if (!known && !closed) {
            close(now);
        }
        Duration pause = retryAfter.isZero() ? known ? Duration.ZERO : silentPause(now) : retryAfter;
        pauseUntil(now, now + spread(pause).toNanos(), retryAfter.isZero() ? REFUSED : ASKED);
        asksFrom = known && closed ? asksFrom : pausedUntil;
        free = false;
        return begins ? Duration.ofNanos(pausedUntil - now) : Duration.ZERO;
    }

    /**
     * The target took a call, but only a part of what it carried.
     *
     * @param share what was refused of it, from 0 to 1
     * @param sentNanos when the call began
     * @return as of {@link #refused}
     */
    public synchronized Duration partlyRefused(double share, long sentNanos) {
        accepted = Math.max(0, accepted - share);
        return refused(Duration.ZERO, sentNanos);
    }

    /** The last refusal was for a limit of others as well: nothing is learned from it here, but its pause stays. */
    public synchronized void isNotToBlame() {
        closed = false;
        review(nanos.getAsLong());
    }

    private void close(long now) {
        closed = true;
        closedAt = now;
        rateWhenClosed = learned.at(now);
        recentWhenClosed = recentRate(now);
    }

    /** The longer it has been refusing, the longer. */
    private Duration silentPause(long now) {
        Duration pause = Duration.ofNanos((long) ((now - closedAt) * NEXT_PAUSE));
        if (pause.compareTo(PAUSE_WITHOUT_WORD) < 0) {
            return PAUSE_WITHOUT_WORD;
        }
        return pause.compareTo(LONGEST_SILENT_PAUSE) > 0 ? LONGEST_SILENT_PAUSE : pause;
    }

    /** Never shorter than asked for; a little longer, so that clients do not come back together. */
    private Duration spread(Duration asked) {
        Duration pause = asked.compareTo(longestPause) > 0 ? longestPause : asked;
        return pause.plusMillis((long) (random.nextDouble() * Math.min(1000, pause.toMillis() * 0.1)));
    }

    /**
     * The target takes calls again. What it took from one such moment to the next it takes for sure. If it refused after as
     * many calls as the time before, it counts them in windows; else it is the rate of the last calls that it minds.
     */
    private void reopen(long now) {
        double refusing = (now - closedAt) / (double) SECOND;
        double cycle = Math.max(0.05, (now - openedAt - idle) / (double) SECOND);
        double mean = Math.max(accepted, 1) / cycle;
        if (!learned.isLearned()) {
            period = cycle;
            learned.grow(BELOW_MEASURED * Math.max(mean, recentWhenClosed / (1 + refusing)), cycle / 2, now);
        } else if (learned.isDoubling()) {
            boolean window = accepted <= AS_MANY_AGAIN * acceptedBefore && cycle >= SHORT_CYCLE;
            double below = BELOW_DOUBLED * rateWhenClosed;
            if (window) {
                below = mean;
            } else if (recentWhenClosed >= ENOUGH_TO_MEASURE) {
                below = Math.min(below, recentWhenClosed);
            }
            period = window ? cycle : refusing;
            learned.know(BELOW_MEASURED * below, period, now);
        } else {
            boolean again = closedAt - learned.since() < 3 * SECOND;
            double below = rateWhenClosed * (again ? BELOW_REFUSED_AGAIN : BELOW_REFUSED);
            boolean tooHigh =
                    mean < BELOW_REFUSED_AGAIN * below && cycle >= SHORT_CYCLE && refusing > LONG_REFUSED * cycle;
            period = Math.max(refusing, period * BELOW_REFUSED);
            learned.know(tooHigh ? Math.max(mean, rateWhenClosed / 2) : below, period, now);
        }
        acceptedBefore = accepted;
        begin(now);
        nextFree = lastTaken + learned.interval(now);
    }

    /** A new measurement. */
    private void begin(long now) {
        closed = false;
        openedAt = now;
        accepted = 0;
        idle = 0;
    }

    /** The target is back after an outage: the calls come back a few at first, then twice as many each second. */
    public synchronized void comeBackGently(Duration quiet, double firstRate) {
        long now = nanos.getAsLong();
        pauseUntil(now, now + quiet.toNanos(), DOWN);
        begin(pausedUntil);
        learned.grow(firstRate, 1, pausedUntil);
        nextFree = pausedUntil;
        free = false;
    }

    /** Nobody begins for a while. */
    public synchronized void pause(Duration quiet) {
        long now = nanos.getAsLong();
        pauseUntil(now, now + quiet.toNanos(), DOWN);
        free = false;
    }

    /**
     * The target said how much is left of its window.
     *
     * @param inFlight calls that have begun and are not answered yet, which it may not have counted
     */
    public synchronized void told(RateLimit limit, int inFlight) {
        long now = nanos.getAsLong();
        Duration said = limit.reset().isNegative() ? RESET_UNSAID : limit.reset();
        Duration reset = said.compareTo(longestPause) > 0 ? longestPause : said;
        left = Math.max(0, limit.remaining() - inFlight);
        leftUntil = now + reset.plus(CLOCKS_DIFFER).toNanos();
        double seconds = Math.max(0.001, reset.toNanos() / (double) SECOND);
        boolean scarce = limit.limit() > 0 && limit.remaining() * 5 < limit.limit();
        leftRate = scarce ? Math.max(left, 1) / seconds : 0;
        free = false;
        review(now);
    }

    /** Whether nothing holds calls up. */
    public boolean isFree() {
        return free;
    }

    private void pauseUntil(long now, long until, String words) {
        long begins = Math.max(now, pausedUntil);
        if (until - begins > 0) {
            pausedNanos += until - begins;
            pausedUntil = until;
            pauseWords = words;
        }
    }

    /** The pause that lasts, with the reason for it. */
    public PipelineStats.Pause pauseNow() {
        if (free) {
            return PipelineStats.Pause.NONE;
        }
        synchronized (this) {
            long left = pausedUntil - nanos.getAsLong();
            return left <= 0 ? PipelineStats.Pause.NONE : new PipelineStats.Pause(Duration.ofNanos(left), pauseWords);
        }
    }

    /** All pauses so far, the one that lasts to its end. */
    public synchronized Duration paused() {
        return Duration.ofNanos(pausedNanos);
    }

    /** The learned rate per second; 0: none. */
    public synchronized double currentRate() {
        return learned.at(nanos.getAsLong());
    }
}
