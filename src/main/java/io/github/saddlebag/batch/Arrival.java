package io.github.saddlebag.batch;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Items on their way into a batch: the body of what {@code from: batch:} emits. {@link BatchStrategy} takes from the
 * front what fits; what is left is emitted again.
 */
public final class Arrival implements Iterable<Item> {

    private final BatchHub hub;
    private final Deque<Item> items;

    Arrival(BatchHub hub, Collection<Item> items) {
        this.hub = hub;
        this.items = new ArrayDeque<>(items);
    }

    /** The first item that has no fate yet, or null; those in front of it that have one are let go. */
    @Nullable
    Item peek() {
        Item first = items.peekFirst();
        while (first != null && first.fate() != null) {
            items.removeFirst();
            hub.letGo(first, hub);
            first = items.peekFirst();
        }
        return first;
    }

    BatchHub hub() {
        return hub;
    }

    void remove() {
        items.removeFirst();
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
