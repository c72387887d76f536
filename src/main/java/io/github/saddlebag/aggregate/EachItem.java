package io.github.saddlebag.aggregate;

import io.github.saddlebag.batch.Arrival;
import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.BatchSize;
import io.github.saddlebag.support.SendsOn;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultExchange;

/**
 * Sends each arriving item on as a batch of its own, at once: for endpoints that take one item a request, where
 * gathering would only delay. It stands in the place of the Aggregator EIP.
 *
 * <p>Not a Split EIP in front of it: that starts a task for each item and keeps the message until the last one is done,
 * while here nothing waits for an item but its caller.
 *
 * <p>Files are read no further ahead than requests can be made soon: what waits here long, as an exchange of its own, takes
 * memory, and is out of the processor's caches when its turn comes.
 */
public final class EachItem extends SendsOn implements Processor {

    /** As many requests that wait are enough for whatever comes next. */
    private static final int LEAST_AHEAD = 256;

    private static final int AHEAD_PER_PLACE = 4;

    private final AtomicInteger onTheWay = new AtomicInteger();
    private final Executor pool;
    private final BatchSize size;
    private final IntSupplier waiting;
    private final int ahead;

    /**
     * @param to the endpoint that each batch goes to
     * @param pool runs their exchanges until they wait for something; an arrival's items begin in their order
     * @param waiting how many requests wait for nothing but a place
     * @param places how many may be in flight
     */
    public EachItem(String to, Executor pool, BatchSize size, IntSupplier waiting, int places) {
        super(to);
        this.pool = pool;
        this.size = size;
        this.waiting = waiting;
        ahead = Math.max(LEAST_AHEAD, AHEAD_PER_PLACE * places);
    }

    @Override
    public void process(Exchange exchange) {
        Arrival arrival = exchange.getMessage().getBody(Arrival.class);
        arrival.hub().demand(this::isDemand);
        String key = exchange.getMessage().getHeader(BatchConstants.KEY, String.class);
        List<Batch> batches = new ArrayList<>(arrival.size());
        int number = 0;
        while (arrival.peek() != null) {
            Batch batch = Batch.ofFirst(exchange.getExchangeId() + "." + ++number, key, arrival, size);
            if (batch.size() > 0) {
                batches.add(batch);
            }
        }
        try {
            onTheWay.addAndGet(batches.size());
            pool.execute(() -> batches.forEach(this::send));
        } catch (RejectedExecutionException e) {
            onTheWay.addAndGet(-batches.size());
            batches.forEach(batch -> batch.close(e));
        }
    }

    private void send(Batch batch) {
        Exchange exchange = new DefaultExchange(context());
        exchange.setProperty(BatchConstants.BATCH, batch);
        exchange.getMessage().setBody(batch);
        try {
            send(exchange, doneSync -> batch.close(exchange.getException()));
        } catch (RuntimeException e) {
            batch.close(e);
        } finally {
            onTheWay.decrementAndGet();
        }
    }

    private boolean isDemand() {
        return onTheWay.get() + waiting.getAsInt() < ahead;
    }
}
