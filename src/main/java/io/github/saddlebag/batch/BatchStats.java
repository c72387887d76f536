package io.github.saddlebag.batch;

import io.github.saddlebag.stats.Cause;
import io.github.saddlebag.stats.Histogram;
import io.github.saddlebag.stats.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What is counted of the items and batches of one name; once for each list of items, and for each batch. */
public final class BatchStats {

    private final LongAdder answered = new LongAdder();
    private final LongAdder returned = new LongAdder();
    private final Map<Reason, LongAdder> failed = new EnumMap<>(Reason.class);
    private final Map<Cause, Histogram> sizes = new EnumMap<>(Cause.class);
    private final Histogram waits = new Histogram();
    private final Histogram joined = new Histogram();
    private volatile @Nullable Listener listener;

    /** Hears of each batch, by its id. */
    public interface Listener {

        /** Items joined it so long after its first ones. */
        void joined(String batch, long afterNanos, int items);

        /** It left. */
        void closed(String batch, Cause cause, int items, long waitedNanos);
    }

    public BatchStats() {
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

    /** Counts it, if it is a failure. False: it is an answer, which is not counted yet. */
    boolean fails(Outcome outcome) {
        Failure failure = outcome.failure();
        if (failure != null) {
            adder(failure.kind()).increment();
        }
        return failure != null;
    }

    /** A batch left, whose oldest item waited so long for company. */
    public void closed(String batch, Cause cause, int items, long waitedNanos) {
        sizes(cause).record(items);
        waits.record(waitedNanos);
        Listener hears = listener;
        if (hears != null) {
            hears.closed(batch, cause, items, waitedNanos);
        }
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

    /** Items joined a batch so long after its first ones. */
    public void joined(String batch, long afterNanos, int items) {
        joined.record(afterNanos, items);
        Listener hears = listener;
        if (hears != null) {
            hears.joined(batch, afterNanos, items);
        }
    }

    /** Who hears of each batch; null: nobody. */
    public void listener(@Nullable Listener now) {
        listener = now;
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
