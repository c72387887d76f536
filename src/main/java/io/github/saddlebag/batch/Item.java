package io.github.saddlebag.batch;

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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing that wants one answer.
 *
 * <p>An item gets exactly one fate, by one compare-and-set; a second one is counted and dropped. It has exactly one
 * holder at a time (the gate, a batch, a timer), and its permits go back to the gate when nobody holds it any more:
 * a caller who was told "too late" does not make room for others while the request is still under way.
 */
public final class Item {

    private static final int BYTES_PER_PERMIT = 16 * 1024;
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

    private final @Nullable Object body;
    private final Map<String, Object> headers;
    private final @Nullable Position position;

    private @Nullable String id;
    private boolean numericId;
    private boolean unnamed;
    private byte @Nullable [] content;

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
        this.body = body;
        this.headers = headers;
        this.position = position;
    }

    public @Nullable Object body() {
        return body;
    }

    public Map<String, Object> headers() {
        return headers;
    }

    public @Nullable Position position() {
        return position;
    }

    /** The key that answers name it by; null as long as nobody has read one. */
    public @Nullable String id() {
        return id;
    }

    /** Whether the id is a number, and so is written without quotes. */
    public boolean numericId() {
        return numericId;
    }

    public void identify(String newId, boolean numeric) {
        id = newId;
        numericId = numeric;
        unnamed = false;
    }

    /** No id stands in it: it is known by what its source knows it by, or by where it stands, if it stands anywhere. */
    public void identifyByPlace() {
        if (position != null) {
            String known = position.ownId();
            id = known == null ? position.nameWithoutId() : known;
            numericId = known == null && position.isNumbered();
            unnamed = known == null;
        }
    }

    /** The id that it has of its own; null: none. */
    @Nullable
    String ownId() {
        return unnamed ? null : id;
    }

    /** The id by which the results of its source name it; null as long as nobody has read one. */
    public @Nullable String resultId() {
        return unnamed && position != null ? position.nameInSource() : id;
    }

    /** Whether that is a number, and so is written without quotes. */
    public boolean numericResultId() {
        return unnamed && position != null ? position.isNumberedInSource() : numericId;
    }

    /** The bytes that stand for it in a request; null as long as nobody has read it. */
    public byte @Nullable [] content() {
        return content;
    }

    /** Its {@link #content()}, of an item that was read. */
    public byte[] wire() {
        return Objects.requireNonNull(content, "the item was not read");
    }

    public void content(byte[] bytes) {
        content = bytes;
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
        Object own = headers.get(CallerIds.TRACEPARENT);
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

    int permits() {
        return permitsOf(body);
    }

    /** The room that an item of this body takes at the gate: one permit for each 16 KiB begun. */
    public static int permitsOf(@Nullable Object body) {
        int bytes = 0;
        if (body instanceof byte[] b) {
            bytes = b.length;
        } else if (body instanceof CharSequence s) {
            bytes = s.length();
        }
        return 1 + Math.max(0, bytes - 1) / BYTES_PER_PERMIT;
    }
}
