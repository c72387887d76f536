package io.github.saddlebag.admission;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.Departures;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.support.WaitingStep;
import java.util.concurrent.ExecutorService;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/**
 * Waits until a request's next attempt is due, holding neither a thread nor a slot; the attempt then runs on the pool of
 * the calls. A stop ends the wait of those who come again at the next start: their request is
 * given back.
 */
public final class WaitForAttempt extends WaitingStep {

    /**
     * @param name what the thread is called that finds out what is due
     * @param pool the threads that make the calls
     */
    public WaitForAttempt(String name, ExecutorService pool) {
        super(name, 1, pool, "The runtime stopped before the next attempt.");
    }

    @Override
    protected boolean endsWithTheStop(Exchange exchange) {
        return Batch.comesAgain(exchange);
    }

    @Override
    protected boolean begin(Exchange exchange, AsyncCallback callback) {
        try {
            Batch.refuseWhatIsLeft(exchange);
        } catch (StoppedException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        CallState state = CallState.of(exchange);
        AsyncCallback then = state.suspension() == null
                ? callback
                : doneSync -> {
                    // it was no attempt that it waited for
                    if (exchange.getException() == null) {
                        exchange.setException(new SuspendedException());
                    }
                    callback.done(doneSync);
                };
        long nanos = state.clock().nanosUntilDue();
        if (nanos > 0) {
            Departures.handBack(exchange);
        }
        return waits.await(exchange, then, nanos);
    }
}
