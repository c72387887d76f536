package io.github.saddlebag.admission;

import io.github.saddlebag.endpoint.CallFailedException;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.endpoint.ResponseRoom;
import io.github.saddlebag.endpoint.Target;
import io.github.saddlebag.stats.CallOutcome;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.stats.SentCall;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** Gives back the place that the attempt took; if it was refused, the pause has begun before anybody else gets it. */
public final class SlotDone implements Processor {

    private Admission admission = new Admission();
    private Target target = new Target();
    private PipelineStats stats = new PipelineStats();

    @Override
    public void process(Exchange exchange) {
        Throwable error = exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class);
        CallState state = CallState.of(exchange);
        if (error instanceof CallFailedException failed && failed.reply().wantsQuiet()) {
            state.refused(target.pace(), failed.reply());
        }
        ResponseRoom.landed(exchange, error != null);
        admission.leave(exchange);
        long nanos = state.clock().nanosSinceSent();
        if (nanos >= 0) {
            // what may be asked by POST is asked seldom
            String method = state.isPoll() ? "GET" : "POST";
            SentCall call = new SentCall(
                    nanos, outcome(error, state.responded()), state.responded(), method, kind(error), target.server());
            stats.over(call);
            state.over(call);
        }
    }

    private static CallOutcome outcome(@Nullable Throwable error, int status) {
        if (error instanceof CallFailedException failed && failed.reply().wantsQuiet()) {
            return CallOutcome.REFUSED;
        }
        if (error == null) {
            return CallOutcome.OK;
        }
        return status == 0 ? CallOutcome.LOST : CallOutcome.FAILED;
    }

    private static @Nullable String kind(@Nullable Throwable error) {
        return error == null || error instanceof CallFailedException
                ? null
                : error.getClass().getSimpleName();
    }

    /** What all calls share. */
    public void setTarget(Target target) {
        this.target = target;
    }

    /** What let it begin. */
    public void setAdmission(Admission admission) {
        this.admission = admission;
    }

    /** What is counted of the calls. */
    public void setStats(PipelineStats stats) {
        this.stats = stats;
    }
}
