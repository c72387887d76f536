package io.github.saddlebag.deliver;

import io.github.saddlebag.setting.OfPipeline;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.support.AsyncStep;
import io.github.saddlebag.support.LockedException;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.support.Waits;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * As a step, waits until this runtime alone has what is written behind it: while another process has it, nothing is asked
 * for. It says so once. The wait holds no thread, and a stop ends it.
 */
public abstract class UntilFree extends AsyncStep implements OfPipeline {

    private static final Logger LOG = LoggerFactory.getLogger(UntilFree.class);
    private static final long LOOK_NANOS = Duration.ofMillis(500).toNanos();

    private final Waits waits = new Waits(
            "-until-free",
            1,
            Runnable::run,
            "The runtime stopped before another process let go of the files that are to be written.");
    private final AtomicBoolean said = new AtomicBoolean();

    /**
     * Takes it, unless that was done before.
     *
     * @throws LockedException another one has it
     */
    protected abstract void take(Exchange exchange) throws IOException;

    @Override
    protected boolean begin(Exchange exchange, AsyncCallback callback) {
        if (isTaken(exchange)) {
            callback.done(true);
            return true;
        }
        lookAgain(exchange, callback);
        return false;
    }

    private void lookAgain(Exchange exchange, AsyncCallback callback) {
        waits.await(
                exchange,
                sync -> {
                    if (exchange.getException() instanceof StoppedException || isTaken(exchange)) {
                        callback.done(false);
                    } else {
                        lookAgain(exchange, callback);
                    }
                },
                LOOK_NANOS);
    }

    private boolean isTaken(Exchange exchange) {
        try {
            take(exchange);
            if (said.getAndSet(false)) {
                LOG.info("What was waited for is free: it goes on.");
            }
            return true;
        } catch (LockedException e) {
            if (!said.getAndSet(true)) {
                LOG.warn("{} is in use by {}: nothing is sent until that ends.", e.getFile(), e.holder());
            }
            return false;
        } catch (IOException e) {
            // whoever writes there says so
            return true;
        }
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
    public void setCamelContext(CamelContext context) {
        super.setCamelContext(context);
        waits.endWith(context);
    }

    @Override
    public void setPipeline(Pipeline pipeline) {
        waits.of(pipeline);
    }
}
