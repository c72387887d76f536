package io.github.saddlebag.aggregate;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Departures;
import io.github.saddlebag.batch.Departures.Departure;
import io.github.saddlebag.support.AsyncStep;
import io.github.saddlebag.support.OnDone;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/**
 * Keeps a batch that is closed, without a thread, until it could be sent: the first step of what a batch goes through. One
 * that was due before stands in line already, or has its leave.
 */
public final class AwaitDeparture extends AsyncStep {

    private final Departures departures;

    /** @param departures says when a batch could be sent */
    public AwaitDeparture(Departures departures) {
        this.departures = departures;
    }

    @Override
    protected boolean begin(Exchange exchange, AsyncCallback callback) {
        Departure known = exchange.getProperty(Departures.PROPERTY, Departure.class);
        Departure departure = known == null ? enter(exchange) : known;
        OnDone.of(exchange, done -> departure.end());
        boolean leaves = departure.closed(() -> callback.done(false));
        if (leaves) {
            callback.done(true);
        }
        return leaves;
    }

    private Departure enter(Exchange exchange) {
        Departure departure = departures.enter(exchange.getProperty(BatchConstants.BATCH, Batch.class), null);
        exchange.setProperty(Departures.PROPERTY, departure);
        return departure;
    }
}
