package io.github.saddlebag.batch;

import io.github.saddlebag.memory.RoomUser;
import io.github.saddlebag.stats.Reason;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.support.Unrecoverable;
import io.github.saddlebag.trace.Span;
import io.github.saddlebag.trace.Spans;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The items of one request, and their holder while it is under way: what is decided of them, and their end.
 *
 * <p>Filled under the aggregator's lock, then used by one thread at a time.
 */
public final class Batch extends BatchItems implements RoomUser {

    private static final Failure NO_ANSWER =
            new Failure(Reason.NO_ANSWER, "No answer for this item: its batch ended without one.");

    private final String key;
    private final long openedNanos = System.nanoTime();
    private final String id;
    private @Nullable Batch whole;
    private boolean taken;
    private volatile boolean written;
    private @Nullable Failure verdict;
    private boolean givenBack;
    private @Nullable Call call;
    private @Nullable Span span;

    public Batch(String id, BatchHub hub, String key, int expected) {
        super(hub, expected);
        this.id = id;
        this.key = key;
    }

    /** Its name in messages and dead letters. */
    public String id() {
        return id;
    }

    /** The {@code batch:} endpoint that it belongs to. */
    public String name() {
        return hub.name();
    }

    /** What its items have in common, {@link BatchConstants#NO_KEY} where nothing was asked for. */
    public String key() {
        return key;
    }

    /** A request of it was written: what it holds may be on its way from now on. */
    public void written() {
        root().written = true;
    }

    boolean isWritten() {
        return written;
    }

    /** It leaves, where the host traces. */
    void begin(Spans spans) {
        Set<String> contexts = items.stream()
                .map(Item::traceparent)
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        span = spans.batch(name(), id, size(), cause().tag(), contexts);
    }

    /** What its requests are children of in the host's traces: its own span, or its only item's. Null: there is none. */
    public @Nullable String traceparent() {
        Span own = root().span;
        return own != null
                ? own.traceparent()
                : items.isEmpty() ? null : items.get(0).traceparent();
    }

    /** What is known of its last call; goes with every fate that is given from now on. */
    public void called(Call lastCall) {
        call = lastCall;
    }

    public @Nullable Call call() {
        return call;
    }

    /** Decides, for good, why the items fail that have no answer when the batch's exchange ends. */
    public void decide(Failure failure) {
        verdict = failure;
    }

    /** Gives its unfinished items back when its exchange ends: neither done nor failed. */
    public void giveBack() {
        givenBack = true;
    }

    /**
     * Whether no request is to be begun for it any more: the runtime stops, and all its items come again at the next
     * start. Callers, who do not come again, are still served.
     */
    public boolean isLeftForNextStart() {
        return hub.isHeld() || hub.isEnding() && comesAgain();
    }

    /** Whether this holds of the batch of the exchange. */
    public static boolean comesAgain(Exchange exchange) {
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        return batch == null || batch.comesAgain();
    }

    /** @throws StoppedException the batch of the exchange is left for the next start */
    public static void refuseWhatIsLeft(Exchange exchange) throws StoppedException {
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        if (batch != null && batch.isLeftForNextStart()) {
            throw batch.hub.stopped();
        }
    }

    /** When it was opened, of {@link System#nanoTime}. */
    public long openedNanos() {
        return openedNanos;
    }

    /** Takes from the front of {@code arrival} what fits. */
    public void takeFrom(Arrival arrival, BatchSize limits, boolean uniqueIds) {
        int before = items.size();
        take(arrival, limits, uniqueIds);
        if (before > 0 && items.size() > before) {
            hub.stats().joined(id, System.nanoTime() - openedNanos, items.size() - before);
        }
    }

    /** A batch of the first item of {@code arrival}, which has one; empty where somebody else holds that item. */
    public static Batch ofFirst(String id, String key, Arrival arrival, BatchSize limits) {
        Item first = Objects.requireNonNull(arrival.peek());
        Batch batch = new Batch(id, arrival.hub(), key, 1);
        arrival.remove();
        if (first.handOver(arrival.hub(), batch)) {
            batch.add(first, limits.wireBytes(first));
        }
        return batch;
    }

    /**
     * Moves some of its items into a batch of their own, which holds them from now on.
     *
     * @param some items of this batch
     * @param number tells the parts of a batch apart
     */
    public Batch part(List<Item> some, int number, BatchSize limits) {
        Batch part = new Batch(id + "." + number, hub, key, some.size());
        part.whole = this;
        for (Item item : some) {
            if (item.handOver(this, part)) {
                part.add(item, limits.wireBytes(item));
            }
        }
        return part;
    }

    /** Gives its items back to the batch that it is a part of, which may make a part of them again. */
    public void handBack() {
        for (Item item : items) {
            item.handOver(this, Objects.requireNonNull(whole, "it is no part"));
        }
    }

    /** Puts an item back, for a later batch, after a while. False: it is not held by this one any more. */
    public boolean putBack(Item item, Duration delay) {
        return hub.putBack(item, this, delay);
    }

    /** Fails those of its items that have no source which could wait: their callers are told at once. */
    public void failCallers(Failure failure) {
        for (Item item : items) {
            if (item.position() == null && item.fate() == null) {
                item.fail(failure, call);
            }
        }
    }

    /** The batch that it is a part of, however often it was cut, or itself. */
    public Batch root() {
        Batch root = this;
        while (root.whole != null) {
            root = root.whole;
        }
        return root;
    }

    /** Whether it, or the batch that it is a part of, has this item. */
    @Override
    public boolean holds(@Nullable Object item) {
        for (Item each : root().items) {
            if (each == item) {
                return true;
            }
        }
        return false;
    }

    /** The room that its items take, and those of the batch that it is a part of. */
    public int permits() {
        Batch root = root();
        return root.items.stream()
                .filter(item -> item.fate() == null || item.isHeldBy(root))
                .mapToInt(Item::permits)
                .sum();
    }

    /** The endpoint took the batch as a whole, whatever it said of its items. */
    public void taken() {
        taken = true;
    }

    public boolean wasTaken() {
        return taken;
    }

    /** The batch's exchange is over: whatever it still holds gets its fate, or is given back. */
    public void close(@Nullable Throwable error) {
        Unrecoverable.report(error);
        Failure failure = verdict;
        boolean giveBack = givenBack || failure == null && (hub.isStopping() || isStop(error));
        if (giveBack && hub.isHeld() && !hub.isStopping()) {
            keepForNextRoutes();
        }
        if (failure == null) {
            failure = error == null ? NO_ANSWER : new Failure(Reason.INTERNAL, reasonOf(error));
        }
        Span begun = span;
        if (begun != null) {
            begun.end(
                    giveBack
                            ? "stopped"
                            : error == null && verdict == null
                                    ? null
                                    : failure.kind().tag());
        }
        int permits = 0;
        List<Item> held = new ArrayList<>(items.size());
        for (Item item : items) {
            if (item.handOver(this, null)) {
                permits += item.permits();
                held.add(item);
            }
        }
        List<Item> next = hub.lines().leave(held);
        for (Item item : held) {
            if (item.fate() == null) {
                Parked parked = item.parked();
                if (giveBack && parked != null) {
                    parked.giveBack(List.of(item), hub.stopped());
                } else {
                    item.fail(failure, call);
                }
            }
        }
        hub.release(permits);
        hub.takeTurns(next);
        hub.letGoIfNothingCanJoin();
        // another one may be the first now
        hub.memory().wake();
    }

    /** What waits for its outcome goes back to where it came from; places, lines and order stay as they are. */
    private void keepForNextRoutes() {
        hub.takeBack(items.stream()
                .filter(item -> item.fate() == null && item.parked() != null && item.handOver(this, hub))
                .toList());
    }

    public static boolean isStop(@Nullable Throwable error) {
        return error instanceof StoppedException || error instanceof RejectedExecutionException;
    }

    private static String reasonOf(Throwable error) {
        String message = error.getMessage();
        String type = error.getClass().getSimpleName();
        return message == null || message.isBlank() ? type : type + ": " + message;
    }

    @Override
    public String toString() {
        return "batch " + id + " of " + items.size() + " items";
    }
}
