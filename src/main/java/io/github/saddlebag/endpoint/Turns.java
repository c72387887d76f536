package io.github.saddlebag.endpoint;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.http.AsyncHttp;
import io.github.saddlebag.pace.Lanes;
import io.github.saddlebag.pace.Rate;
import io.github.saddlebag.pace.Tokens;
import io.github.saddlebag.pace.Turn;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.stats.Wait;
import io.github.saddlebag.support.AsyncStep;
import io.github.saddlebag.support.StopSignal;
import io.github.saddlebag.support.StoppedException;
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
public final class Turns extends AsyncStep implements CallsInFlight {

    private final AsyncHttp http;
    private final ResponseRoom room;
    private final long interval;
    private final int count;
    private volatile @Nullable Lanes lanes;
    private final PipelineStats stats;

    /**
     * @param count the most requests in flight, at least 1
     * @param room what there is room for in memory; before all else, for who waits for it keeps no place from anybody
     */
    public Turns(AsyncHttp http, int count, Rate rate, ResponseRoom room, PipelineStats stats) {
        this.http = http;
        this.count = count;
        this.interval = rate.nanosPerRequest();
        this.room = room;
        this.stats = stats;
        stats.inFlight(() -> lanes().inFlight());
    }

    private Lanes lanes() {
        Lanes known = lanes;
        return known == null ? makeLanes() : known;
    }

    private synchronized Lanes makeLanes() {
        Lanes known = lanes;
        if (known == null) {
            known = new Lanes(
                    System::nanoTime,
                    () -> Math.min(count, http.connections()),
                    () -> http.connectionsPerHost(),
                    Tokens.besideSends(interval),
                    null,
                    (nanos, task) -> http.after(nanos, task));
            lanes = known;
        }
        return known;
    }

    @Override
    protected boolean begin(Exchange exchange, AsyncCallback callback) {
        if (room == null) {
            line(exchange, callback);
        } else {
            room.process(exchange, sync -> {
                if (exchange.getException() == null) {
                    line(exchange, callback);
                } else {
                    callback.done(false);
                }
            });
        }
        return false;
    }

    private void line(Exchange exchange, AsyncCallback callback) {
        Request request = new Request(exchange, callback, CallState.of(exchange));
        Lanes line = lanes();
        line.enter(request);
        line.turnBackInVain(request);
    }

    /** The request is over: somebody else may begin. */
    public void leave(CallState state) {
        Turn turn = state.takeTurn();
        if (turn != null) {
            lanes().leave(turn);
        }
    }

    /** A request that waits, then is made. */
    private final class Request extends Turn {
        private final Exchange exchange;
        private final AsyncCallback callback;
        private final CallState state;
        private final @Nullable Batch batch;

        private Request(Exchange exchange, AsyncCallback callback, CallState state) {
            this(exchange, callback, state, exchange.getProperty(BatchConstants.BATCH, Batch.class));
        }

        private Request(Exchange exchange, AsyncCallback callback, CallState state, @Nullable Batch batch) {
            super(state.host().lane, batch == null ? 0 : batch.urgency(), System.nanoTime());
            this.exchange = exchange;
            this.callback = callback;
            this.state = state;
            this.batch = batch;
        }

        @Override
        protected boolean comesAgain() {
            return batch == null || batch.comesAgain();
        }

        @Override
        protected void begin(Wait keptBy, long nanos) {
            stats.waited(keptBy, nanos);
            state.turn(this);
            http.execute(() -> callback.done(false));
        }

        @Override
        protected void turnedBack(Duration pause) {
            if (batch == null) {
                exchange.setException(new StoppedException("The runtime stopped before the request was made."));
            } else {
                // not by an exception: thousands of them are given back at once, and an error handler would take its
                // time
                batch.giveBack();
                exchange.setRouteStop(true);
            }
            http.execute(() -> callback.done(false));
        }

        @Override
        protected boolean wasRefused() {
            return state.history().wasTurnedAway();
        }

        @Override
        protected boolean wasRefusedOften() {
            return state.history().isRefusedOften();
        }
    }

    private void stopAll() {
        lanes().stop(StopSignal.endNanos(context()));
    }

    private void startAgain() {
        // whom the last stop left waiting until its time was over
        lanes().turnBack(turn -> true);
        lanes().start();
    }

    @Override
    public int besides(Exchange exchange) {
        // its own place is given back already
        return lanes().inFlight(CallState.of(exchange).host().lane);
    }

    /** How many wait for nothing but a place. */
    public int ready() {
        return lanes().ready();
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        super.setCamelContext(camelContext);
        StopSignal.of(camelContext, this::stopAll, this::startAgain);
    }
}
