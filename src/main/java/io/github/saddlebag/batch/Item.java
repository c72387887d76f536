package io.github.saddlebag.batch;

import io.github.saddlebag.memory.Memory;
import io.github.saddlebag.stats.Reason;
import io.github.saddlebag.support.CallerIds;
import io.github.saddlebag.support.StoppedException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing that wants one answer.
 *
 * <p>An item gets exactly one fate, by one compare-and-set; a second one is counted and dropped. It has exactly one
 * holder at a time (the gate, a batch, a timer), and its permits go back to the gate when nobody holds it any more:
 * a caller who was told "too late" does not make room for others while the request is still under way.
 */
public final class Item extends ItemContent {

    private static final byte[] NOTHING = new byte[0];
    private static final VarHandle FATE;
    private static final VarHandle HOLDER;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            FATE = lookup.findVarHandle(Item.class, "fate", Outcome.class);
            HOLDER = lookup.findVarHandle(Item.class, "holder", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private @Nullable Call past;
    private volatile @Nullable Parked parked;
    private int tries;
    private int refusals;
    private long refusedNanos;
    private @Nullable String order;
    private @Nullable Deque<Item> line;
    private volatile @Nullable Object holder;
    private volatile @Nullable Outcome fate;

    /**
     * @param body what the caller sent; never changed
     * @param headers the headers it came with; shared, not to be changed
     * @param position where it came from, or null for callers inside the runtime
     */
    public Item(@Nullable Object body, Map<String, Object> headers, @Nullable Position position) {
        super(body, headers, position);
    }

    /** It was sent in vain, and is about to go again: its fate will tell of that, too. */
    public void tried(@Nullable Call call) {
        past = call == null ? past : call.after(past);
    }

    /** Counts an answer that left it without a fate; how many there were. */
    public int triedInVain() {
        return ++tries;
    }

    /** How many answers left it without a fate. */
    public int tries() {
        return tries + refusals;
    }

    /** Counts an answer that refused it for there being too many; how many there were. */
    public int refused() {
        if (refusals++ == 0) {
            refusedNanos = System.nanoTime();
        }
        return refusals;
    }

    /** How long ago it was refused so for the first time, of an item that was. */
    public Duration sinceRefused() {
        return Duration.ofNanos(System.nanoTime() - refusedNanos);
    }

    /** Its fate, or null while it waits for one. */
    public @Nullable Outcome fate() {
        return fate;
    }

    /** Gives it its answer. False: it had its fate already. */
    public boolean answer(Object answer, @Nullable Call call) {
        return settle(new Outcome(this, answer, null, withPast(call)));
    }

    /** Fails it. False: it had its fate already. */
    public boolean fail(Failure failure, @Nullable Call call) {
        Parked owner = parked;
        Call made = withPast(call);
        return settle(
                owner == null
                        ? new Outcome(this, null, failure, made)
                        : new Outcome(
                                this,
                                null,
                                owner.hub().told(failure),
                                owner.hub().told(made)));
    }

    private @Nullable Call withPast(@Nullable Call call) {
        return call == null ? past : call.after(past);
    }

    /**
     * Its caller has left: it fails, and is left out of the next request. One that nobody sent yet stays as it is, for
     * whoever sends it must hear of its fate.
     *
     * @return false: it was not sent yet, or had its fate already
     */
    public boolean abandon() {
        return parked != null
                && fail(new Failure(Reason.CALLER_GONE, "The caller has left, and waits for no answer."), null);
    }

    /**
     * Its source takes it back, unless a request of it is under way: it ends as at a stop, neither done nor failed.
     *
     * @return false: a request of it is under way, or it had its fate already
     */
    public boolean withdraw(String why) {
        Parked owner = parked;
        if (owner == null || holder instanceof Batch batch && batch.root().isWritten()) {
            return false;
        }
        return owner.giveBack(List.of(this), new StoppedException(why));
    }

    /** Where its source {@link Position#keepsTurn() keeps its turn}: the next one of its order may go on. */
    public void turnIsOver() {
        Parked owner = parked;
        if (owner != null) {
            owner.hub().takeTurns(owner.hub().lines().turnIsOver(this));
        }
    }

    /** Its source reads on only when others have their fates; see {@link Position#isSourceWaiting()}. */
    public void sourceWaits() {
        Parked owner = parked;
        if (owner != null) {
            owner.hub().sourceWaits();
        }
    }

    /** Its source takes back all that it has sent; see {@link Position#isTakenBack()}. */
    public void sourceTakesBack() {
        Parked owner = parked;
        if (owner != null) {
            owner.hub().sourceTakesBack();
        }
    }

    private boolean settle(Outcome outcome) {
        Parked owner = parked;
        if (!FATE.compareAndSet(this, null, outcome)) {
            if (owner != null) {
                owner.hub().late();
            }
            return false;
        }
        if (owner != null) {
            owner.settled(outcome);
        }
        return true;
    }

    /** Closes it without a fate: its caller is given it back. False: it had its fate already. */
    boolean giveBack() {
        return FATE.compareAndSet(this, null, new Outcome(this, null, null, null));
    }

    /** Its answer has arrived where it goes: what it holds of it is let go, for its list may be here for long. */
    void delivered() {
        Outcome outcome = fate;
        if (outcome != null && outcome.answer() != null) {
            fate = new Outcome(this, NOTHING, null, outcome.call());
        }
    }

    /** What answers are counted in; null: it was not sent, and nobody counts them. */
    public @Nullable Memory memory() {
        Parked owner = parked;
        return owner == null ? null : owner.hub().memory();
    }

    /** Who waits for it; hears of every fate but one that it has now, which is returned. */
    @Nullable
    Outcome park(Parked owner) {
        if (parked != null) {
            throw new IllegalStateException("An item can be sent only once; make a new one of the same body.");
        }
        Outcome known = fate;
        if (known != null && known.failure() != null) {
            known = new Outcome(this, null, owner.hub().told(known.failure()), known.call());
            fate = known;
        }
        parked = owner;
        return known;
    }

    @Nullable
    Parked parked() {
        return parked;
    }

    /** The place in a trace that it came with, or that its message has; null: in none, or nobody traces. */
    @Nullable
    String traceparent() {
        Object own = headers().get(CallerIds.TRACEPARENT);
        Object text = own instanceof byte[] bytes ? new String(bytes, StandardCharsets.US_ASCII) : own;
        String valid = CallerIds.valid(CallerIds.TRACEPARENT, text);
        Parked waiting = parked;
        return valid != null || waiting == null ? valid : waiting.traceparent();
    }

    /** What it has its place in a line by; null: in none. */
    @Nullable
    String order() {
        return order;
    }

    void order(String keptBy) {
        order = keptBy;
    }

    /** Those who wait for it to be over; only for {@link Lines}. */
    @Nullable
    Deque<Item> line() {
        return line;
    }

    void line(@Nullable Deque<Item> waiting) {
        line = waiting;
    }

    /** Changes the holder. False: {@code from} did not hold it. */
    boolean handOver(@Nullable Object from, @Nullable Object to) {
        return HOLDER.compareAndSet(this, from, to);
    }

    boolean isHeldBy(Object some) {
        return holder == some;
    }

    boolean isInBatch() {
        return holder instanceof Batch;
    }
}
