package io.github.saddlebag.source;

import io.github.saddlebag.support.AsyncStep;
import io.github.saddlebag.support.Unrecoverable;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/**
 * Closes an input after all its chunks were delivered: waits until what was written is on the disk, which takes a while, on
 * a thread of its own. Where many inputs end at once the disk makes one of their waits.
 */
public final class EndRun extends AsyncStep {

    private final Runs runs;
    private final Executor pool;

    /**
     * @param runs who knows the inputs
     * @param pool what it waits on
     */
    public EndRun(Runs runs, Executor pool) {
        this.runs = runs;
        this.pool = pool;
    }

    @Override
    protected boolean begin(Exchange exchange, AsyncCallback callback) {
        Runnable task = () -> {
            close(exchange);
            callback.done(false);
        };
        runs.closesSoon(exchange);
        try {
            pool.execute(task);
        } catch (RejectedExecutionException e) {
            // the runtime is down
            task.run();
        }
        return false;
    }

    private void close(Exchange exchange) {
        try {
            runs.close(exchange);
        } catch (Exception | Error e) {
            Unrecoverable.report(e);
            exchange.setException(e);
        }
    }
}
