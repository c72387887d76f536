package io.github.saddlebag.admission;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.endpoint.PausedException;
import io.github.saddlebag.endpoint.RetryPolicy;
import io.github.saddlebag.endpoint.Target;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.stats.Wait;
import io.github.saddlebag.support.StopSignal;
import io.github.saddlebag.support.StoppedException;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * Waits as long as the target wants to be left alone, unless that is longer than the request's deadline. A stop ends the
 * wait: the request is given back.
 */
public final class AwaitPace implements Processor, CamelContextAware {

    private Target target = new Target();
    private RetryPolicy policy = new RetryPolicy();
    private PipelineStats stats = new PipelineStats();
    private @Nullable CamelContext camelContext;

    @Override
    public void process(Exchange exchange) throws Exception {
        Batch.refuseWhatIsLeft(exchange);
        CallState state = CallState.of(exchange);
        Duration pause = target.pace().pause();
        if (!pause.isZero() && state.hasBegun() && state.isOver(pause, policy)) {
            throw new PausedException(pause);
        }
        long since = System.nanoTime();
        if (target.firstCalls().isUnusable() || !target.pace().await(Batch.comesAgain(exchange))) {
            throw new StoppedException("The runtime stopped while the target was paused.");
        }
        stats.waited(Wait.PAUSE, System.nanoTime() - since);
        state.beginFirst();
        state.begin();
    }

    /** What all calls share. */
    public void setTarget(Target target) {
        this.target = target;
    }

    /** How long a request may take in all. */
    public void setPolicy(RetryPolicy policy) {
        this.policy = policy;
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

    /** What is counted of the calls. */
    public void setStats(PipelineStats stats) {
        this.stats = stats;
    }
}
