package io.github.saddlebag.call;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.Call;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.call.Fault.Kind;
import io.github.saddlebag.call.RetryRules.Facts;
import io.github.saddlebag.call.RetryRules.Repeat;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.endpoint.Reply;
import io.github.saddlebag.endpoint.RetryPolicy;
import io.github.saddlebag.endpoint.StatusClasses;
import io.github.saddlebag.endpoint.Target;
import io.github.saddlebag.endpoint.WholeRun;
import io.github.saddlebag.format.FormatConstants;
import io.github.saddlebag.pace.Pace;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** What is known of an attempt that failed, and what ends its request. */
class FailedAttempt {

    private static final int NOT_FOUND = 404;

    final Exchange exchange;
    final Batch batch;
    final CallState state;
    final Target target;
    final Fault fault;
    private final String address;
    private final RetryPolicy policy;

    FailedAttempt(
            Exchange exchange,
            Batch batch,
            CallState state,
            Target target,
            Fault fault,
            String address,
            RetryPolicy policy) {
        this.exchange = exchange;
        this.batch = batch;
        this.state = state;
        this.target = target;
        this.fault = fault;
        this.address = address;
        this.policy = policy;
    }

    final Call call() {
        return state.history().call(batch.id(), address);
    }

    final boolean end() {
        batch.called(call());
        batch.decide(new Failure(fault.reason(), fault.text()));
        return verdict(Verdict.FAILED);
    }

    final Repeat repeat(boolean keyed) {
        if (fault.status() != StatusClasses.CONFLICT || !keyed || state.isPoll()) {
            return Repeat.NONE;
        }
        if (state.history().hasArrived()) {
            return Repeat.OURS;
        }
        boolean perhaps = sent().stream()
                .anyMatch(item -> item instanceof Item i
                        && i.position() != null
                        && i.position().isPerhapsRepeated());
        return perhaps ? Repeat.PERHAPS : Repeat.NONE;
    }

    /** The items that were sent. */
    final List<?> sent() {
        return exchange.getProperty(FormatConstants.SENT, List.of(), List.class);
    }

    /** Whether the failed attempt counts: what was sent is to blame, not an endpoint that is ill. */
    final boolean isHeldAgainst() {
        if (fault.mayBeIll(state.isOfItem())) {
            return target.witnesses().speakAgainst(state, policy.longestWait());
        }
        if (fault.saysWell()) {
            target.witnesses().well(state);
        }
        return true;
    }

    /** Whether only time tells what is to blame, and there was not enough of it. */
    final boolean isBlameOpen() {
        return state.parts().isOnlyTimeTelling()
                && policy.isSoon(target.witnesses().illFor());
    }

    /** How long the pause lasts that is its key's alone; zero: none does. */
    final Duration pauseOfKey() {
        Pace ofKey = state.ofKey();
        return ofKey == null ? Duration.ZERO : ofKey.pause();
    }

    final void slowDown(Reply reply) {
        if (fault.kind() == Kind.TURNED_AWAY
                || StatusClasses.isRefusal(reply.status())
                || !reply.retryAfter().isZero()) {
            Duration pause = state.refused(target, reply);
            if (!pause.isZero()) {
                warn(fault.text() + "; " + target.pausing() + " pause for " + pause.toMillis() + "ms.");
            }
        }
    }

    final void warn(String text) {
        target.log().warn(target.address() + ": " + text);
    }

    final Facts facts(Repeat repeat) {
        return new Facts(
                fault.kind(),
                repeat,
                state.isOfItem(),
                state.isPoll(),
                sent().size(),
                policy.maxAttempts(),
                state.history().tries(),
                state.history().failuresInRow(),
                state.history().timesLate(),
                state.parts().isOfUsedUp(),
                state.parts().isOnlyTimeTelling(),
                state.parts().mayStepAside(),
                state.parts().isOtherHeldAgainst(),
                target.witnesses().noneWell(),
                !isBlameOpen() && target.witnesses().mayExplore(state),
                target.wholeRun().isEnabled());
    }

    /** What was wrong last with a request that may not have been made now. */
    final String last() {
        String last = fault.kind().isHeldUp() ? state.history().lastError() : null;
        return last == null ? fault.text() : last;
    }

    /** Does what is to be done with a request that was refused as all others may be. */
    final boolean follow(WholeRun.Fate fate) {
        return switch (fate) {
            case WAIT -> true;
            case AGAIN -> {
                state.clock().waitFor(Duration.ZERO);
                yield true;
            }
            case GIVE_BACK -> {
                batch.giveBack();
                yield false;
            }
            case FAIL -> {
                WholeRun.Suspension waited = state.suspension();
                if (waited != null) {
                    batch.decide(waited.failure());
                }
                yield verdict(Verdict.FAILED);
            }
        };
    }

    final boolean fail(String what, @Nullable String detail) {
        batch.decide(failure(what, detail));
        return verdict(Verdict.FAILED);
    }

    final Failure failure(String what, @Nullable String detail) {
        String attempts =
                state.history().attempts() == 1 ? "1 attempt" : state.history().attempts() + " attempts";
        String took =
                String.format(Locale.ROOT, "%.1fs", state.clock().elapsed().toMillis() / 1000.0);
        return new Failure(state.history().kind(), what + " (" + attempts + " in " + took + ").", detail);
    }

    final boolean verdict(String verdict) {
        Verdict.set(exchange, verdict);
        return false;
    }

    /**
     * Whether it is an answer like another, in the mode single: a redirect that is not followed, and 404 to an item's
     * own address.
     *
     * @param haveAddresses whether items have addresses of their own
     */
    final boolean isAnswerToItem(boolean haveAddresses) {
        return fault.answer() != null
                && (state.isOfItem()
                        || state.isSingle()
                                && (FollowRedirect.isRedirect(fault.status())
                                        || fault.status() == NOT_FOUND && haveAddresses));
    }

    /** Why a request that was refused as too many cannot be answered in its time, nor any other; null: it may be. */
    final @Nullable String tooLong(Duration least) {
        Duration asked = fault.quiet();
        String deadline = " (saddlebag.call.deadline is " + policy.deadline().toSeconds() + "s)";
        boolean othersAccepted = target.hasAcceptedSince(state.history().firstTurnedAwayNanos());
        return switch (RetryRules.patience(
                asked, policy.deadline(), state.clock().isOver(least, policy), othersAccepted)) {
            case LEFT -> null;
            case ASKED_TOO_LONG ->
                last() + " and wants to be left alone for " + asked.toSeconds() + "s, until "
                        + Instant.now().plus(asked).truncatedTo(ChronoUnit.SECONDS) + deadline;
            case OVER_FOR_ALL ->
                last() + ", and has accepted nothing for "
                        + target.acceptsNothingFor().toSeconds() + "s" + deadline;
        };
    }

    static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
