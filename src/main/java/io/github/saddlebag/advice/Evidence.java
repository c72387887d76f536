package io.github.saddlebag.advice;

import io.github.saddlebag.batch.BatchStats;
import io.github.saddlebag.stats.Cause;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.stats.Wait;
import java.time.Duration;

/**
 * What was counted, as far as advice depends on it. Times are means in nanoseconds.
 *
 * @param batches those that left
 * @param itemsEach items in each of them
 * @param byAge the share of them that left because their oldest item had waited long enough
 * @param byCount the share of them that left because they were full
 * @param joinedEach how many of the items of each came after its first ones
 * @param joined90 when nine of ten of those were there, from the first one on
 * @param calls requests that are over
 * @param refused those that were refused as too many
 * @param call how long a request took
 * @param slot how long it waited for a place among those in flight
 * @param quiet how long it waited for a pause, a learned pace or the rate
 * @param busy which share of the places requests took on average, in flight; 0: not known
 * @param learnedRate requests per second that refusals taught; 0: none
 */
public record Evidence(
        long batches,
        double itemsEach,
        double byAge,
        double byCount,
        double joinedEach,
        long joined90,
        long calls,
        long refused,
        double call,
        double slot,
        double quiet,
        double busy,
        double learnedRate,
        Settings settings) {

    /** The settings that all this came of. */
    public record Settings(int maxItems, Duration maxWait, int concurrency) {}

    /**
     * That of a pipeline until now.
     *
     * @param length from when on it was counted until its last request
     */
    public static Evidence of(PipelineStats calls, BatchStats items, Settings settings, Duration length) {
        long batches = items.batches();
        double all = Math.max(1, batches);
        double places = Math.max(1.0, settings.concurrency() * (double) length.toNanos());
        return new Evidence(
                batches,
                items.batched() / all,
                items.sizes(Cause.AGE).count() / all,
                items.sizes(Cause.COUNT).count() / all,
                items.joined().count() / all,
                items.joined().quantile(0.9),
                calls.calls(),
                calls.refusals(),
                calls.latency().mean(),
                calls.waits(Wait.ADMISSION).mean(),
                calls.waits(Wait.PAUSE).mean() + calls.waits(Wait.RATE).mean(),
                Math.min(1, calls.calls() * calls.latency().mean() / places),
                calls.learnedRate(),
                settings);
    }
}
