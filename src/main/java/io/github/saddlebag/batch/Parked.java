package io.github.saddlebag.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/** An exchange that waits for the fates of its items. It goes on once: with them, or given back. */
final class Parked {

    private final BatchHub hub;
    private final Exchange exchange;
    private final AsyncCallback callback;
    private final List<Item> items;
    private final boolean list;
    private final long sinceNanos = System.nanoTime();
    private final AtomicInteger left;
    private final AtomicBoolean done = new AtomicBoolean();
    private final List<Runnable> whenDone = new ArrayList<>(0);
    private volatile boolean emitted;

    /** @param list whether the message was a list of items, and goes on as a list of outcomes */
    Parked(BatchHub hub, Exchange exchange, AsyncCallback callback, List<Item> items, boolean list) {
        this.hub = hub;
        this.exchange = exchange;
        this.callback = callback;
        this.items = items;
        this.list = list;
        // one more than there are items: begin() takes it, so that nothing goes on before it is parked
        this.left = new AtomicInteger(items.size() + 1);
        for (Item item : items) {
            item.park(this);
            if (item.fate() != null) {
                left.decrementAndGet();
            }
        }
    }

    /** From now on it may go on; at once, where all items have their fate already. */
    void begin() {
        settled();
    }

    BatchHub hub() {
        return hub;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    boolean isDone() {
        return done.get();
    }

    /** Whether its items were handed to the consumer. */
    boolean isEmitted() {
        return emitted;
    }

    void emitted() {
        emitted = true;
    }

    List<Item> unsettled() {
        List<Item> open = new ArrayList<>(items.size());
        for (Item item : items) {
            if (item.fate() == null) {
                open.add(item);
            }
        }
        return open;
    }

    /** Runs the task once this is done; at once, where it is. */
    void whenDone(Runnable task) {
        synchronized (whenDone) {
            if (!done.get()) {
                whenDone.add(task);
                return;
            }
        }
        task.run();
    }

    /** One of its items got its fate. */
    void settled() {
        if (left.decrementAndGet() == 0 && done.compareAndSet(false, true)) {
            runWhenDone();
            hub.resume(this, this::takeFates);
        }
    }

    /** Ends it with an exception and without fates: a stop, or a full gate. False: it was over already. */
    boolean giveBack(Exception why) {
        if (!done.compareAndSet(false, true)) {
            return false;
        }
        runWhenDone();
        for (Item item : items) {
            item.giveBack();
        }
        hub.resume(this, () -> exchange.setException(why));
        return true;
    }

    void goOn() {
        callback.done(false);
    }

    private void runWhenDone() {
        synchronized (whenDone) {
            whenDone.forEach(Runnable::run);
            whenDone.clear();
        }
    }

    private void takeFates() {
        if (list) {
            List<Outcome> outcomes = new ArrayList<>(items.size());
            for (Item item : items) {
                outcomes.add(item.fate());
            }
            exchange.getMessage().setBody(outcomes);
            return;
        }
        Outcome outcome = Objects.requireNonNull(items.get(0).fate());
        exchange.setProperty(BatchConstants.OUTCOME, outcome);
        if (outcome.failure() != null) {
            exchange.setException(new ItemFailedException(outcome, outcome.failure()));
        } else {
            exchange.getMessage().setBody(outcome.answer());
        }
    }
}
