package io.github.saddlebag.serve;

import io.github.saddlebag.batch.Call;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.GateFullException;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.ItemFailedException;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.support.StoppedException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the exception that a caller's route caught into the response that says why there is no answer. */
public final class TellProblem implements Processor {

    /** Exchange property: the problem. */
    static final String PROBLEM = "SaddlebagProblem";

    private static final Logger LOG = LoggerFactory.getLogger(TellProblem.class);

    @Override
    public void process(Exchange exchange) {
        Problem problem = of(exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Exception.class));
        exchange.setProperty(PROBLEM, problem);
        Message answer = exchange.getMessage();
        answer.setBody(problem.json());
        answer.setHeader(Exchange.HTTP_RESPONSE_CODE, problem.status());
        answer.setHeader(Exchange.CONTENT_TYPE, Problem.TYPE);
        if (problem.passes()) {
            answer.setHeader("Retry-After", problem.retryAfter());
        }
    }

    /** The problem that an exception of the callers' route means. */
    static Problem of(@Nullable Exception error) {
        if (error instanceof ItemFailedException failed && failed.outcome() != null) {
            return problem(failed.outcome());
        }
        if (error instanceof BadItemException) {
            return new Problem(400, "Not an item", String.valueOf(error.getMessage()));
        }
        if (error instanceof GateFullException) {
            return new Problem(429, "Too many items under way", String.valueOf(error.getMessage()));
        }
        if (error instanceof StoppedException || error instanceof RejectedExecutionException) {
            return stopping();
        }
        LOG.error("A caller's route failed.", error);
        return new Problem(500, "The route failed", "The route of the callers failed; its log says why.");
    }

    static Problem stopping() {
        return new Problem(503, "Stopping", "The service is stopping: the item was returned. Send it again later.");
    }

    private static Problem problem(Outcome outcome) {
        Failure failure = outcome.failure();
        Map<String, Object> more = new LinkedHashMap<>();
        Item item = outcome.item();
        if (item.id() != null) {
            more.put("id", item.id());
        }
        Call call = outcome.call();
        if (call != null) {
            if (outcome.status() > 0) {
                more.put("endpointStatus", outcome.status());
            }
            more.put("attempts", call.attempts());
        }
        String reason = failure == null ? "" : failure.reason();
        if (failure != null && failure.detail() != null) {
            more.put(Problem.ENDPOINT_SAID, failure.detail());
        }
        if (failure != null && failure.comeBack() != null) {
            return Problem.notNow(reason, failure.comeBack(), more);
        }
        return failure != null && failure.late()
                ? new Problem(504, "No answer in time", reason, more)
                : new Problem(502, "The item failed", reason, more);
    }
}
