package io.github.saddlebag.call;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.BatchSize;
import io.github.saddlebag.format.Answers;
import io.github.saddlebag.job.JobNews;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * The end of an attempt that was not the endpoint's fault, outside the circuit breaker: the response has answers, or a
 * status (429, other 4xx) that makes it a failure of the request.
 */
public final class CheckStatus implements Processor {

    private Target target = new Target();
    private Slots slots = new Slots();
    private BatchSize size = new BatchSize();

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        Reply reply = Reply.of(message);
        reply.limit().ifPresent(limit -> target.pace().told(limit, slots.inFlight() - 1));
        if (message.getBody() instanceof JobNews news) {
            checkJob(exchange, reply, news);
            return;
        }
        if (!(message.getBody() instanceof Answers)) {
            throw new CallFailedException(reply, message.getBody() instanceof byte[] body ? body : null);
        }
        target.firstCalls().usable();
        taken(exchange, answered(exchange, reply));
        Verdict.set(exchange, Verdict.ANSWERED);
    }

    /** What there is to be said of a job is for the route that asked. */
    private void checkJob(Exchange exchange, Reply reply, JobNews news) {
        if (news.kind() != JobNews.Kind.LOST) {
            target.firstCalls().usable();
        }
        Batch batch = answered(exchange, reply);
        if (news.kind() == JobNews.Kind.ACCEPTED) {
            taken(exchange, batch);
        }
    }

    private Batch answered(Exchange exchange, Reply reply) {
        target.pace().accepted();
        target.budget().deposit();
        CallState state = CallState.of(exchange);
        state.answered(reply.status());
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        batch.called(state.call(batch.id(), target.address()));
        return batch;
    }

    private void taken(Exchange exchange, Batch batch) {
        if (!CallState.of(exchange).isPoll()) {
            batch.taken();
            size.taken(batch.size(), batch.bytes());
        }
    }

    /** What all calls share. */
    public void setTarget(Target target) {
        this.target = target;
    }

    /** The calls in flight. */
    public void setSlots(Slots slots) {
        this.slots = slots;
    }

    /** What is learned of how large a batch may be. */
    public void setSize(BatchSize size) {
        this.size = size;
    }
}
