package io.github.saddlebag.admission;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.Departures;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.support.AsyncStep;
import io.github.saddlebag.support.StopSignal;
import io.github.saddlebag.support.StoppedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the jobs that are not done, first come, first served. Who waits for room, or for a job, holds no thread. The
 * room is given back when the exchange ends, or before.
 */
public final class JobRoom extends AsyncStep implements CamelContextAware {

    private static final String PROPERTY = "SaddlebagJobRoom";

    private final Deque<Waiter> waiting = new ArrayDeque<>();
    private @Nullable ExecutorService pool;
    private @Nullable CamelContext camelContext;
    private int maxJobs = 100;
    private int taken;
    private boolean stopping;

    private record Waiter(Exchange exchange, AsyncCallback callback) {}

    @Override
    protected boolean begin(Exchange exchange, AsyncCallback callback) {
        boolean mayGoOn;
        boolean waits;
        synchronized (this) {
            mayGoOn = !(stopping && Batch.comesAgain(exchange));
            waits = mayGoOn && taken == maxJobs;
            if (waits) {
                waiting.add(new Waiter(exchange, callback));
            } else {
                taken += mayGoOn ? 1 : 0;
            }
        }
        if (waits) {
            Departures.handBack(exchange);
            return false;
        }
        if (mayGoOn) {
            hold(exchange);
        } else {
            exchange.setException(stopped());
        }
        callback.done(true);
        return true;
    }

    private void hold(Exchange exchange) {
        AtomicBoolean held = new AtomicBoolean(true);
        exchange.setProperty(PROPERTY, held);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                giveBack(held);
            }
        });
    }

    /** How many wait for room. */
    public synchronized int waiting() {
        return waiting.size();
    }

    /** The exchange's job is over. */
    public void leave(Exchange exchange) {
        giveBack(exchange.getProperty(PROPERTY, AtomicBoolean.class));
    }

    private void giveBack(AtomicBoolean held) {
        if (!held.compareAndSet(true, false)) {
            return;
        }
        Waiter next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                taken--;
                return;
            }
        }
        hold(next.exchange);
        goOn(next);
    }

    private void goOn(Waiter waiter) {
        Objects.requireNonNull(pool).execute(() -> waiter.callback.done(false));
    }

    private void stopAll() {
        synchronized (this) {
            stopping = true;
        }
        giveBackAll(waiter -> Batch.comesAgain(waiter.exchange));
    }

    private void giveBackAll(Predicate<Waiter> which) {
        List<Waiter> some = new ArrayList<>();
        synchronized (this) {
            waiting.removeIf(waiter -> which.test(waiter) && some.add(waiter));
        }
        for (Waiter waiter : some) {
            waiter.exchange.setException(stopped());
            goOn(waiter);
        }
    }

    private static StoppedException stopped() {
        return new StoppedException("The runtime stopped before there was room for the job.");
    }

    private void startAgain() {
        // whom the last stop left waiting until its time was over
        giveBackAll(waiter -> true);
        synchronized (this) {
            stopping = false;
        }
    }

    /** Jobs that are not done. */
    public synchronized int taken() {
        return taken;
    }

    /** The most jobs that are not done, at least 1. */
    public void setMaxJobs(int jobs) {
        maxJobs = jobs;
    }

    /** What is counted of the calls; it is told how many jobs there are. */
    public void setStats(PipelineStats stats) {
        stats.jobs(this::taken);
    }

    /** The threads that make the calls. */
    public void setPool(ExecutorService pool) {
        this.pool = pool;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
        StopSignal.of(camelContext, this::stopAll, this::startAgain);
    }
}
