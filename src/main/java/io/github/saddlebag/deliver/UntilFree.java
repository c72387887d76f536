package io.github.saddlebag.deliver;

import io.github.saddlebag.support.LockedException;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.support.WaitingStep;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * As a step, waits until this runtime alone has what is written behind it: while another process has it, nothing is asked
 * for. It says so once. The wait holds no thread, and a stop ends it.
 */
public final class UntilFree extends WaitingStep {

    private static final Logger LOG = LoggerFactory.getLogger(UntilFree.class);
    private static final long LOOK_NANOS = Duration.ofMillis(500).toNanos();

    private final AtomicBoolean said = new AtomicBoolean();

    private final Taking taking;

    /** Takes what is written, unless that was done before. */
    @FunctionalInterface
    public interface Taking {
        /** @throws LockedException another process has it */
        void take(Exchange exchange) throws IOException;
    }

    /** @param name what the thread is called that looks again */
    public UntilFree(String name, Taking taking) {
        super(
                name,
                1,
                Runnable::run,
                "The runtime stopped before another process let go of the files that are to be written.");
        this.taking = taking;
    }

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
            taking.take(exchange);
            if (said.getAndSet(false)) {
                LOG.info("The files are free again; work continues.");
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
}
