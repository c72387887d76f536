package io.github.saddlebag.call;

import io.github.saddlebag.batch.StoppedException;
import java.util.Objects;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.spi.ShutdownPrepared;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;

/** Waits as long as the target wants to be left alone. A stop ends the wait: the request is given back. */
public final class AwaitPace extends ServiceSupport implements Processor, ShutdownPrepared, CamelContextAware {

    private Target target = new Target();
    private @Nullable CamelContext camelContext;

    @Override
    public void process(Exchange exchange) throws Exception {
        if (!target.pace().await()) {
            throw new StoppedException("The runtime stopped while the target was paused.");
        }
        CallState.of(exchange).begin();
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        if (forced || getCamelContext().isStopping()) {
            target.pace().stop();
        }
    }

    /** What all calls share. */
    public void setTarget(Target target) {
        this.target = target;
    }

    @Override
    public CamelContext getCamelContext() {
        return Objects.requireNonNull(camelContext, "not in a Camel context yet");
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }
}
