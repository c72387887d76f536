package io.github.saddlebag.admission;

import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.pace.Lane;
import io.github.saddlebag.pace.Turn;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.stats.Wait;
import io.github.saddlebag.support.StoppedException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/** An attempt at a request, which waits for its turn and is made then. */
abstract class RequestTurn extends Turn {

    final Exchange exchange;
    final AsyncCallback callback;
    final CallState state;
    private final PipelineStats stats;

    RequestTurn(
            Lane lane, int urgency, long sinceNanos, Exchange exchange, AsyncCallback callback, PipelineStats stats) {
        super(lane, urgency, sinceNanos);
        this.exchange = exchange;
        this.callback = callback;
        this.state = CallState.of(exchange);
        this.stats = stats;
    }

    static StoppedException stopped() {
        return new StoppedException("The runtime stopped before the request was made.");
    }

    /** It has its place: lets it be made, on a thread where it may be. */
    protected abstract void goOn();

    @Override
    protected final void begin(Wait keptBy, long nanos) {
        stats.waited(keptBy, nanos);
        state.turn(this);
        goOn();
    }

    @Override
    protected final boolean wasRefused() {
        return state.history().wasTurnedAway();
    }

    @Override
    protected final boolean wasRefusedOften() {
        return state.history().isRefusedOften();
    }
}
