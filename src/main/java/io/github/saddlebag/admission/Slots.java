package io.github.saddlebag.admission;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.endpoint.CallsInFlight;
import io.github.saddlebag.endpoint.PausedException;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.stats.Wait;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;

/**
 * Bounds the calls in flight, first come, first served; those of one key as well, where that is asked for.
 *
 * <p>The first call of all goes alone: while it loads classes and opens a connection, the tokens of a rate limit would
 * pile up behind it and leave as a burst.
 */
public final class Slots implements Processor, CallsInFlight {

    private static final Duration KEY_IS_BUSY = Duration.ofMillis(20);

    private final Semaphore free = new Semaphore(1, true);
    private final Map<String, Integer> byKey = new ConcurrentHashMap<>();
    private int count = 8;
    private int countPerKey;
    private boolean first = true;
    private PipelineStats stats = new PipelineStats();

    /** Waits for a free slot; {@link SlotDone} gives it back. */
    @Override
    public void process(Exchange exchange) throws InterruptedException {
        // Camel keeps what an earlier attempt ended with, and it would be taken for the end of this one
        exchange.removeProperty(ExchangePropertyKey.EXCEPTION_CAUGHT);
        if (countPerKey > 0 && !takeForKey(key(exchange))) {
            CallState.of(exchange).standsInLine();
            // without a thread, so that the calls of other keys can go on
            throw new PausedException(KEY_IS_BUSY);
        }
        long since = System.nanoTime();
        try {
            free.acquire();
            stats.waited(Wait.ADMISSION, System.nanoTime() - since);
        } catch (InterruptedException e) {
            giveBackForKey(exchange);
            throw e;
        }
    }

    private boolean takeForKey(String key) {
        int[] taken = {0};
        byKey.compute(key, (k, inFlight) -> {
            int now = inFlight == null ? 0 : inFlight;
            taken[0] = now < countPerKey ? 1 : 0;
            return now + taken[0];
        });
        return taken[0] == 1;
    }

    private void giveBackForKey(Exchange exchange) {
        if (countPerKey > 0) {
            byKey.computeIfPresent(key(exchange), (k, inFlight) -> inFlight == 1 ? null : inFlight - 1);
        }
    }

    private static String key(Exchange exchange) {
        return exchange.getProperty(BatchConstants.BATCH, Batch.class).key();
    }

    void giveBack(Exchange exchange) {
        giveBackForKey(exchange);
        int permits = 1;
        synchronized (this) {
            if (first) {
                first = false;
                permits = count;
            }
        }
        free.release(permits);
    }

    /** Calls in flight now. */
    int inFlight() {
        synchronized (this) {
            return first ? 1 - free.availablePermits() : count - free.availablePermits();
        }
    }

    @Override
    public int besides(Exchange exchange) {
        return inFlight() - 1;
    }

    /** The most calls in flight, at least 1. */
    public void setCount(int count) {
        this.count = count;
    }

    /** The most calls in flight of one correlation key; 0: no limit of their own. */
    public void setCountPerKey(int count) {
        this.countPerKey = count;
    }

    /** What is counted of the calls. */
    public void setStats(PipelineStats stats) {
        this.stats = stats;
        stats.inFlight(this::inFlight);
    }
}
