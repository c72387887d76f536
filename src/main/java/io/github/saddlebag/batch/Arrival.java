package io.github.saddlebag.batch;

import io.github.saddlebag.aggregate.BatchStrategy;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Items on their way into a batch: the body of what {@code from: batch:} emits. {@link BatchStrategy} takes from the
 * front what fits; what is left is emitted again.
 */
public final class Arrival implements Iterable<Item> {

    private final BatchHub hub;
    private final Deque<Item> items;
    private boolean moved;

    Arrival(BatchHub hub, Collection<Item> items) {
        this.hub = hub;
        this.items = new ArrayDeque<>(items);
    }

    /** The first item that has no fate yet, or null; those in front of it that have one are let go. */
    @Nullable
    public Item peek() {
        Item first = items.peekFirst();
        while (first != null && first.fate() != null) {
            remove();
            hub.letGo(first, hub);
            first = items.peekFirst();
        }
        return first;
    }

    /** Takes out, and leaves to the hub, what has to wait for an earlier item of its id. */
    public void lineUp(Predicate<Item> ordered) {
        moved |= hub.lines().lineUp(items, ordered);
    }

    public BatchHub hub() {
        return hub;
    }

    void remove() {
        items.removeFirst();
        moved = true;
    }

    /** The open batch is closed because the first item does not fit: emitted again, it opens the next one. */
    void moved() {
        moved = true;
    }

    /** Whether it is worth to emit it again: something was taken, or room was made, since this was asked last. */
    boolean hasMoved() {
        boolean had = moved;
        moved = false;
        return had;
    }

    /** How many are left. */
    public int size() {
        return items.size();
    }

    @Override
    public Iterator<Item> iterator() {
        return items.iterator();
    }

    @Override
    public String toString() {
        return items.size() + " items for batch:" + hub.name();
    }
}
