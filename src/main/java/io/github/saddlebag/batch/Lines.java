package io.github.saddlebag.batch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets one item of an id be under way at a time, in the order in which they came: the others stand in a line behind it,
 * and those of other ids pass them. An item is first until nobody holds it any more, however often it is put back.
 */
final class Lines {

    private final Map<Key, Item> first = new ConcurrentHashMap<>();
    private final AtomicLong places = new AtomicLong();

    /** What has an order of its own: an id of one source. */
    static final class Key {
        private final String source;
        private final String id;

        private Key(String source, String id) {
            this.source = source;
            this.id = id;
        }

        @Override
        public int hashCode() {
            return 31 * source.hashCode() + id.hashCode();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && id.equals(key.id) && source.equals(key.source);
        }
    }

    /** Whether the item may go on now; otherwise it has the last place in the line of its id. */
    boolean lineUp(Item item) {
        Position position = item.position();
        String id = position == null ? item.id() : position.orderedBy(item.id());
        if (id == null || item.key() != null) {
            // it cannot be told from others; or it had its turn already and comes again
            return true;
        }
        Key key = new Key(position == null ? "" : position.source(), id);
        item.key(key);
        if (first.putIfAbsent(key, item) == null) {
            return true;
        }
        Item now = first.compute(key, (k, before) -> {
            if (before == null) {
                return item;
            }
            Deque<Item> line = before.line();
            if (line == null) {
                line = new ArrayDeque<>(2);
                before.line(line);
            }
            line.addLast(item);
            places.addAndGet(item.permits());
            return before;
        });
        return now == item;
    }

    /** Nobody holds the item any more. Returns whose turn it is now, if somebody waited and the item's source agrees. */
    @Nullable
    Item leave(Item item) {
        Position position = item.position();
        return position != null && position.keepsTurn() ? null : turnIsOver(item);
    }

    /** Returns whose turn it is now, if somebody waited. */
    @Nullable
    Item turnIsOver(Item item) {
        Key key = item.key();
        if (key == null) {
            return null;
        }
        Item[] next = {null};
        first.computeIfPresent(key, (k, before) -> {
            if (before != item) {
                return before;
            }
            Deque<Item> line = item.line();
            Item second = line == null ? null : line.pollFirst();
            if (second != null) {
                places.addAndGet(-second.permits());
                second.line(line);
                next[0] = second;
            }
            return second;
        });
        return next[0];
    }

    /** Takes out those of a kind who wait. Those who are first stay. */
    List<Item> removeWaiting(Predicate<Item> kind) {
        List<Item> waiting = new ArrayList<>();
        for (Key key : first.keySet()) {
            first.computeIfPresent(key, (k, before) -> {
                Deque<Item> line = before.line();
                if (line != null) {
                    line.removeIf(item -> kind.test(item) && waiting.add(item));
                }
                return before;
            });
        }
        waiting.forEach(item -> places.addAndGet(-item.permits()));
        return waiting;
    }

    /** The room at the gate that those take who wait. */
    long places() {
        return places.get();
    }
}
