package io.github.saddlebag.batch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The items of one request, and their holder while it is under way.
 *
 * <p>Filled under the aggregator's lock, then used by one thread at a time.
 */
public final class Batch {

    private final BatchHub hub;
    private final String key;
    private final long openedNanos = System.nanoTime();
    private final List<Item> items;
    private final Set<String> ids;
    private String id = "";
    private long bytes;
    private boolean full;
    private @Nullable Failure verdict;
    private boolean givenBack;
    private @Nullable Call call;

    Batch(BatchHub hub, String key, int expected) {
        this.hub = hub;
        this.key = key;
        this.items = new ArrayList<>(expected);
        this.ids = new HashSet<>(expected * 2);
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

    /** All items, settled or not, in the order in which they came. */
    public List<Item> items() {
        return Collections.unmodifiableList(items);
    }

    /** The items that still wait for a fate: those which a request is written for. */
    public List<Item> unsettled() {
        List<Item> open = new ArrayList<>(items.size());
        for (Item item : items) {
            if (item.fate() == null) {
                open.add(item);
            }
        }
        return open;
    }

    /** Whether every item has an id and none stands twice. */
    public boolean hasUniqueIds() {
        return ids.size() == items.size();
    }

    public int size() {
        return items.size();
    }

    /** The size of its items on the wire, with what separates them. */
    public long bytes() {
        return bytes;
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

    void name(String newId) {
        id = newId;
    }

    BatchHub hub() {
        return hub;
    }

    boolean isFull() {
        return full;
    }

    long openedNanos() {
        return openedNanos;
    }

    /** Takes from the front of {@code arrival} what fits. */
    void takeFrom(Arrival arrival, BatchLimits limits) {
        Item next = arrival.peek();
        while (next != null && !full) {
            long size = limits.wireBytes(next);
            String itemId = next.id();
            boolean fits = items.isEmpty() || limits.fits(items.size() + 1, bytes + size);
            if (!fits || itemId != null && limits.uniqueIds() && ids.contains(itemId)) {
                full = true;
                arrival.moved();
                return;
            }
            arrival.remove();
            if (next.handOver(hub, this)) {
                items.add(next);
                bytes += size;
                if (itemId != null) {
                    ids.add(itemId);
                }
            }
            full = !limits.fits(items.size() + 1, bytes);
            next = arrival.peek();
        }
    }

    /** The batch's exchange is over: whatever it still holds gets its fate, or is given back. */
    void close(@Nullable Throwable error) {
        Failure failure = verdict;
        boolean giveBack = givenBack || failure == null && (hub.isStopping() || isStop(error));
        if (failure == null) {
            failure = error == null ? NO_ANSWER : new Failure(reasonOf(error));
        }
        int permits = 0;
        for (Item item : items) {
            if (!item.handOver(this, null)) {
                continue;
            }
            permits += item.permits();
            if (item.fate() == null) {
                Parked parked = item.parked();
                if (giveBack && parked != null) {
                    parked.giveBack(hub.stopped());
                } else {
                    item.fail(failure, call);
                }
            }
        }
        hub.release(permits);
    }

    @Override
    public String toString() {
        return "batch " + id + " of " + items.size() + " items";
    }

    private static final Failure NO_ANSWER = new Failure("No answer for this item: its batch ended without one.");

    static boolean isStop(@Nullable Throwable error) {
        return error instanceof StoppedException || error instanceof RejectedExecutionException;
    }

    private static String reasonOf(Throwable error) {
        String message = error.getMessage();
        String type = error.getClass().getSimpleName();
        return message == null || message.isBlank() ? type : type + ": " + message;
    }
}
