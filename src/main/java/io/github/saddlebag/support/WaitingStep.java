package io.github.saddlebag.support;

import java.util.concurrent.Executor;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;

/** A step in which exchanges wait without a thread. A stop of the context ends the waits. */
public abstract class WaitingStep extends AsyncStep {

    protected final Waits waits;

    /**
     * @param name what the threads are called that find out what is due
     * @param threads how many there are
     * @param then what goes on with an exchange that is due
     * @param stopped what the exception says where a stop ended the wait
     */
    protected WaitingStep(String name, int threads, Executor then, String stopped) {
        waits = new Waits(name, threads, then, stopped);
    }

    /** Whether the wait ends as soon as the context begins to stop, and not only if it is due later than the stop ends. */
    protected boolean endsWithTheStop(Exchange exchange) {
        return true;
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
        waits.endWith(context, this::endsWithTheStop);
    }
}
