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
public record SlotDone(Target target, Admission admission, PipelineStats stats) implements Processor {

    @Override
    public void process(Exchange exchange) {
        Throwable error = exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class);
        CallState state = CallState.of(exchange);
        if (error instanceof CallFailedException failed && failed.reply().wantsQuiet()) {
            state.refused(target, failed.reply());
        }
        ResponseRoom.landed(exchange, error != null);
        target.firstCalls().attempted(error);
        admission.leave(exchange);
        boolean quiet =
                error instanceof CallFailedException failed && failed.reply().wantsQuiet();
        // what may be asked by POST is asked seldom
        count(
                stats,
                state,
                outcome(state, quiet, error != null),
                error,
                state.isPoll() ? "GET" : "POST",
                target.server());
    }

    /**
     * What came of the attempt itself.
     *
     * @param quiet whether it was refused, and is to be left alone for a while
     * @param failed whether it was not answered well
     */
    public static CallOutcome outcome(CallState state, boolean quiet, boolean failed) {
        if (quiet) {
            return CallOutcome.REFUSED;
        }
        if (!failed) {
            return CallOutcome.OK;
        }
        return state.responded() == 0 ? CallOutcome.LOST : CallOutcome.FAILED;
    }

    /** Tells of the attempt, if it was sent. */
    public static void count(
            PipelineStats stats,
            CallState state,
            CallOutcome outcome,
            @Nullable Throwable error,
            String method,
            SentCall.@Nullable Server server) {
        long nanos = state.clock().nanosSinceSent();
        if (nanos < 0) {
            return;
        }
        String kind = error == null || error instanceof CallFailedException
                ? null
                : error.getClass().getSimpleName();
        SentCall call = new SentCall(nanos, outcome, state.responded(), method, kind, server);
        stats.over(call);
        state.history().over(call);
    }
}
