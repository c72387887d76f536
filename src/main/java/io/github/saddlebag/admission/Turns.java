package io.github.saddlebag.admission;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.endpoint.ResponseRoom;
import io.github.saddlebag.http.AsyncHttp;
import io.github.saddlebag.pace.Lanes;
import io.github.saddlebag.pace.Rate;
import io.github.saddlebag.pace.Tokens;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.support.AsyncStep;
import io.github.saddlebag.support.StopSignal;
import java.time.Duration;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request of an item wait for its turn without a thread: for a place among the requests in flight, in all and of its
 * host, for its host's pause, and for a token of the rate, see {@link Lanes}.
 *
 * <p>The request goes on on the thread of the connections, and gives its place back at its end.
 */
public final class Turns extends AsyncStep {

    private final AsyncHttp http;
    private final ResponseRoom room;
    private final Lanes lanes;
    private final PipelineStats stats;

    /**
     * @param count the most requests in flight, at least 1
     * @param room what there is room for in memory; before all else, for who waits for it keeps no place from anybody
     */
    public Turns(AsyncHttp http, int count, Rate rate, ResponseRoom room, PipelineStats stats) {
        this.http = http;
        this.room = room;
        this.stats = stats;
        lanes = new Lanes(
                System::nanoTime,
                () -> Math.min(count, http.connections()),
                http::connectionsPerHost,
                Tokens.besideSends(rate.nanosPerRequest()),
                null,
                (task, nanos) -> http.after(nanos, task));
        stats.inFlight(lanes::inFlight);
    }

    @Override
    protected boolean begin(Exchange exchange, AsyncCallback callback) {
        room.process(exchange, sync -> {
            if (exchange.getException() == null) {
                line(exchange, callback);
            } else {
                callback.done(false);
            }
        });
        return false;
    }

    private void line(Exchange exchange, AsyncCallback callback) {
        Request request = new Request(
                exchange, callback, CallState.of(exchange), exchange.getProperty(BatchConstants.BATCH, Batch.class));
        lanes.enter(request);
        lanes.turnBackInVain(request);
        request.lendRoom();
    }

    /** The request is over: somebody else may begin. */
    public void leave(CallState state) {
        state.endTurn(lanes::leave);
    }

    /** The request is not sent: its token of the rate is for others. */
    public void handBack(CallState state) {
        state.endTurn(lanes::handBack);
    }

    /** A request that waits, then is made. */
    private final class Request extends RequestTurn {
        private final @Nullable Batch batch;

        private Request(Exchange exchange, AsyncCallback callback, CallState state, @Nullable Batch batch) {
            super(
                    state.host().lane(),
                    batch == null ? 0 : batch.urgency(),
                    System.nanoTime(),
                    exchange,
                    callback,
                    stats);
            this.batch = batch;
        }

        @Override
        protected boolean comesAgain() {
            return batch == null || batch.comesAgain();
        }

        @Override
        protected void goOn() {
            http.execute(() -> callback.done(false));
        }

        @Override
        protected void goBack(Duration pause) {
            if (batch == null) {
                exchange.setException(stopped());
            } else {
                // not by an exception: thousands of them are given back at once, and an error handler would take its
                // time
                batch.giveBack();
                exchange.setRouteStop(true);
            }
            http.execute(() -> callback.done(false));
        }
    }

    private void stopAll() {
        lanes.stop(StopSignal.endNanos(context()));
    }

    private void startAgain() {
        // whom the last stop left waiting until its time was over
        lanes.turnBack(turn -> true);
        lanes.start();
    }

    /** The calls to the host of this one that are in flight besides it. */
    public int besides(Exchange exchange) {
        // its own place is given back already
        return CallState.of(exchange).host().lane().inFlight();
    }

    /** How many wait for nothing but a place. */
    public int ready() {
        return lanes.ready();
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        super.setCamelContext(camelContext);
        StopSignal.of(camelContext, this::stopAll, this::startAgain);
    }
}
