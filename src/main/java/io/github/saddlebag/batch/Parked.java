package io.github.saddlebag.batch;

import io.github.saddlebag.memory.HeldAnswers;
import io.github.saddlebag.support.CallerIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * An exchange that waits for the fates of its items. It goes on once: with them, or given back. Those of a list may go on
 * ahead of it in {@link ParkedParts parts}, as they come; then the list itself has only the rest.
 */
final class Parked {

    private final BatchHub hub;
    private final Exchange exchange;
    private final AsyncCallback callback;
    /** Null where an item's outcome has gone on already: it is not kept in memory for the sake of the others. */
    private final @Nullable Item[] items;

    private final @Nullable Position source;
    private final boolean list;
    private final @Nullable ParkedParts parts;
    private final long sinceNanos = System.nanoTime();
    private final @Nullable String traceparent;
    private final AtomicInteger left;
    private final HeldAnswers held;
    private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    private volatile boolean emitted;
    private volatile long replyByNanos;

    /**
     * @param list whether the message was a list of items, and goes on as a list of outcomes
     * @param partsTo where outcomes of a list go that are there before the others; null: they wait for them
     */
    Parked(
            BatchHub hub,
            Exchange exchange,
            AsyncCallback callback,
            List<Item> items,
            boolean list,
            @Nullable AsyncProducer partsTo) {
        this.hub = hub;
        this.held = new HeldAnswers(hub.memory());
        this.exchange = exchange;
        this.callback = callback;
        this.items = items.toArray(new Item[0]);
        this.source = items.isEmpty() ? null : items.get(items.size() - 1).position();
        this.list = list;
        this.parts = list && partsTo != null ? new ParkedParts(this, held, exchange, partsTo) : null;
        this.traceparent = hub.tracing().spans() == null
                ? null
                : CallerIds.valid(CallerIds.TRACEPARENT, exchange.getMessage().getHeader(CallerIds.TRACEPARENT));
        // one more than there are items: begin() takes it, so that nothing goes on before it is parked
        this.left = new AtomicInteger(items.size() + 1);
        for (Item item : items) {
            Outcome fate = item.park(this);
            if (fate != null) {
                left.decrementAndGet();
                held.hold(fate.answer());
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

    /** Its place in a trace as it was parked; null: in none, or nobody traces. */
    @Nullable
    String traceparent() {
        return traceparent;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    /** Its caller waits no longer than that. */
    void replyWithin(Duration timeout) {
        long by = System.nanoTime() + timeout.toNanos();
        replyByNanos = by == 0 ? 1 : by;
    }

    /** Whether its caller does not wait until then. */
    boolean isOver(long nanos) {
        long by = replyByNanos;
        return by != 0 && by - nanos < 0;
    }

    /** Whether it has no source that could wait. */
    boolean isCaller() {
        return unsettled().stream().allMatch(item -> item.position() == null);
    }

    boolean isDone() {
        return done.isDone();
    }

    /** Whether its source brings its items again at the next start: what goes on in parts is read, not called. */
    boolean comesAgain() {
        return parts != null;
    }

    /** Whether its items were handed to the consumer. */
    boolean isEmitted() {
        return emitted;
    }

    /** Whether nothing follows from where its items came from. */
    boolean isSourceEnded() {
        return source != null && source.isSourceEnded();
    }

    /** Whether nothing comes from there before others have their fate. */
    boolean isSourceWaiting() {
        return source != null && (source.isSourceWaiting() || source.isSourceEnded());
    }

    /** Whether its source takes it back. */
    boolean isTakenBack() {
        return source != null && source.isTakenBack();
    }

    void emitted() {
        emitted = true;
    }

    /** Whether a batch holds one of its items. */
    synchronized boolean isUnderWay() {
        return Arrays.stream(items).anyMatch(item -> item != null && item.isInBatch());
    }

    /** What its answers take, if they wait for each other. */
    long heldByList() {
        return parts == null ? held.get() : 0;
    }

    /** The first of its items that waits for its outcome; null: none does. */
    synchronized @Nullable Item firstUnsettled() {
        for (Item item : items) {
            if (item != null && item.fate() == null) {
                return item;
            }
        }
        return null;
    }

    synchronized List<Item> unsettled() {
        List<Item> open = new ArrayList<>(items.length);
        for (Item item : items) {
            if (item != null && item.fate() == null) {
                open.add(item);
            }
        }
        return open;
    }

    /** Runs the task once this is done; at once, where it is. */
    void whenDone(Runnable task) {
        done.thenRun(task);
    }

    /** One of its items got its fate. */
    void settled(Outcome fate) {
        held.hold(fate.answer());
        if (parts == null && done.isDone()) {
            // given back meanwhile: nobody takes it
            held.drop();
        }
        settled();
    }

    private void settled() {
        if (left.decrementAndGet() == 0) {
            if (parts == null || parts.areOver()) {
                end();
            }
        } else if (parts != null) {
            parts.next();
        }
    }

    /** Ends it with an exception and without fates: a stop, or a full gate. False: it was over already. */
    boolean giveBack(Exception why) {
        if (parts != null) {
            return giveBack(unsettled(), why);
        }
        if (!done.complete(null)) {
            return false;
        }
        for (Item item : items) {
            Objects.requireNonNull(item).giveBack();
        }
        hub.stats().ended(0, items.length);
        held.drop();
        hub.resume(this, () -> {
            exchange.setException(why);
            goOn();
        });
        return true;
    }

    /**
     * Gives back some of its items. Where others may go on without them, the rest is waited for; else it ends here.
     *
     * @return false: it was over already
     */
    boolean giveBack(List<Item> some, Exception why) {
        if (parts == null) {
            return giveBack(why);
        }
        boolean any = false;
        for (Item item : some) {
            if (item.giveBack()) {
                any = true;
                parts.failed(why);
                settled();
            }
        }
        return any;
    }

    /** It has all its fates, and nothing went on ahead that has not arrived. */
    void end() {
        if (done.complete(null)) {
            hub.resume(this, this::last);
        }
    }

    private void last() {
        if (!list) {
            takeFate();
            goOn();
        } else if (parts == null) {
            exchange.getMessage().setBody(takeFates());
            goOn();
        } else {
            parts.last(takeFates());
        }
    }

    /** Goes on at its end, with what its exchange has now. */
    void goOn() {
        held.dropAfter(exchange);
        callback.done(false);
    }

    /** What has its fate, and did not go on yet. */
    synchronized List<Outcome> takeFates() {
        List<Outcome> outcomes = new ArrayList<>(items.length);
        int answered = 0;
        int returned = 0;
        for (int i = 0; i < items.length; i++) {
            Item item = items[i];
            Outcome fate = item == null ? null : item.fate();
            if (fate != null) {
                items[i] = null;
                if (fate.givenBack()) {
                    returned++;
                } else {
                    outcomes.add(fate);
                    answered += hub.stats().fails(fate) ? 0 : 1;
                }
            }
        }
        hub.stats().ended(answered, returned);
        return outcomes;
    }

    private void takeFate() {
        Outcome outcome =
                Objects.requireNonNull(Objects.requireNonNull(items[0]).fate());
        exchange.setProperty(BatchConstants.OUTCOME, outcome);
        hub.stats().ended(hub.stats().fails(outcome) ? 0 : 1, 0);
        if (outcome.failure() != null) {
            exchange.setException(new ItemFailedException(outcome, outcome.failure()));
        } else {
            exchange.getMessage().setBody(outcome.answer());
        }
    }
}
