package io.github.saddlebag.aggregate;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Departures;
import io.github.saddlebag.batch.Departures.Departure;
import io.github.saddlebag.stats.Cause;
import io.github.saddlebag.support.DaemonThreads;
import io.github.saddlebag.support.Unrecoverable;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.processor.aggregate.AggregateController;
import org.apache.camel.processor.aggregate.AggregateProcessor;
import org.apache.camel.processor.aggregate.DefaultAggregateController;
import org.apache.camel.processor.aggregate.MemoryAggregationRepository;
import org.jspecify.annotations.Nullable;

/**
 * The open batches of an Aggregator EIP, each with one timer: a batch leaves when its <em>oldest</em> item has waited
 * {@code maxWait}, or later where it could not be sent yet: until then it takes what comes. To be named as {@code aggregationRepository} and as {@code aggregateController}.
 *
 * <p>Camel's {@code completionTimeout} is idle time and is checked once a second. Here a timer is armed when a batch
 * opens and cancelled when it closes; nothing runs while nothing waits. All repository methods are called under the
 * aggregator's lock, so a timer can tell whether the open batch is still its own. Not for an aggregator with a
 * synchronous executor: the timer would run the batch under that lock.
 */
public final class BatchGroups extends MemoryAggregationRepository implements AggregateController {

    private final Map<String, Group> open = new ConcurrentHashMap<>();
    private final ThreadLocal<@Nullable Group> due = new ThreadLocal<>();
    private final DefaultAggregateController aggregator = new DefaultAggregateController();
    private final Runnable leaveNow = this::allAreDue;
    private final String name;
    private final Duration maxWait;
    private final Executor calls;
    private final @Nullable Departures departures;
    private volatile @Nullable ScheduledExecutorService timers;

    /**
     * @param name what the thread is called that finds out what is due
     * @param maxWait how long the first item of a batch waits for company
     * @param calls the pool that batches run on; while others wait there, a batch that is due stays open
     * @param departures says when a batch could be sent; until then one that is due stays open
     */
    public BatchGroups(String name, Duration maxWait, Executor calls, @Nullable Departures departures) {
        this.name = name;
        this.maxWait = maxWait;
        this.calls = calls;
        this.departures = departures;
    }

    private static final class Group {
        private final @Nullable Batch batch;
        private volatile Cause cause = Cause.AGE;
        private @Nullable ScheduledFuture<?> timer;
        private boolean isDue;
        private boolean closed;
        private @Nullable Departure departure;

        private Group(@Nullable Batch batch) {
            this.batch = batch;
        }

        /** Whether it is open, and is due for the first time. */
        private synchronized boolean becomesDue() {
            boolean first = !isDue && !closed;
            isDue = true;
            return first;
        }

        private synchronized @Nullable Departure departure() {
            return departure;
        }

        /** @return its place in line; null: it has none yet */
        private synchronized @Nullable Departure close() {
            closed = true;
            return departure;
        }

        /** @return false: it is closed, and does not use it */
        private synchronized boolean gotInLine(Departure place) {
            departure = closed ? null : place;
            return !closed;
        }
    }

    @Override
    public @Nullable Exchange add(CamelContext camelContext, String key, Exchange exchange) {
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        if (batch != null && batch.size() == 0) {
            // all that arrived had their fate already
            return null;
        }
        if (batch != null) {
            batch.hub().whenNothingCanJoin(leaveNow);
        }
        Group group = open.computeIfAbsent(key, k -> arm(k, batch));
        Departure departure = group.departure();
        if (departure != null) {
            departure.look();
        }
        return super.add(camelContext, key, exchange);
    }

    @Override
    public @Nullable Exchange get(CamelContext camelContext, String key) {
        if (timers == null) {
            throw new IllegalStateException("BatchGroups is named as aggregationRepository only: name it as"
                    + " aggregateController too, or no batch is ever due.");
        }
        Group wanted = due.get();
        if (wanted != null && open.get(key) != wanted) {
            // the timer's batch has left already; this is the next one
            return null;
        }
        return super.get(camelContext, key);
    }

    @Override
    public void remove(CamelContext camelContext, String key, Exchange exchange) {
        super.remove(camelContext, key, exchange);
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        Group group = open.remove(key);
        if (batch != null) {
            Group leaves = due.get();
            batch.leaves(leaves == null ? Cause.END : leaves.cause);
        }
        if (group == null) {
            return;
        }
        if (group.timer != null) {
            group.timer.cancel(false);
        }
        Departure departure = group.close();
        if (departure != null) {
            exchange.setProperty(Departures.PROPERTY, departure);
        }
    }

    private Group arm(String key, @Nullable Batch batch) {
        Group group = new Group(batch);
        ScheduledExecutorService pool = timers;
        if (pool != null) {
            group.timer =
                    pool.schedule(Unrecoverable.told(() -> due(key, group)), maxWait.toNanos(), TimeUnit.NANOSECONDS);
        }
        return group;
    }

    /** Nothing can join any more: it is in vain that they wait. */
    private void allAreDue() {
        open.forEach((key, group) -> {
            group.cause = Cause.END;
            due(key, group);
        });
    }

    /** It stands in line until it could be sent, or at least until there is a thread for it, and takes what comes. */
    private void due(String key, Group group) {
        if (!group.becomesDue()) {
            return;
        }
        if (departures != null && group.batch != null) {
            Departure departure = departures.enter(group.batch, () -> leave(key, group));
            if (!group.gotInLine(departure)) {
                departure.end();
            }
            return;
        }
        try {
            calls.execute(() -> leave(key, group));
        } catch (RejectedExecutionException e) {
            leave(key, group);
        }
    }

    private void leave(String key, Group group) {
        if (timers == null) {
            // the route was stopped while it stood in line, and all batches left
            return;
        }
        due.set(group);
        try {
            aggregator.forceCompletionOfGroup(key);
        } finally {
            due.remove();
        }
    }

    @Override
    public void onStart(AggregateProcessor processor) {
        aggregator.onStart(processor);
        ScheduledThreadPoolExecutor pool = new ScheduledThreadPoolExecutor(1, DaemonThreads.named(name));
        pool.setRemoveOnCancelPolicy(true);
        timers = pool;
        open.clear();
        for (String key : getKeys()) {
            open.put(key, arm(key, null));
        }
    }

    @Override
    public void onStop(AggregateProcessor processor) {
        aggregator.onStop(processor);
        ScheduledExecutorService pool = timers;
        timers = null;
        if (pool != null) {
            pool.shutdownNow();
        }
    }

    @Override
    public int forceCompletionOfGroup(String key) {
        return aggregator.forceCompletionOfGroup(key);
    }

    @Override
    public int forceCompletionOfAllGroups() {
        return aggregator.forceCompletionOfAllGroups();
    }

    @Override
    public int forceDiscardingOfGroup(String key) {
        return forceDiscardingOfAllGroups();
    }

    @Override
    public int forceDiscardingOfAllGroups() {
        throw new UnsupportedOperationException(
                "A batch is not discarded, for callers wait for it: let it leave (forceCompletion).");
    }
}
