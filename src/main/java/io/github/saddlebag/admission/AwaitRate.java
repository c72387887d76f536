package io.github.saddlebag.admission;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.pace.Rate;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.stats.Wait;
import io.github.saddlebag.support.StopSignal;
import io.github.saddlebag.support.StoppedException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a request's turn under a rate that is spent evenly. Turns are points in time that are given out in advance, so
 * that a timer that is late, as all are, makes none after it late; Camel's Throttler loses a tenth of a high rate that way.
 * A stop ends the wait of those who come again at the next start.
 */
public final class AwaitRate implements Processor, CamelContextAware {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stop = lock.newCondition();
    private long interval;
    private long next = System.nanoTime();
    private boolean stopped;
    private PipelineStats stats = new PipelineStats();
    private @Nullable CamelContext camelContext;

    @Override
    public void process(Exchange exchange) throws InterruptedException, StoppedException {
        if (interval == 0) {
            return;
        }
        long since = System.nanoTime();
        lock.lockInterruptibly();
        try {
            long now = System.nanoTime();
            long turn = next - now > 0 ? next : now;
            next = turn + interval;
            while (turn - now > 0) {
                if (stopped && Batch.comesAgain(exchange)) {
                    throw new StoppedException("The runtime stopped before the request's turn.");
                }
                stop.await(turn - now, TimeUnit.NANOSECONDS);
                now = System.nanoTime();
            }
            stats.waited(Wait.RATE, now - since);
        } finally {
            lock.unlock();
        }
    }

    private void stop(boolean now) {
        lock.lock();
        try {
            stopped = now;
            stop.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The most requests per period. */
    public void setRate(Rate rate) {
        this.interval = rate.nanosPerRequest();
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
        StopSignal.of(camelContext, () -> stop(true), () -> stop(false));
    }

    /** What is counted of the calls. */
    public void setStats(PipelineStats stats) {
        this.stats = stats;
    }
}
