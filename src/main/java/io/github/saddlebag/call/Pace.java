package io.github.saddlebag.call;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * When the next call to a target may begin, by what the target says and does. One of it is shared by all calls to the
 * target.
 *
 * <ul>
 *   <li>A refusal (429, 503) or a {@code Retry-After} pauses everyone.
 *   <li>From refusals a rate is learned: what was accepted, less a little. It comes back slowly at first and then faster,
 *       as TCP CUBIC does (RFC 9438), so that a limit is tested seldom.
 *   <li>What a target says is left of its window is not exceeded; where little is left, it is spread over the rest of the
 *       window.
 * </ul>
 *
 * <p>Who waits goes first come, first served, and one at a time: after a pause nobody comes as a herd.
 */
final class Pace {

    private static final Duration PAUSE_WITHOUT_WORD = Duration.ofMillis(500);
    private static final Duration RESET_UNSAID = Duration.ofSeconds(1);
    private static final Duration CLOCKS_DIFFER = Duration.ofMillis(50);
    private static final double AFTER_REFUSAL = 0.93;
    private static final double BELOW_REFUSED = 0.95;
    private static final double BELOW_REFUSED_AGAIN = 0.85;
    private static final double CUBIC = 0.0002;
    private static final double GROWN_OUT_OF_IT = 10;
    private static final double DOUBLED_OFTEN = 1000;
    private static final int ENOUGH_TO_MEASURE = 10;
    private static final long SECOND = 1_000_000_000L;

    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition changed = lock.newCondition();
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final Duration longestPause;

    private boolean stopped;
    private long pausedUntil;
    private long nextFree;
    private long epochStart;
    private long accepted;
    private long secondStart;
    private long acceptedThisSecond;
    private long acceptedLastSecond;

    private boolean learned;
    private boolean slowStart;
    private double knownRate;
    private double growthDelay;
    private long learnedAt;

    private long left = Long.MAX_VALUE;
    private long leftUntil;
    private double leftRate;

    /** Whether nothing holds calls up; read without the lock. */
    private volatile boolean free = true;

    Pace(LongSupplier nanos, RandomGenerator random, Duration longestPause) {
        this.nanos = nanos;
        this.random = random;
        this.longestPause = longestPause;
    }

    /**
     * Waits for the turn of a call.
     *
     * @return false: it was stopped
     */
    boolean await() throws InterruptedException {
        if (free) {
            return true;
        }
        lock.lockInterruptibly();
        try {
            long wait = nanosToWait();
            while (wait > 0) {
                if (stopped) {
                    return false;
                }
                changed.await(wait, TimeUnit.NANOSECONDS);
                wait = nanosToWait();
            }
            take();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the turn of a call, if it has come.
     *
     * @return 0: it was taken; otherwise how many nanoseconds there are to wait for it
     */
    long tryTake() {
        if (free) {
            return 0;
        }
        lock.lock();
        try {
            long wait = nanosToWait();
            if (wait <= 0) {
                take();
            }
            return Math.max(0, wait);
        } finally {
            lock.unlock();
        }
    }

    /** How long a call that comes now would have to wait for a pause to end; zero: it need not. */
    Duration pause() {
        if (free) {
            return Duration.ZERO;
        }
        lock.lock();
        try {
            return Duration.ofNanos(Math.max(0, pausedUntil - nanos.getAsLong()));
        } finally {
            lock.unlock();
        }
    }

    /** How long the next call has to wait; 0 or less: not at all. Under the lock, or by one thread. */
    long nanosToWait() {
        long now = nanos.getAsLong();
        long until = pausedUntil;
        if (learned || leftRate > 0) {
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
        if (epochStart == 0) {
            epochStart = now;
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
        if (rate > 0) {
            nextFree = Math.max(nextFree, now) + (long) (SECOND / rate);
        }
        review(now);
    }

    /** Requests per second that are allowed now; 0: as many as come. */
    private double rate(long now) {
        double rate = learned ? learnedRate(now) : 0;
        if (leftRate > 0 && (rate == 0 || leftRate < rate)) {
            rate = leftRate;
        }
        return rate;
    }

    private double learnedRate(long now) {
        double seconds = Math.max(0, (now - learnedAt) / (double) SECOND);
        if (slowStart) {
            return knownRate * Math.pow(2, seconds);
        }
        return knownRate * (1 + CUBIC * Math.pow(seconds - growthDelay, 3));
    }

    private void review(long now) {
        if (learned && learnedRate(now) > knownRate * (slowStart ? DOUBLED_OFTEN : GROWN_OUT_OF_IT)) {
            learned = false;
        }
        free = !learned && left == Long.MAX_VALUE && now >= pausedUntil;
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

    /** The target took a call. */
    void accepted() {
        lock.lock();
        try {
            long now = nanos.getAsLong();
            if (epochStart == 0) {
                epochStart = now;
            }
            accepted++;
            countSecond(now);
            acceptedThisSecond++;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The target refused a call.
     *
     * @param retryAfter what it asked for; zero: nothing
     * @param sentNanos when the call began
     * @return the pause that began with it; zero: it belongs to a pause that had begun already
     */
    Duration refused(Duration retryAfter, long sentNanos) {
        lock.lock();
        try {
            long now = nanos.getAsLong();
            boolean known = learned && sentNanos < learnedAt;
            boolean begins = pausedUntil <= now;
            Duration pause = known && retryAfter.isZero() ? Duration.ZERO : spread(retryAfter);
            pausedUntil = Math.max(pausedUntil, now + pause.toNanos());
            if (!known) {
                learn(now, pause);
            }
            free = false;
            changed.signalAll();
            return begins ? pause : Duration.ZERO;
        } finally {
            lock.unlock();
        }
    }

    private Duration spread(Duration asked) {
        Duration pause = asked.isZero() ? PAUSE_WITHOUT_WORD : asked;
        if (pause.compareTo(longestPause) > 0) {
            pause = longestPause;
        }
        // never shorter than asked for; a little longer, so that clients do not come back together
        return pause.plusMillis((long) (random.nextDouble() * Math.min(1000, pause.toMillis() * 0.1)));
    }

    private void learn(long now, Duration pause) {
        double rate;
        if (learned) {
            boolean again = now - learnedAt < 3 * SECOND;
            rate = learnedRate(now) * (again ? BELOW_REFUSED_AGAIN : BELOW_REFUSED);
            slowStart = false;
        } else {
            rate = measured(now, pause);
            slowStart = accepted < ENOUGH_TO_MEASURE;
        }
        begin(Math.max(rate, 0.1), now);
        epochStart = 0;
        accepted = 0;
    }

    private double measured(long now, Duration pause) {
        double pauseSeconds = pause.toNanos() / (double) SECOND;
        double epochSeconds = epochStart == 0 ? 0 : (now - epochStart) / (double) SECOND;
        double overall = accepted / Math.max(0.05, epochSeconds + pauseSeconds);
        return Math.max(overall, recentRate(now) / (1 + pauseSeconds));
    }

    private void begin(double rate, long now) {
        knownRate = rate;
        growthDelay = Math.cbrt((1 - AFTER_REFUSAL) / CUBIC);
        learned = true;
        learnedAt = Math.max(now, pausedUntil);
        nextFree = pausedUntil;
    }

    /** The target is back after an outage: the calls come back a few at first, then twice as many each second. */
    void comeBackGently(Duration quiet, double firstRate) {
        lock.lock();
        try {
            long now = nanos.getAsLong();
            pausedUntil = Math.max(pausedUntil, now + quiet.toNanos());
            slowStart = true;
            begin(firstRate, now);
            free = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nobody begins for a while. */
    void pause(Duration quiet) {
        lock.lock();
        try {
            pausedUntil = Math.max(pausedUntil, nanos.getAsLong() + quiet.toNanos());
            free = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The target said how much is left of its window.
     *
     * @param inFlight calls that have begun and are not answered yet, which it may not have counted
     */
    void told(RateLimit limit, int inFlight) {
        lock.lock();
        try {
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
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of all who wait for a turn, now and from now on; who need not wait may still begin. */
    void stop() {
        setStopped(true);
    }

    void start() {
        setStopped(false);
    }

    private void setStopped(boolean stop) {
        lock.lock();
        try {
            stopped = stop;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing holds calls up. */
    boolean isFree() {
        return free;
    }

    /** The learned rate per second; 0: none. */
    double currentRate() {
        lock.lock();
        try {
            return learned ? learnedRate(nanos.getAsLong()) : 0;
        } finally {
            lock.unlock();
        }
    }
}
