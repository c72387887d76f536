package io.github.saddlebag.admission;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.endpoint.PausedException;
import io.github.saddlebag.pace.Lane;
import io.github.saddlebag.stats.PipelineStats;
import java.time.Duration;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/** An attempt at a request for a batch or a job: it waits for its turn, then is made. */
final class WaitingRequest extends RequestTurn {

    private final Admission admission;
    private final Batch batch;
    private final Thread enters = Thread.currentThread();
    /** As far as that thread knows. */
    private boolean entered;

    private boolean atOnce;

    WaitingRequest(
            Admission admission,
            PipelineStats stats,
            Lane lane,
            Batch batch,
            long sinceNanos,
            Exchange exchange,
            AsyncCallback callback) {
        super(lane, batch.urgency(), sinceNanos, exchange, callback, stats);
        this.admission = admission;
        this.batch = batch;
    }

    /** Asked by the thread that entered: what comes later goes on on another. */
    boolean isLetInAtOnce() {
        entered = true;
        if (atOnce) {
            admission.goOn(exchange, state, callback, true);
        }
        return atOnce;
    }

    @Override
    protected void goOn() {
        if (Thread.currentThread() == enters && !entered) {
            atOnce = true;
        } else {
            admission.execute(() -> admission.goOn(exchange, state, callback, false));
        }
    }

    @Override
    protected void goBack(Duration pause) {
        admission.execute(() -> {
            exchange.setException(pause.isZero() ? stopped() : new PausedException(pause));
            callback.done(false);
        });
    }

    @Override
    protected boolean comesAgain() {
        return batch.comesAgain();
    }

    @Override
    protected boolean isTooLong(Duration pause) {
        return admission.isOver(state, pause);
    }
}
