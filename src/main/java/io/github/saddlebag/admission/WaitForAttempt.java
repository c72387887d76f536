package io.github.saddlebag.admission;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.Departures;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.setting.OfPipeline;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.support.AsyncStep;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.support.Waits;
import java.util.concurrent.ExecutorService;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;

/**
 * Waits until a request's next attempt is due, holding neither a thread nor a slot; the attempt then runs on the pool of
 * the calls. A stop ends the wait of those who come again at the next start: their request is
 * given back.
 */
public final class WaitForAttempt extends AsyncStep implements OfPipeline {

    private final Waits waits;

    /** @param pool the threads that make the calls */
    public WaitForAttempt(ExecutorService pool) {
        waits = new Waits("-back-off", 1, pool::execute, "The runtime stopped before the next attempt.");
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

    @Override
    protected void doStart() {
        waits.start();
    }

    @Override
    protected void doStop() {
        waits.stop();
    }

    @Override
    public void setPipeline(Pipeline pipeline) {
        waits.of(pipeline);
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        super.setCamelContext(camelContext);
        waits.endWith(camelContext, Batch::comesAgain);
    }
}
