package io.github.saddlebag.admission;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Departures;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.endpoint.PausedException;
import io.github.saddlebag.endpoint.RetryPolicy;
import io.github.saddlebag.endpoint.Target;
import io.github.saddlebag.pace.Lanes;
import io.github.saddlebag.pace.Rate;
import io.github.saddlebag.pace.Tokens;
import io.github.saddlebag.pace.Turn;
import io.github.saddlebag.setting.EndsWithContext;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.support.AsyncStep;
import io.github.saddlebag.support.DaemonThreads;
import io.github.saddlebag.support.StopSignal;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.support.Unrecoverable;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request wait, without a thread, until it may be made: for a place among the requests in flight, in all and of its
 * key, for the pace of the endpoint, and for its turn of the rate, in all and of its key; the most urgent first, see
 * {@link Lanes}. {@link SlotDone} gives the place back.
 *
 * <p>A batch waits here before it is closed, as a {@link Departures departure}: what it is let go with is then its place for
 * its first attempt.
 */
public final class Admission extends AsyncStep implements Departures, EndsWithContext {

    private final KeyLanes byKey;
    private final ExecutorService pool;
    private final Target target;
    private final RetryPolicy policy;
    private final PipelineStats stats;
    private final boolean areJobs;
    private final ScheduledThreadPoolExecutor timer;
    private final Lanes lanes;

    /**
     * @param name that of its thread
     * @param count the most requests in flight, at least 1
     * @param countPerKey the most of one correlation key; 0: no limit of their own
     * @param maxJobs the most jobs that are not over; 0: a batch is no job
     */
    public Admission(
            String name,
            Target target,
            RetryPolicy policy,
            PipelineStats stats,
            ExecutorService pool,
            int count,
            int countPerKey,
            Rate rate,
            Rate ratePerKey,
            int maxJobs) {
        this.target = target;
        this.policy = policy;
        this.stats = stats;
        this.pool = pool;
        long intervalPerKey = ratePerKey.nanosPerRequest();
        byKey = new KeyLanes(countPerKey == 0 && intervalPerKey == 0, intervalPerKey, target::newPace);
        areJobs = maxJobs > 0;
        timer = new ScheduledThreadPoolExecutor(1, DaemonThreads.named(name));
        timer.setKeepAliveTime(60, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        lanes = new Lanes(
                System::nanoTime,
                () -> count,
                () -> countPerKey == 0 ? Integer.MAX_VALUE : countPerKey,
                Tokens.besideSends(rate.nanosPerRequest()),
                target::pace,
                this::later);
        if (areJobs) {
            lanes.mostJobs(maxJobs);
            if (target.firstCalls().isOpen()) {
                lanes.firstToItsEnd();
            }
        }
        target.firstCalls().whenUnusable(() -> lanes.turnBack(turn -> true));
        stats.inFlight(lanes::inFlight);
        stats.jobs(lanes::jobs);
    }

    private void later(Runnable task, long nanos) {
        try {
            timer.schedule(Unrecoverable.told(task), nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // the runtime is down, and all who waited were turned back
        }
    }

    @Override
    protected boolean begin(Exchange exchange, AsyncCallback callback) {
        // Camel keeps what an earlier attempt ended with, and it would be taken for the end of this one
        exchange.removeProperty(ExchangePropertyKey.EXCEPTION_CAUGHT);
        CallState state = CallState.of(exchange);
        if (exchange.getProperty(PROPERTY) instanceof Leave leave && leave.take()) {
            state.turn(leave);
            boolean now = lanes.becomesAttempt(leave, () -> execute(() -> goOn(exchange, state, callback, false)));
            if (now) {
                goOn(exchange, state, callback, true);
            }
            return now;
        }
        StoppedException stop = mayNotWait(exchange);
        if (stop != null) {
            exchange.setException(stop);
            callback.done(true);
            return true;
        }
        Duration pause = target.pace().pause();
        if (!pause.isZero() && isOver(state, pause)) {
            throw new PausedException(pause);
        }
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        boolean isFirst = state.history().attempts() == 0 && !state.isPoll();
        WaitingRequest request;
        synchronized (byKey) {
            request = new WaitingRequest(
                    this,
                    stats,
                    byKey.of(batch.key(), lanes),
                    batch,
                    isFirst ? batch.openedNanos() : System.nanoTime(),
                    exchange,
                    callback);
            lanes.add(request);
        }
        lanes.look();
        refuseInVain(request);
        request.lendRoom();
        return request.isLetInAtOnce();
    }

    private @Nullable StoppedException mayNotWait(Exchange exchange) {
        if (target.firstCalls().isUnusable()) {
            return new StoppedException("The endpoint is unusable.");
        }
        return lanes.isStopping() && Batch.comesAgain(exchange) ? RequestTurn.stopped() : null;
    }

    private void refuseInVain(Turn turn) {
        if (target.firstCalls().isUnusable()) {
            lanes.turnBack(turn);
        } else {
            lanes.turnBackInVain(turn);
        }
    }

    boolean isOver(CallState state, Duration pause) {
        return state.clock().hasBegun() && state.clock().isOver(pause, policy);
    }

    void goOn(Exchange exchange, CallState state, AsyncCallback callback, boolean sync) {
        if (target.firstCalls().isUnusable()) {
            leave(exchange);
            exchange.setException(new StoppedException("The endpoint is unusable."));
        } else {
            state.clock().begin();
        }
        callback.done(sync);
    }

    /** The request is on its way: from now on the time of the next one of its key counts. */
    void sent(Exchange exchange) {
        Turn turn = CallState.of(exchange).turn();
        if (turn != null) {
            lanes.sent(turn);
        }
    }

    /** The request is not sent: its token of the rate is for others. */
    void handBack(Exchange exchange) {
        CallState.of(exchange).endTurn(lanes::handBack);
    }

    void leave(Exchange exchange) {
        CallState.of(exchange).endTurn(lanes::leave);
    }

    void execute(Runnable task) {
        try {
            pool.execute(task);
        } catch (RejectedExecutionException e) {
            // the runtime is down: who waits for it must hear of that all the same
            task.run();
        }
    }

    @Override
    public Departure enter(Batch batch, @Nullable Runnable leave) {
        Leave turn;
        synchronized (byKey) {
            turn = new Leave(lanes, byKey.of(batch.key(), lanes), batch, areJobs, this::execute, stats, leave);
            lanes.add(turn);
        }
        refuseInVain(turn);
        lanes.look();
        return turn;
    }

    /**
     * Takes over the room for a job that a batch has left with.
     *
     * @return gives it back, once, however often it is run; null: it has none
     */
    @Nullable
    Runnable room(@Nullable Departure departure) {
        return departure instanceof Leave leave && leave.takeRoom() ? leave::leaveRoom : null;
    }

    /** How many wait to begin a job. */
    int jobsWaiting() {
        return lanes.jobsWaiting();
    }

    /** The calls that are in flight besides this one. */
    public int besides(Exchange exchange) {
        return lanes.inFlight() - 1;
    }

    @Override
    protected void doStop() {
        lanes.turnBack(turn -> true);
    }

    /** Nobody waits any more. */
    @Override
    public void end() {
        timer.shutdownNow();
    }

    private void stopAll() {
        lanes.stop(StopSignal.endNanos(context()));
        lanes.endFirst();
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        super.setCamelContext(camelContext);
        StopSignal.of(camelContext, this::stopAll, lanes::start);
    }
}
