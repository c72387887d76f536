package io.github.saddlebag.admission;

import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.endpoint.ResponseRoom;
import io.github.saddlebag.pace.Lane;
import io.github.saddlebag.pace.Turn;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.stats.Wait;
import io.github.saddlebag.support.StoppedException;
import java.time.Duration;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/** An attempt at a request, which waits for its turn and is made then. */
abstract class RequestTurn extends Turn {

    final Exchange exchange;
    final AsyncCallback callback;
    final CallState state;
    private final PipelineStats stats;
    private boolean isOut;

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

    /** It gets no place: it goes back. */
    protected abstract void goBack(Duration pause);

    /** To be called by who got in line: others may have the room for its response as long as it waits there. */
    final synchronized void lendRoom() {
        if (!isOut) {
            ResponseRoom.lend(exchange);
        }
    }

    private synchronized void leaveLine() {
        isOut = true;
    }

    @Override
    protected final void turnedBack(Duration pause) {
        leaveLine();
        goBack(pause);
    }

    @Override
    protected final void begin(Wait keptBy, long nanos) {
        leaveLine();
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
