package io.github.saddlebag.batch;

import io.github.saddlebag.support.CallerIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/**
 * An exchange that waits for the fates of its items. It goes on once: with them, or given back. Those of a list may go on
 * ahead of it in {@link PartWay parts}, as they come; then the list itself has only the rest.
 */
final class Parked {

    /** Answers that are smaller are not worth it to wait for their delivery. */
    private static final long LARGE = 16 * 1024;

    private final BatchHub hub;
    private final Exchange exchange;
    private final AsyncCallback callback;
    /** Null where an item's outcome has gone on already: it is not kept in memory for the sake of the others. */
    private final @Nullable Item[] items;

    private final @Nullable Position source;
    private final boolean list;
    private final @Nullable PartWay parts;
    private final long sinceNanos = System.nanoTime();
    private final @Nullable String traceparent;
    private final AtomicInteger left;
    /** What its answers take in memory. */
    private final AtomicLong held = new AtomicLong();

    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicBoolean partDue = new AtomicBoolean();
    private final List<Runnable> whenDone = new ArrayList<>(0);
    private volatile boolean emitted;
    private volatile long replyByNanos;
    private @Nullable Part underWay;
    /** Parts that wait for something to come back. */
    private int heldUp;

    private boolean over;
    private volatile boolean undelivered;
    private @Nullable Exception problem;

    /** @param list whether the message was a list of items, and goes on as a list of outcomes */
    Parked(BatchHub hub, Exchange exchange, AsyncCallback callback, List<Item> items, boolean list) {
        this(hub, exchange, callback, items, list, null);
    }

    /** @param parts where outcomes of a list go that are there before the others; null: they wait for them */
    Parked(
            BatchHub hub,
            Exchange exchange,
            AsyncCallback callback,
            List<Item> items,
            boolean list,
            @Nullable PartWay parts) {
        this.hub = hub;
        this.exchange = exchange;
        this.callback = callback;
        this.items = items.toArray(new Item[0]);
        this.source = items.isEmpty() ? null : items.get(items.size() - 1).position();
        this.list = list;
        this.parts = list ? parts : null;
        this.traceparent = hub.tracing().spans() == null
                ? null
                : CallerIds.valid(CallerIds.TRACEPARENT, exchange.getMessage().getHeader(CallerIds.TRACEPARENT));
        // one more than there are items: begin() takes it, so that nothing goes on before it is parked
        this.left = new AtomicInteger(items.size() + 1);
        for (Item item : items) {
            Outcome fate = item.park(this);
            if (fate != null) {
                left.decrementAndGet();
                hold(fate);
            }
        }
    }

    private void hold(Outcome fate) {
        long bytes = Memory.of(fate.answer());
        if (bytes > 0) {
            held.addAndGet(bytes);
            hub.memory().add(bytes);
        }
    }

    private void drop() {
        long bytes = held.getAndSet(0);
        if (bytes > 0) {
            hub.memory().remove(bytes);
        }
    }

    private void drop(List<Outcome> some) {
        long bytes = 0;
        for (Outcome outcome : some) {
            bytes += Memory.of(outcome.answer());
            outcome.item().delivered();
        }
        if (bytes > 0) {
            held.addAndGet(-bytes);
            hub.memory().remove(bytes);
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
        for (Item item : unsettled()) {
            if (item.position() != null) {
                return false;
            }
        }
        return true;
    }

    boolean isDone() {
        return done.get();
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

    void emitted() {
        emitted = true;
    }

    /** Whether a batch holds one of its items. */
    synchronized boolean isUnderWay() {
        for (Item item : items) {
            if (item != null && item.isInBatch()) {
                return true;
            }
        }
        return false;
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
        synchronized (whenDone) {
            if (!done.get()) {
                whenDone.add(task);
                return;
            }
        }
        task.run();
    }

    /** One of its items got its fate. */
    void settled(Outcome fate) {
        hold(fate);
        if (parts == null && done.get()) {
            // given back meanwhile: nobody takes it
            drop();
        }
        settled();
    }

    private void settled() {
        if (left.decrementAndGet() == 0) {
            end();
        } else if (parts != null) {
            nextPart();
        }
    }

    /** Ends it with an exception and without fates: a stop, or a full gate. False: it was over already. */
    boolean giveBack(Exception why) {
        if (parts != null) {
            return giveBack(unsettled(), why);
        }
        if (!done.compareAndSet(false, true)) {
            return false;
        }
        runWhenDone();
        for (Item item : items) {
            Objects.requireNonNull(item).giveBack();
        }
        hub.stats().ended(0, items.length);
        drop();
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
                failed(why);
                settled();
            }
        }
        return any;
    }

    private void end() {
        boolean rest;
        synchronized (this) {
            over = true;
            if (underWay != null) {
                return;
            }
            rest = heldUp > 0;
        }
        if (rest) {
            // it does not wait for those before it
            hub.partSoon(this);
        } else if (done.compareAndSet(false, true)) {
            runWhenDone();
            hub.resume(this, this::last);
        }
    }

    /** Outcomes that went on together. */
    private final class Part {
        private final List<Outcome> outcomes;
        private boolean isHeldUp;

        private Part(List<Outcome> outcomes) {
            this.outcomes = outcomes;
        }

        private void send(PartWay way) {
            way.send(exchange, outcomes, this::holdUp, this::done);
        }

        private void holdUp() {
            synchronized (Parked.this) {
                if (underWay != this) {
                    return;
                }
                underWay = null;
                isHeldUp = true;
                heldUp++;
            }
            nextPart();
        }

        private void done(@Nullable Exception error) {
            drop(outcomes);
            if (error != null) {
                undelivered = true;
                failed(error);
            }
            boolean all;
            synchronized (Parked.this) {
                if (isHeldUp) {
                    heldUp--;
                } else {
                    underWay = null;
                }
                all = over && underWay == null && heldUp == 0;
            }
            if (all) {
                end();
            } else {
                nextPart();
            }
        }
    }

    private void nextPart() {
        if (partDue.compareAndSet(false, true)) {
            hub.partSoon(this);
        }
    }

    /** Sends on what has its fate by now, ahead of the others; not if such a part is under way, and not held up. */
    void part() {
        Part part;
        synchronized (this) {
            partDue.set(false);
            if (underWay != null || over && heldUp == 0) {
                return;
            }
            List<Outcome> some = takeFates();
            if (some.isEmpty()) {
                return;
            }
            part = new Part(some);
            underWay = part;
        }
        part.send(Objects.requireNonNull(parts));
    }

    private synchronized void failed(Exception error) {
        if (problem == null) {
            problem = error;
        }
    }

    private void last() {
        if (!list) {
            takeFate();
            goOn();
            return;
        }
        List<Outcome> rest = takeFates();
        Exception error = problem;
        if (error == null) {
            exchange.getMessage().setBody(rest);
            goOn();
        } else if (rest.isEmpty()) {
            failWith(error);
        } else {
            Objects.requireNonNull(parts).send(exchange, rest, () -> {}, more -> {
                undelivered |= more != null;
                drop();
                failWith(error);
            });
        }
    }

    private void failWith(Exception error) {
        if (!undelivered) {
            exchange.setProperty(BatchConstants.REST_GIVEN_BACK, true);
        }
        exchange.setException(error);
        goOn();
    }

    private void goOn() {
        if (held.get() >= LARGE) {
            exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange delivered) {
                    drop();
                }
            });
        } else {
            drop();
        }
        callback.done(false);
    }

    private void runWhenDone() {
        synchronized (whenDone) {
            whenDone.forEach(Runnable::run);
            whenDone.clear();
        }
    }

    private synchronized List<Outcome> takeFates() {
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
                    answered += count(fate);
                }
            }
        }
        hub.stats().ended(answered, returned);
        return outcomes;
    }

    /** @return 1: it is an answer, which is not counted yet */
    private int count(Outcome outcome) {
        Failure failure = outcome.failure();
        if (failure == null) {
            return 1;
        }
        hub.stats().fails(failure.kind());
        return 0;
    }

    private void takeFate() {
        Outcome outcome =
                Objects.requireNonNull(Objects.requireNonNull(items[0]).fate());
        exchange.setProperty(BatchConstants.OUTCOME, outcome);
        hub.stats().ended(count(outcome), 0);
        if (outcome.failure() != null) {
            exchange.setException(new ItemFailedException(outcome, outcome.failure()));
        } else {
            exchange.getMessage().setBody(outcome.answer());
        }
    }
}
