package io.github.saddlebag.batch;

import io.github.saddlebag.stats.Cause;
import io.github.saddlebag.stats.Histogram;
import io.github.saddlebag.stats.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What is counted of the items and batches of one name; once for each list of items, and for each batch. */
public final class BatchStats {

    private final LongAdder answered = new LongAdder();
    private final LongAdder returned = new LongAdder();
    private final Map<Reason, LongAdder> failed = new EnumMap<>(Reason.class);
    private final Map<Cause, Histogram> sizes = new EnumMap<>(Cause.class);
    private final Histogram waits = new Histogram();
    private final Histogram joined = new Histogram();

    BatchStats() {
        for (Reason reason : Reason.values()) {
            failed.put(reason, new LongAdder());
        }
        for (Cause cause : Cause.values()) {
            sizes.put(cause, new Histogram());
        }
    }

    void ended(int newAnswered, int newReturned) {
        answered.add(newAnswered);
        returned.add(newReturned);
    }

    void fails(Reason reason) {
        adder(reason).increment();
    }

    void closed(Batch batch, long waitedNanos) {
        sizes(batch.cause()).record(batch.size());
        waits.record(waitedNanos);
    }

    /** Items that have their answers. */
    public long answered() {
        return answered.sum();
    }

    /** Items that were given back, neither done nor failed. */
    public long returned() {
        return returned.sum();
    }

    /** Items that failed so. */
    public long failed(Reason reason) {
        return adder(reason).sum();
    }

    private LongAdder adder(Reason reason) {
        return Objects.requireNonNull(failed.get(reason));
    }

    /** Items of batches that left for this cause. */
    public Histogram sizes(Cause cause) {
        return Objects.requireNonNull(sizes.get(cause));
    }

    /** How long the oldest item of a batch waited for company, in nanoseconds. */
    public Histogram waits() {
        return waits;
    }

    void joined(long afterNanos, int items) {
        joined.record(afterNanos, items);
    }

    /** When items joined a batch, in nanoseconds from its first ones on; of each that came after those. */
    public Histogram joined() {
        return joined;
    }

    /** Batches that left. */
    public long batches() {
        return sizes.values().stream().mapToLong(Histogram::count).sum();
    }

    /** Items in them. */
    public long batched() {
        return sizes.values().stream().mapToLong(Histogram::sum).sum();
    }
}
