package io.github.saddlebag.advice;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A setting that would serve better.
 *
 * @param setting the property
 * @param value what it should be
 * @param words why, with the numbers that say so
 */
public record Advice(String setting, String value, String words) {

    /** Fewer batches, or requests, could have been chance. */
    public static final int ENOUGH = 100;

    private static final double MS = 1e6;

    /** Waiting that buys less than this for each batch saves hardly one request of five. */
    private static final double LITTLE = 0.25;

    /** From this share of refused requests on the endpoint is asked too often. */
    private static final double THROTTLED = 0.01;

    /** A third of all places, always taken. */
    private static final double BUSY = 1 / 3.0;

    private static final int FEWEST_REFUSALS = 10;
    private static final int MOST_TIMES = 4;

    /** What there is to say; nothing where the evidence is thin, or the settings are right. */
    public static List<Advice> of(Evidence evidence) {
        List<Advice> advice = new ArrayList<>();
        if (evidence.batches() >= ENOUGH) {
            addMaxWait(evidence, advice);
            addMaxItems(evidence, advice);
        }
        if (evidence.calls() >= ENOUGH) {
            addConcurrency(evidence, advice);
        }
        return advice;
    }

    /** Most batches leave by age: is there anything that the last part of the waiting brings? */
    private static void addMaxWait(Evidence of, List<Advice> advice) {
        double wait = of.settings().maxWait().toNanos();
        if (of.byAge() < 0.5 || wait < 2 * MS) {
            return;
        }
        boolean nothing = of.joinedEach() < LITTLE;
        long millis = nothing ? 1 : round(of.joined90() / MS);
        if (millis * MS > wait / 2) {
            return;
        }
        double kept = of.itemsEach() - (nothing ? of.joinedEach() : of.joinedEach() / 10);
        advice.add(new Advice(
                "saddlebag.batch.max-wait",
                millis + "ms",
                text(
                        "%.0f%% of batches left by age with %.1f of %d items: %.0f ms of waiting bought %.1f items;"
                                + " max-wait=%dms would keep %.1f.",
                        100 * of.byAge(),
                        of.itemsEach(),
                        of.settings().maxItems(),
                        wait / MS,
                        of.joinedEach(),
                        millis,
                        kept)));
    }

    /** The endpoint counts requests, and they are full: fewer and larger ones carry more. */
    private static void addMaxItems(Evidence of, List<Advice> advice) {
        if (of.byCount() < 0.5 || of.quiet() < of.call() || !isThrottled(of)) {
            return;
        }
        int items = of.settings().maxItems() * 2;
        advice.add(new Advice(
                "saddlebag.batch.max-items",
                Integer.toString(items),
                text(
                        "%.0f%% of batches left full with %d items, and requests that took %.0f ms waited %.0f ms as too"
                                + " many were refused; max-items=%d would need half as many, if the endpoint takes so many.",
                        100 * of.byCount(), of.settings().maxItems(), of.call() / MS, of.quiet() / MS, items)));
    }

    /** As many requests are in flight as arrive in the time that one takes (Little's law). */
    private static void addConcurrency(Evidence of, List<Advice> advice) {
        int now = of.settings().concurrency();
        if (isThrottled(of) && of.learnedRate() > 0) {
            double inFlight = Math.ceil(of.learnedRate() * of.call() / 1e9) + 1;
            if (inFlight <= now / 2) {
                int needed = (int) inFlight;
                advice.add(concurrency(
                        needed,
                        text(
                                "%d of %d requests were refused as too many; %.1f a second that take %.0f ms each need no"
                                        + " more than concurrency=%d, not %d.",
                                of.refused(), of.calls(), of.learnedRate(), of.call() / MS, needed, now)));
            }
            return;
        }
        boolean isQuiet = of.refused() == 0 && of.quiet() < of.call() / 10;
        if (isQuiet && !isWithoutEnd(of) && of.slot() >= of.call() / 2) {
            double needed = Math.min(MOST_TIMES, (of.call() + of.slot()) / Math.max(1, of.call())) * now;
            int places = (int) Math.ceil(needed);
            advice.add(concurrency(
                    places,
                    text(
                            "requests that took %.0f ms waited %.0f ms for one of %d places; concurrency=%d would let them"
                                    + " go at once, if the endpoint is as fast then.",
                            of.call() / MS, of.slot() / MS, now, places)));
        }
    }

    /**
     * Whether there always were more items than could be sent, so that how long they waited says nothing: more at once is
     * faster until the endpoint says no, or this machine can do no more. Batches then leave for any other reason than age,
     * and places are taken all the time, while between bursts they are free.
     */
    private static boolean isWithoutEnd(Evidence of) {
        boolean isKnown = of.busy() > 0;
        return of.batches() > 0 ? of.byAge() < 0.5 && !(isKnown && of.busy() < BUSY) : of.busy() >= BUSY;
    }

    private static boolean isThrottled(Evidence of) {
        return of.refused() >= Math.max(FEWEST_REFUSALS, THROTTLED * of.calls());
    }

    private static Advice concurrency(int places, String words) {
        return new Advice("saddlebag.call.concurrency", Integer.toString(places), words);
    }

    /** To one digit and a half: 1, 2, 5, 10, 15, 20. */
    private static long round(double millis) {
        double step = Math.max(1, Math.pow(10, Math.floor(Math.log10(Math.max(1, millis)))) / 2);
        return Math.max(1, (long) (Math.ceil(millis / step) * step));
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
