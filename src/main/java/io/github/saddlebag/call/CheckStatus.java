package io.github.saddlebag.call;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.BatchSize;
import io.github.saddlebag.endpoint.CallFailedException;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.endpoint.Reply;
import io.github.saddlebag.endpoint.Target;
import io.github.saddlebag.format.Answers;
import io.github.saddlebag.format.Throttling;
import io.github.saddlebag.job.JobNews;
import io.github.saddlebag.pace.Pace;
import io.github.saddlebag.pace.RateLimit;
import io.github.saddlebag.pace.Turn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.ToIntFunction;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * The end of an attempt that was not the endpoint's fault, outside the circuit breaker: the response has answers, or a
 * status (429, other 4xx) that makes it a failure of the request.
 *
 * @param besides the calls to the endpoint of this one that are in flight besides it
 */
public record CheckStatus(Target configured, ToIntFunction<Exchange> besides, Throttling throttling, BatchSize size)
        implements Processor {

    @Override
    public void process(Exchange exchange) throws IOException {
        Message message = exchange.getMessage();
        CallState state = CallState.of(exchange);
        Target target = state.target(configured);
        Reply reply = state.reply() != null ? state.reply() : Reply.of(message);
        reply.limit().ifPresent(limit -> told(limit, exchange, state, target));
        if (message.getBody() instanceof JobNews news) {
            checkJob(exchange, reply, news, target);
            return;
        }
        if (message.getBody() instanceof IOException unreadable) {
            throw unreadable;
        }
        if (message.getBody() instanceof CallFailedException failed) {
            throw failed;
        }
        if (!(message.getBody() instanceof Answers answers)) {
            byte[] body = message.getBody() instanceof byte[] bytes ? bytes : new byte[0];
            String location = state.isSingle() ? state.location() : message.getHeader("Location", String.class);
            if (!state.isSingle() && state.moved(FollowRedirect.ofBatch(reply.status(), location, target))) {
                throw new RedirectedException();
            }
            throw new CallFailedException(reply.judged(throttling, body), body, location);
        }
        if (answers.refusal() != null) {
            throw refused(reply, answers.refusal(), state, target);
        }
        String reason = reasonOfAll(answers);
        if (target.wholeRun().stops(reason, state)) {
            throw new CallFailedException(reply, bytes(reason));
        }
        if (answers.unknown() != null && target.firstCalls().isUnreadable(answers.unknown())) {
            throw new BatchRefusedException(answers.unknown(), false);
        }
        target.firstCalls().usable();
        target.givesAnswers();
        taken(exchange, answered(exchange, reply, target), answers.isCut());
        Verdict.set(exchange, Verdict.ANSWERED);
    }

    private void told(RateLimit limit, Exchange exchange, CallState state, Target target) {
        Pace pace = target.keys().limited(state.ofKey(), target.pace());
        Turn turn = pace == state.ofKey() ? state.turn() : null;
        pace.told(limit, turn != null ? turn.inFlightOfLane() - 1 : besides.applyAsInt(exchange));
    }

    /** What the first answer says of its failure, where all say that they failed; or null. */
    private static @Nullable String reasonOfAll(Answers answers) {
        for (int i = 0; i < answers.size(); i++) {
            if (!answers.isFailed(i)) {
                return null;
            }
        }
        return answers.size() == 0 ? null : answers.detail(0);
    }

    private static byte[] bytes(@Nullable String text) {
        return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    }

    private static RuntimeException refused(Reply reply, Answers.Refusal refusal, CallState state, Target target) {
        byte[] said = bytes(refusal.detail());
        if (target.wholeRun().stops(refusal.detail(), state)) {
            return new CallFailedException(reply, said);
        }
        if (refusal.throttled()) {
            return new CallFailedException(reply.throttled(), said);
        }
        return reply.status() >= 300 && !refusal.tooLarge()
                ? new CallFailedException(reply, said)
                : new BatchRefusedException(refusal.detail(), refusal.tooLarge());
    }

    /** What there is to be said of a job is for the route that asked. */
    private void checkJob(Exchange exchange, Reply reply, JobNews news, Target target) {
        if (news.kind() != JobNews.Kind.LOST && news.kind() != JobNews.Kind.MISSING) {
            target.firstCalls().usable();
        }
        Batch batch = answered(exchange, reply, target);
        if (news.kind() == JobNews.Kind.ACCEPTED) {
            taken(exchange, batch, false);
        }
    }

    private Batch answered(Exchange exchange, Reply reply, Target target) {
        CallState state = CallState.of(exchange);
        target.accepted(state.clock().sentNanos(), state.ofKey());
        target.witnesses().well(state);
        target.budget().deposit();
        state.history().answered(reply.status());
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        batch.called(state.history().call(batch.id(), state.address(target)));
        return batch;
    }

    private void taken(Exchange exchange, Batch batch, boolean isCut) {
        if (!CallState.of(exchange).isPoll()) {
            batch.taken();
            if (!isCut) {
                size.taken(batch.size(), batch.bytes());
            }
        }
    }
}
