package io.github.saddlebag.batch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Lets one item of an id be under way at a time, in the order in which they came: the others stand in a line behind it,
 * and those of other ids pass them. An item is first until nobody holds it any more, however often it is put back. Items
 * come and leave many at a time.
 */
final class Lines {

    /** Of each source those who are first, by what has an order of its own. */
    private final Map<String, Map<String, Item>> first = new HashMap<>();

    private final AtomicLong places = new AtomicLong();

    /**
     * Takes out those that may not go on now: each has the last place in the line of its id.
     *
     * @param ordered which of them have an order
     * @return whether there were some
     */
    synchronized boolean lineUp(Collection<Item> items, Predicate<Item> ordered) {
        return items.removeIf(item -> item.fate() == null && ordered.test(item) && !lineUp(item));
    }

    private boolean lineUp(Item item) {
        Position position = item.position();
        String id = position == null ? item.ownId() : position.orderedBy(item.ownId());
        if (id == null || item.order() != null) {
            // it cannot be told from others; or it had its turn already and comes again
            return true;
        }
        item.order(id);
        Item before = first.computeIfAbsent(source(item), s -> new HashMap<>()).putIfAbsent(id, item);
        if (before == null) {
            return true;
        }
        Deque<Item> line = before.line();
        if (line == null) {
            line = new ArrayDeque<>(2);
            before.line(line);
        }
        line.addLast(item);
        places.addAndGet(item.permits());
        return false;
    }

    private static String source(Item item) {
        Position position = item.position();
        return position == null ? "" : position.orderedIn();
    }

    /** Nobody holds these items any more. Returns whose turn it is now, where the source of the one before agrees. */
    List<Item> leave(List<Item> items) {
        List<Item> next = new ArrayList<>(0);
        synchronized (this) {
            for (Item item : items) {
                Position position = item.position();
                if (position == null || !position.keepsTurn()) {
                    over(item, next);
                }
            }
        }
        return next;
    }

    /** Returns whose turn it is now: one who waited, or nobody. */
    List<Item> turnIsOver(Item item) {
        List<Item> next = new ArrayList<>(0);
        synchronized (this) {
            over(item, next);
        }
        return next;
    }

    private void over(Item item, List<Item> next) {
        String id = item.order();
        Map<String, Item> ofSource = id == null ? null : first.get(source(item));
        Item before = ofSource == null ? null : ofSource.remove(id);
        if (ofSource == null || before == null) {
            return;
        }
        if (before != item) {
            ofSource.put(id, before);
            return;
        }
        Deque<Item> line = item.line();
        Item second = line == null ? null : line.pollFirst();
        if (second != null) {
            places.addAndGet(-second.permits());
            second.line(line);
            ofSource.put(id, second);
            next.add(second);
        } else if (ofSource.isEmpty()) {
            first.remove(source(item));
        }
    }

    /** Takes out those of a kind who wait. Those who are first stay. */
    List<Item> removeWaiting(Predicate<Item> kind) {
        List<Item> waiting = new ArrayList<>();
        synchronized (this) {
            for (Map<String, Item> ofSource : first.values()) {
                for (Item item : ofSource.values()) {
                    Deque<Item> line = item.line();
                    if (line != null) {
                        line.removeIf(behind -> kind.test(behind) && waiting.add(behind));
                    }
                }
            }
        }
        waiting.forEach(item -> places.addAndGet(-item.permits()));
        return waiting;
    }

    /** The room at the gate that those take who wait. */
    long places() {
        return places.get();
    }
}
