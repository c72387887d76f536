package io.github.saddlebag.call;

import io.github.saddlebag.admission.Credentials;
import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.BatchSize;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.call.Fault.Kind;
import io.github.saddlebag.call.RetryRules.Facts;
import io.github.saddlebag.call.RetryRules.Repeat;
import io.github.saddlebag.endpoint.CallFailedException;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.endpoint.RetryPolicy;
import io.github.saddlebag.endpoint.StatusClasses;
import io.github.saddlebag.endpoint.Target;
import io.github.saddlebag.endpoint.WholeRun;
import io.github.saddlebag.endpoint.Witnesses;
import io.github.saddlebag.format.BatchLimit;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.stats.Reason;
import io.github.saddlebag.stats.Wait;
import io.github.saddlebag.support.Unrecoverable;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Predicate;

/**
 * Decides after a failed attempt whether the request is sent again, and when; whether it is halved; or why its items
 * fail.
 *
 * <p>It counts the attempts itself: Camel's counter is shared by all clauses, and waits for an open circuit breaker would
 * use it up. What the endpoint never got to see (a refused connection, an open breaker, a pause), what it refused for
 * there being too many calls, and what it failed while it was ill do not count; only the deadline ends those.
 *
 * <p>Whether the endpoint is ill, or what was sent is to blame, other requests tell ({@link Witnesses}). A batch that has
 * used up its tries is halved.
 */
public final class Retries implements Predicate {

    private static final Duration BREAKER_WAIT = Duration.ofMillis(500);
    private static final Duration FIRST_CALLS_WAIT = Duration.ofMillis(300);

    private final LongAdder retried = new LongAdder();
    private final LongAdder waitedNanos = new LongAdder();
    private final Target configured;
    private final StatusClasses statuses;
    private final BatchSize size;
    private final RetryPolicy policy;
    private final Credentials credentials;
    private final boolean keyed;
    private final PipelineStats stats;

    /**
     * @param name the header that carries a key by which the endpoint knows a request again; empty: none
     */
    public Retries(
            Target target,
            StatusClasses statuses,
            BatchSize size,
            String name,
            Credentials credentials,
            RetryPolicy policy,
            PipelineStats stats) {
        this.configured = target;
        this.statuses = statuses;
        this.size = size;
        this.keyed = !name.isBlank();
        this.credentials = credentials;
        this.policy = policy;
        this.stats = stats;
    }

    @Override
    public boolean matches(Exchange exchange) {
        Throwable caught =
                Objects.requireNonNull(exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class));
        CallState state = CallState.of(exchange);
        Target target = state.target(configured);
        Fault fault = Fault.of(caught, statuses, said -> target.wholeRun().stops(said, state));
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        return new Attempt(exchange, batch, state, target, fault).goesAgain();
    }

    /** Sends it again, where that is what is to be done. */
    private final class Attempt extends FailedAttempt {

        private Attempt(Exchange exchange, Batch batch, CallState state, Target target, Fault fault) {
            super(exchange, batch, state, target, fault, state.address(configured), policy);
        }

        private boolean goesAgain() {
            if (target.firstCalls().isUnusable()) {
                batch.giveBack();
                return false;
            }
            return switch (fault.kind()) {
                case STOPPED -> {
                    batch.giveBack();
                    yield false;
                }
                case SUSPENDED -> follow(target.wholeRun().look(batch, state, target));
                // what waits for room waits for nothing else
                case REDIRECTED, NO_ROOM -> again(Duration.ZERO);
                case BREAKER_OPEN -> again(spread(BREAKER_WAIT));
                case PAUSED -> again(spread(fault.pause()));
                case NOT_ALLOWED -> end();
                case INTERNAL -> {
                    Unrecoverable.report(fault.error());
                    yield end();
                }
                default -> wasMade();
            };
        }

        private static Duration spread(Duration least) {
            long spread = Math.max(1, Math.min(least.toMillis(), BREAKER_WAIT.toMillis()));
            return least.plusMillis(ThreadLocalRandom.current().nextLong(spread));
        }

        private boolean wasMade() {
            CallFailedException answer = fault.answer();
            if (answer != null && answer.mayBeOfToken() && target == configured && credentials.renew(exchange)) {
                return again(Duration.ZERO);
            }
            if (fault.isTakenOn() && target.firstCalls().isUnreadable(fault.text())) {
                // each that follows would be taken on as well, and lost
                batch.giveBack();
                return false;
            }
            if (!isAnswerToItem(configured.template() != null)
                    && target.firstCalls().failed(fault.says(), fault.withWords())) {
                state.clock().waitFor(FIRST_CALLS_WAIT);
                return true;
            }
            state.history().kind(fault.reason());
            Repeat repeat = repeat(keyed);
            count(repeat);
            batch.called(call());
            if (answer != null && target.wholeRun().concerns(answer, fault.kind() == Kind.FINAL_STATUS, state)) {
                Failure failure = failure(fault.text(), fault.detail());
                return follow(target.wholeRun().refused(answer, failure, batch, state, target));
            }
            if (answer != null && repeat == Repeat.NONE) {
                slowDown(answer.reply());
            }
            if (fault.isForGood() && !target.gaveAnswers() && target.wholeRun().isEnabled()) {
                return none(fault.text());
            }
            Facts facts = facts(repeat);
            return switch (RetryRules.after(facts)) {
                case AGAIN -> {
                    if (facts.isLateBatch()) {
                        state.history().late();
                    }
                    yield again(backOff());
                }
                case AT_ONCE -> again(Duration.ZERO);
                case WHEN_DONE ->
                    again(longer(
                            Objects.requireNonNull(answer).reply().retryAfter(),
                            policy.waitAfter(state.history().failures())));
                case ASIDE -> {
                    state.parts().stepAside();
                    batch.handBack();
                    yield verdict(Verdict.ASIDE);
                }
                case HALVE -> split(fault.isTooLarge(batch.size()));
                case USED_UP -> {
                    state.parts().useUp();
                    // where another part was answered, it is an item that makes it late, not the size
                    yield split(facts.isLateBatch() && !state.parts().isToBlame());
                }
                case FAIL -> fail(fault.text(), fault.detail());
                case UNREADABLE_ALL -> none(fault.text() + ", whichever items are sent");
                case NONE -> none(fault.text());
            };
        }

        private boolean none(String reason) {
            return follow(target.wholeRun().none(reason, batch, state, target));
        }

        private void count(Repeat repeat) {
            boolean reached = !fault.kind().isUnreached(state.isOfItem());
            if (reached) {
                state.history().arrived();
            }
            if (fault.kind() == Kind.TURNED_AWAY) {
                state.history().turnedAway(fault.status(), fault.told());
                stats.refused();
            } else {
                boolean counts = reached && repeat != Repeat.OURS;
                state.history().failed(fault.status(), fault.told(), counts, counts && isHeldAgainst());
            }
        }

        private Duration backOff() {
            boolean isWithinBudget =
                    StatusClasses.isRefusal(fault.status()) || target.budget().withdraw();
            // a part has few tries, and nothing else tells what is to blame from an endpoint that is ill
            Duration wait = state.parts().isPart() && isBlameOpen()
                    ? policy.longestWait()
                    : policy.waitAfter(state.history().failuresInRow());
            return isWithinBudget ? wait : wait.plus(policy.firstWait());
        }

        private boolean again(Duration delay) {
            boolean neverMade = fault.kind() == Kind.PAUSED && state.history().attempts() == 0;
            Duration ofKey = pauseOfKey();
            Duration pause = longer(target.pace().pause(), ofKey);
            Duration least = longer(pause, delay);
            if (!pause.isZero() && target == configured && !state.isOfItem()) {
                String key = pause.equals(ofKey) ? batch.key() : null;
                String what = key == null ? "; nothing is sent for " : "; nothing of this key is sent for ";
                batch.hub().quiet(pause, last() + what + pause.toMillis() + "ms.", false, key);
                int left = batch.unsettled().size();
                if (left == 0) {
                    return verdict(Verdict.FAILED);
                }
                boolean nothingDone = fault.kind() == Kind.TURNED_AWAY || neverMade;
                if (nothingDone && !state.isPoll() && left < sent().size()) {
                    // whose callers were told so must not be sent after all
                    state.leftover();
                    return verdict(Verdict.SPLIT);
                }
            }
            String tooLong = state.isPoll() || !state.history().wasTurnedAway() ? null : tooLong(least);
            if (tooLong != null) {
                WholeRun.Fate fate = target.wholeRun().refusedTooLong(tooLong, batch, state, target);
                if (fate != WholeRun.Fate.FAIL) {
                    return follow(fate);
                }
            }
            if (neverMade && batch.canWait()) {
                // its time has not begun
                state.restart();
            } else if (state.clock().isOver(least, policy)) {
                String over = state.isPoll()
                        ? "; the job's time (saddlebag.job.deadline) is over"
                        : "; the deadline of " + policy.deadline().toSeconds() + "s (saddlebag.call.deadline) is over";
                return fail(last() + over, fault.detail());
            }
            state.clock().waitFor(delay);
            target.witnesses().expect(exchange, state);
            note(delay);
            return true;
        }

        private void note(Duration delay) {
            if (fault.kind() == Kind.BREAKER_OPEN) {
                stats.waited(Wait.BREAKER, delay.toNanos());
            } else if (fault.kind() == Kind.PAUSED) {
                stats.waited(Wait.PAUSE, delay.toNanos());
            }
            if (!fault.kind().isHeldUp()) {
                retried.increment();
                stats.retried();
                waitedNanos.add(delay.toNanos());
                String counted = state.history().isUncounted()
                        ? ""
                        : "attempt " + state.history().tries() + " of " + policy.maxAttempts() + ", ";
                warn(fault.text() + " for " + batch.size() + " items; " + counted
                        + (delay.toMillis() == 0
                                ? "again as soon as it may."
                                : "again in " + delay.toMillis() + "ms."));
            }
        }

        private boolean split(boolean tooLarge) {
            int sent = sent().size();
            if (tooLarge) {
                size.refused(sent, batch.bytes(), BatchLimit.mostItems(fault.detail(), sent));
            }
            if (sent > 1) {
                stats.bisected();
                state.tooLarge(tooLarge);
                return verdict(Verdict.SPLIT);
            }
            if (tooLarge) {
                state.history().kind(Reason.TOO_LARGE);
            }
            String alone = tooLarge ? ": the item has " + batch.bytes() + " bytes, alone in its request" : "";
            return fail(fault.text() + alone, fault.detail());
        }
    }

    /** Requests that were sent again. */
    public long retried() {
        return retried.sum();
    }

    /** The waits before those, in all. */
    public Duration waited() {
        return Duration.ofNanos(waitedNanos.sum());
    }
}
