package io.github.saddlebag.batch;

import io.github.saddlebag.support.Unrecoverable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Items that go again after a while. Those that are due at about the same time come back together: one by one, each
 * would open a batch that leaves almost empty.
 */
public final class Returns {

    /** What is due at once comes back together too, in the order in which it was told to. */
    private static final long LEAST_APART = TimeUnit.MILLISECONDS.toNanos(4);

    private final Set<Item> waiting = ConcurrentHashMap.newKeySet();
    private final Map<Long, List<Item>> waves = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer;
    private final Consumer<List<Item>> back;

    /** @param back told which items are due, on the timer's thread */
    Returns(ScheduledExecutorService timer, Consumer<List<Item>> back) {
        this.timer = timer;
        this.back = back;
    }

    /** Keeps an item for the delay, and until the next wave: at most as long again, or 4 ms. */
    void add(Item item, Duration delay) {
        waiting.add(item);
        long apart = Math.max(LEAST_APART, Long.highestOneBit(delay.toNanos()));
        long due = -Math.floorDiv(-(System.nanoTime() + delay.toNanos()), apart) * apart;
        waves.compute(due, (at, wave) -> {
            List<Item> items = wave == null ? open(at) : wave;
            items.add(item);
            return items;
        });
    }

    private List<Item> open(long due) {
        timer.schedule(Unrecoverable.told(() -> comeBack(due)), due - System.nanoTime(), TimeUnit.NANOSECONDS);
        return new ArrayList<>();
    }

    private void comeBack(long due) {
        List<Item> wave = waves.remove(due);
        if (wave != null) {
            back.accept(wave.stream().filter(waiting::remove).toList());
        }
    }

    /** Takes an item out before it is due. False: it is not here any more. */
    boolean remove(Item item) {
        return waiting.remove(item);
    }

    /** Takes out those of a kind that wait. */
    List<Item> removeAll(Predicate<Item> kind) {
        return waiting.stream().filter(kind).filter(waiting::remove).toList();
    }
}
