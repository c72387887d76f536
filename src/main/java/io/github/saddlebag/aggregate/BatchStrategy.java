package io.github.saddlebag.aggregate;

import io.github.saddlebag.batch.Arrival;
import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.BatchSize;
import io.github.saddlebag.support.OnDone;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells the Aggregator EIP how items become a batch and when a batch is full; to be named as its
 * {@code aggregationStrategy}.
 *
 * <p>It takes from the arriving items what still fits and leaves the rest in the message, so that no batch overshoots.
 * Being a {@link Predicate}, it also closes the batch the moment it is full. ({@code preComplete} would switch the
 * aggregator's other completions off.)
 *
 * @param size how large a batch may become
 * @param uniqueIds whether no id may stand twice in a batch
 */
public record BatchStrategy(BatchSize size, boolean uniqueIds) implements AggregationStrategy, Predicate {

    /** Stands between a key and those that share batches. */
    public static final char IN = '\0';

    @Override
    public Exchange aggregate(@Nullable Exchange open, Exchange arriving) {
        Arrival arrival = arriving.getMessage().getBody(Arrival.class);
        Exchange group = open;
        if (group == null) {
            group = arriving;
            String named = arriving.getMessage().getHeader(BatchConstants.KEY, String.class);
            int in = named.indexOf(IN);
            String key = in < 0 ? named : named.substring(0, in);
            int expected = Math.min(size.maxItems(), arrival.size());
            Batch batch = new Batch(arriving.getExchangeId(), arrival.hub(), key, expected);
            group.setProperty(BatchConstants.BATCH, batch);
            group.getMessage().setBody(batch);
        }
        Batch batch = batchOf(group);
        int before = batch.places();
        batch.takeFrom(arrival, size, uniqueIds);
        batch.hub().gathering(batch.places() - before);
        return group;
    }

    @Override
    public boolean matches(Exchange group) {
        return batchOf(group).isFull();
    }

    @Override
    public void onCompletion(Exchange group) {
        Batch batch = batchOf(group);
        batch.hub().gathering(-batch.places());
        batch.hub().closed(batch);
        OnDone.of(group, exchange -> {
            batch.close(exchange.getException());
            if (Batch.isStop(exchange.getException())) {
                // a stop is no failure, and the Aggregator would log it as one, with its stack
                exchange.setException(null);
            }
        });
    }

    private static Batch batchOf(Exchange group) {
        return group.getProperty(BatchConstants.BATCH, Batch.class);
    }
}
