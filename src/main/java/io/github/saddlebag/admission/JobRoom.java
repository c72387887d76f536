package io.github.saddlebag.admission;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Departures;
import io.github.saddlebag.batch.Departures.Departure;
import io.github.saddlebag.support.AsyncStep;
import io.github.saddlebag.support.OnDone;
import io.github.saddlebag.support.StoppedException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Takes the room for a job that a batch has left with. A part of a batch, which has none, waits for its own as a batch does
 * that is about to leave, see {@link Admission}. The room is given back when the exchange ends, or before.
 */
public final class JobRoom extends AsyncStep {

    private static final String PROPERTY = "SaddlebagJobRoom";

    private final Admission admission;

    public JobRoom(Admission admission) {
        this.admission = admission;
    }

    @Override
    protected boolean begin(Exchange exchange, AsyncCallback callback) {
        if (hold(exchange, exchange.getProperty(Departures.PROPERTY, Departure.class))) {
            callback.done(true);
            return true;
        }
        Departures.handBack(exchange);
        Departure own = admission.enter(exchange.getProperty(BatchConstants.BATCH, Batch.class), null);
        exchange.setProperty(Departures.PROPERTY, own);
        OnDone.of(exchange, done -> own.end());
        boolean now = own.closed(() -> goOn(exchange, own, callback, false));
        if (now) {
            goOn(exchange, own, callback, true);
        }
        return now;
    }

    private void goOn(Exchange exchange, Departure own, AsyncCallback callback, boolean sync) {
        if (!hold(exchange, own)) {
            exchange.setException(new StoppedException("The runtime stopped before there was room for the job."));
        }
        callback.done(sync);
    }

    private boolean hold(Exchange exchange, @Nullable Departure departure) {
        Runnable giveBack = admission.room(departure);
        if (giveBack != null) {
            exchange.setProperty(PROPERTY, giveBack);
            OnDone.of(exchange, done -> giveBack.run());
        }
        return giveBack != null;
    }

    /** How many wait for room. */
    public int waiting() {
        return admission.jobsWaiting();
    }

    /** The exchange's job is over, or is not begun. */
    public void leave(Exchange exchange) {
        exchange.getProperty(PROPERTY, Runnable.class).run();
    }
}
