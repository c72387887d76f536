package io.github.saddlebag.batch;

import io.github.saddlebag.memory.RoomUser;
import io.github.saddlebag.stats.Cause;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is in a {@link Batch}: which items fit, what they take, and what they ask for together. */
abstract class BatchItems {

    final BatchHub hub;
    final List<Item> items;
    private final Set<String> ids;
    private long bytes;
    private int places;
    private volatile int urgency = Position.Urgency.values().length - 1;
    private @Nullable Cause cause;

    BatchItems(BatchHub hub, int expected) {
        this.hub = hub;
        items = new ArrayList<>(expected);
        ids = new HashSet<>(expected * 2);
    }

    /** All items, settled or not, in the order in which they came. */
    public final List<Item> items() {
        return Collections.unmodifiableList(items);
    }

    /** The items that still wait for a fate: those which a request is written for. */
    public final List<Item> unsettled() {
        List<Item> open = new ArrayList<>(items.size());
        for (Item item : items) {
            if (item.fate() == null) {
                open.add(item);
            }
        }
        return open;
    }

    /** Whether every item has an id and none stands twice. */
    public final boolean hasUniqueIds() {
        return ids.size() == items.size();
    }

    public final int size() {
        return items.size();
    }

    /** The size of its items on the wire, with what separates them. */
    public final long bytes() {
        return bytes;
    }

    public final boolean isFull() {
        return cause != null;
    }

    /** How urgent the most urgent of its items is, the smaller the more. */
    public final int urgency() {
        return urgency;
    }

    /** The room at the gate that its items take. */
    public final int places() {
        return places;
    }

    public final BatchHub hub() {
        return hub;
    }

    public final RoomUser.Line line() {
        return hub;
    }

    /** Why it left; stays as it is where that is known already. */
    public final void leaves(Cause why) {
        if (cause == null) {
            cause = hub.isStopping() || hub.isEnding() || hub.isHeld() ? Cause.STOP : why;
        }
    }

    final Cause cause() {
        return cause == null ? Cause.STOP : cause;
    }

    final void take(Arrival arrival, BatchSize limits, boolean uniqueIds) {
        Item next = arrival.peek();
        while (next != null && cause == null) {
            long size = limits.wireBytes(next);
            String itemId = next.id();
            boolean fits = items.isEmpty() || limits.fits(items.size() + 1, bytes + size);
            boolean isFirst = fits && itemId != null && ids.add(itemId);
            if (!fits || itemId != null && !isFirst && uniqueIds) {
                cause = fits ? Cause.KEY : limits.over(items.size() + 1);
                arrival.moved();
                return;
            }
            arrival.remove();
            if (next.handOver(hub, this)) {
                put(next, size);
            } else if (isFirst) {
                ids.remove(itemId);
            }
            cause = limits.fits(items.size() + 1, bytes) ? null : limits.over(items.size() + 1);
            next = arrival.peek();
        }
    }

    final void add(Item item, long size) {
        put(item, size);
        if (item.id() != null) {
            ids.add(item.id());
        }
    }

    private void put(Item item, long size) {
        items.add(item);
        bytes += size;
        places += item.permits();
        urgency = Math.min(urgency, hub.urgency(item));
    }

    /** Whether it holds an item that has a source, which can wait. */
    public final boolean canWait() {
        for (Item item : items) {
            if (item.position() != null && item.fate() == null) {
                return true;
            }
        }
        return false;
    }

    private boolean isReadOn() {
        for (Item item : items) {
            Position position = item.position();
            if (position != null && position.isReadOn()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the sources of all items that still wait for a fate bring them again at the next start; or the items are kept
     * here, until the routes are there that are about to be put in the place of these.
     */
    public final boolean comesAgain() {
        if (hub.isHeld()) {
            return true;
        }
        for (Item item : items) {
            Parked parked = item.parked();
            if (item.fate() == null && (parked == null || !parked.comesAgain())) {
                return false;
            }
        }
        return true;
    }

    /** Whether no items are under way but those that take so much room, and none wait to come in. */
    public final boolean isAll(int permits) {
        return hub.waiting() == 0 && hub.inFlight() <= permits;
    }

    /** Whether no items are under way but those that take so much room, and others are to come in after them. */
    public final boolean areInTheWay(int permits) {
        return hub.inFlight() <= permits && (hub.waiting() > 0 || 2L * permits >= hub.capacity() || isReadOn());
    }
}
