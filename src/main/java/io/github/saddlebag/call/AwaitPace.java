package io.github.saddlebag.call;

import io.github.saddlebag.batch.StoppedException;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** Waits as long as the target wants to be left alone. A stop ends the wait: the request is given back. */
public final class AwaitPace implements Processor, CamelContextAware {

    private Target target = new Target();
    private @Nullable CamelContext camelContext;

    @Override
    public void process(Exchange exchange) throws Exception {
        if (target.firstCalls().isUnusable() || !target.pace().await()) {
            throw new StoppedException("The runtime stopped while the target was paused.");
        }
        CallState.of(exchange).begin();
    }

    /** What all calls share. */
    public void setTarget(Target target) {
        this.target = target;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
        StopSignal.of(
                camelContext, () -> target.pace().stop(), () -> target.pace().start());
    }
}
