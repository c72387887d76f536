package io.github.saddlebag.call;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.saddlebag.address.RefusedRequestException;
import io.github.saddlebag.admission.Credentials;
import io.github.saddlebag.admission.SuspendedException;
import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.BatchSize;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.endpoint.AccessTokenException;
import io.github.saddlebag.endpoint.CallFailedException;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.endpoint.FirstCalls;
import io.github.saddlebag.endpoint.NoRoomException;
import io.github.saddlebag.endpoint.PausedException;
import io.github.saddlebag.endpoint.Reply;
import io.github.saddlebag.endpoint.RetryPolicy;
import io.github.saddlebag.endpoint.StatusClasses;
import io.github.saddlebag.endpoint.Target;
import io.github.saddlebag.endpoint.WholeRun;
import io.github.saddlebag.endpoint.Witnesses;
import io.github.saddlebag.format.BatchLimit;
import io.github.saddlebag.format.FormatConstants;
import io.github.saddlebag.format.MalformedAnswerException;
import io.github.saddlebag.http.AnswerTooLargeException;
import io.github.saddlebag.http.IoErrors;
import io.github.saddlebag.http.NoTunnelException;
import io.github.saddlebag.http.NotProcessedException;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.stats.Reason;
import io.github.saddlebag.stats.Wait;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.support.Unrecoverable;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.ZipException;
import javax.net.ssl.SSLException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Predicate;
import org.apache.camel.RuntimeCamelException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.jspecify.annotations.Nullable;

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

    private static final int NOT_FOUND = 404;
    private static final Duration BREAKER_WAIT = Duration.ofMillis(500);
    private static final Duration FIRST_CALLS_WAIT = Duration.ofMillis(300);

    private static final int LATE_BEFORE_HALVING = 2;

    /** What an endpoint that is well says of a request that is not. */
    private static final Set<Integer> FAULT_OF_REQUEST = Set.of(400, 404, 409, 410, 411, 413, 414, 415, 422, 451);

    private final LongAdder retried = new LongAdder();
    private final LongAdder waitedNanos = new LongAdder();
    private Target configured = new Target();
    private StatusClasses statuses = new StatusClasses();
    private BatchSize size = new BatchSize();
    private RetryPolicy policy = new RetryPolicy();
    private Credentials credentials = new Credentials();
    private boolean keyed;
    private PipelineStats stats = new PipelineStats();

    @Override
    public boolean matches(Exchange exchange) {
        Throwable caught = unwrap(
                Objects.requireNonNull(exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class)));
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        CallState state = CallState.of(exchange);
        Target target = state.target(configured);
        Throwable error = asRefusal(caught, state, target);
        FirstCalls firstCalls = target.firstCalls();
        if (firstCalls.isUnusable() || isStop(error)) {
            batch.giveBack();
            return false;
        }
        if (error instanceof SuspendedException) {
            return follow(target.wholeRun().look(batch, state), exchange, batch, state);
        }
        if (error instanceof RedirectedException) {
            return again(exchange, batch, state, error, Duration.ZERO);
        }
        if (isHeldUp(error)) {
            return again(exchange, batch, state, error, heldUp(error));
        }
        if (error instanceof RefusedRequestException refused) {
            return end(Reason.NOT_ALLOWED, refused.reason(), exchange, batch, state);
        }
        Error unrecoverable = Unrecoverable.in(error);
        if (unrecoverable != null) {
            Unrecoverable.report(unrecoverable);
            return end(
                    Reason.INTERNAL,
                    "The request ended with an error of this JVM: " + unrecoverable + ".",
                    exchange,
                    batch,
                    state);
        }
        if (statusOf(error) == StatusClasses.UNAUTHORIZED && target == configured && credentials.renew(exchange)) {
            return again(exchange, batch, state, error, Duration.ZERO);
        }
        // in the mode single a redirect that is not followed is an answer like another, and 404 to an item's own
        // address
        boolean ofItem = error instanceof CallFailedException failed
                && (state.isOfItem()
                        || state.isSingle()
                                && (FollowRedirect.isRedirect(failed.status())
                                        || failed.status() == NOT_FOUND && configured.template() != null));
        if (!ofItem && firstCalls.failed(error, withWords(error))) {
            state.waitFor(FIRST_CALLS_WAIT);
            return true;
        }
        state.kind(kindOf(error));
        Repeat repeat = repeat(error, state, exchange);
        if (!isUnreached(error, state)) {
            state.arrived();
        }
        if (isTurnedAway(error)) {
            state.turnedAway(statusOf(error), told(error));
            stats.refused();
        } else {
            boolean reached = !isUnreached(error, state) && repeat != Repeat.OURS;
            state.failed(statusOf(error), told(error), reached, reached && isHeldAgainst(error, state, target));
        }
        batch.called(state.call(batch.id(), state.address(configured)));
        if (error instanceof CallFailedException failed
                && target.wholeRun().concerns(failed, statuses.isFinal(failed.reply()), state)) {
            Failure failure = failure(state, failed.text(), failed.detail());
            return follow(target.wholeRun().refused(failed, failure, batch, state, target), exchange, batch, state);
        }
        if (error instanceof CallFailedException failed) {
            return switch (repeat) {
                case NONE -> judge(exchange, batch, state, failed);
                case PERHAPS -> retry(exchange, batch, state, failed);
                case OURS -> {
                    Duration delay = policy.waitAfter(state.failures());
                    Duration asked = failed.reply().retryAfter();
                    yield again(exchange, batch, state, failed, asked.compareTo(delay) > 0 ? asked : delay);
                }
            };
        }
        if (error instanceof BatchRefusedException whole) {
            return split(exchange, batch, state, describe(error), error.getMessage(), whole.isTooLarge());
        }
        if (error instanceof AnswerTooLargeException) {
            // a job that was taken on must not be submitted again because its results are too large
            return state.isPoll()
                    ? fail(exchange, batch, state, describe(error), null)
                    : split(exchange, batch, state, describe(error), null, true);
        }
        boolean refused = error instanceof AccessTokenException token && token.isRefusal();
        return error instanceof IOException && !refused
                ? retry(exchange, batch, state, error)
                : fail(exchange, batch, state, describe(error), null);
    }

    /** What cannot be read, but says that no request will be answered. */
    private static Throwable asRefusal(Throwable error, CallState state, Target target) {
        String said = error instanceof MalformedAnswerException malformed ? malformed.said() : null;
        if (said == null || !target.wholeRun().stops(said, state)) {
            return error;
        }
        Reply reply = new Reply(200, Duration.ZERO, Optional.empty());
        return new CallFailedException(reply, said.getBytes(StandardCharsets.UTF_8));
    }

    private boolean end(Reason kind, String reason, Exchange exchange, Batch batch, CallState state) {
        batch.called(state.call(batch.id(), state.address(configured)));
        batch.decide(new Failure(kind, reason));
        Verdict.set(exchange, Verdict.FAILED);
        return false;
    }

    /** Whether a request was refused because the same one is under way, as its key says. */
    private enum Repeat {
        NONE,
        /** An attempt of an earlier process, if any. */
        PERHAPS,
        /** An earlier attempt of the same request. */
        OURS
    }

    private Repeat repeat(Throwable error, CallState state, Exchange exchange) {
        if (statusOf(error) != StatusClasses.CONFLICT || !keyed || state.isPoll()) {
            return Repeat.NONE;
        }
        if (state.hasArrived()) {
            return Repeat.OURS;
        }
        List<?> sent = exchange.getProperty(FormatConstants.SENT, List.class);
        boolean perhaps = sent != null
                && sent.stream()
                        .anyMatch(item -> item instanceof Item i
                                && i.position() != null
                                && i.position().isPerhapsRepeated());
        return perhaps ? Repeat.PERHAPS : Repeat.NONE;
    }

    /** Does what is to be done with a request that was refused as all others may be. */
    private boolean follow(WholeRun.Fate fate, Exchange exchange, Batch batch, CallState state) {
        switch (fate) {
            case WAIT -> {
                return true;
            }
            case AGAIN -> {
                state.waitFor(Duration.ZERO);
                return true;
            }
            case GIVE_BACK -> batch.giveBack();
            case FAIL -> {
                WholeRun.Suspension waited = state.suspension();
                if (waited != null) {
                    batch.decide(waited.failure());
                }
                Verdict.set(exchange, Verdict.FAILED);
            }
        }
        return false;
    }

    private boolean judge(Exchange exchange, Batch batch, CallState state, CallFailedException failed) {
        Target target = state.target(configured);
        Reply reply = failed.reply();
        boolean turnedAway = statuses.isTurnedAway(reply);
        if (turnedAway
                || StatusClasses.isRefusal(reply.status())
                || !reply.retryAfter().isZero()) {
            Duration pause = state.refused(target.pace(), reply);
            if (!pause.isZero()) {
                target.log()
                        .warn(target.address() + ": " + failed.text() + "; all calls pause for " + pause.toMillis()
                                + "ms.");
            }
        }
        if (turnedAway) {
            // at once: it waits for the pause with its thread, before those that were never sent
            return again(exchange, batch, state, failed, Duration.ZERO);
        }
        return switch (statuses.of(reply)) {
            case RETRY -> retry(exchange, batch, state, failed);
            case SPLIT ->
                // a job that was taken on must not be submitted again in halves because a question failed
                state.isPoll()
                        ? fail(exchange, batch, state, failed.text(), failed.detail())
                        : split(
                                exchange,
                                batch,
                                state,
                                failed.text(),
                                failed.detail(),
                                failed.status() == StatusClasses.TOO_LARGE
                                        || batch.size() > 1 && BatchLimit.isExceeded(failed.detail()));
            default -> fail(exchange, batch, state, failed.text(), failed.detail());
        };
    }

    private boolean retry(Exchange exchange, Batch batch, CallState state, Throwable error) {
        if (!state.isPoll()) {
            Witnesses witnesses = state.target(configured).witnesses();
            boolean unreadable = isUnreadable(error);
            if (unreadable && witnesses.noneWell() && state.isOtherHeldAgainst()) {
                Target target = state.target(configured);
                WholeRun.Fate fate = target.wholeRun().unreadable(describe(error), batch, state, target);
                if (fate != null) {
                    return follow(fate, exchange, batch, state);
                }
            }
            boolean onlyOtherCanTell = unreadable ? witnesses.noneWell() : state.isOnlyTimeTelling();
            if (!isUnreached(error, state) && onlyOtherCanTell && state.stepAside()) {
                batch.handBack();
                Verdict.set(exchange, Verdict.ASIDE);
                return false;
            }
            int items = exchange.getProperty(FormatConstants.SENT, List.class).size();
            boolean late = items > 1 && isLate(error);
            if (late && state.late() >= LATE_BEFORE_HALVING || isUsedUp(state, items, witnesses)) {
                // where another part was answered, it is an item that makes it late, not the size
                return usedUp(exchange, batch, state, error, late && !state.isToBlame());
            }
        }
        Duration delay = policy.waitAfter(state.failuresInRow());
        if (state.isOnlyTimeTelling()
                && policy.isSoon(state.target(configured).witnesses().illFor())) {
            // nothing else tells what is to blame from an endpoint that is ill
            delay = policy.longestWait();
        }
        if (isIll(error) && !state.target(configured).budget().withdraw()) {
            delay = delay.plus(policy.firstWait());
        }
        return again(exchange, batch, state, error, delay);
    }

    private boolean isUsedUp(CallState state, int items, Witnesses witnesses) {
        int most = policy.maxAttempts();
        if (items <= 1) {
            return state.tries() >= most;
        }
        return state.tries() >= (state.isOfUsedUp() ? 1 : most)
                || state.failuresInRow() >= most && witnesses.mayExplore(state);
    }

    /** What is not answered as a whole is halved; only an item that is alone fails. */
    private boolean usedUp(Exchange exchange, Batch batch, CallState state, Throwable error, boolean late) {
        state.useUp();
        return late
                ? split(exchange, batch, state, describe(error), null, true)
                : split(exchange, batch, state, describe(error), detailOf(error), false);
    }

    /** Whether the failed attempt counts: what was sent is to blame, not an endpoint that is ill. */
    private boolean isHeldAgainst(Throwable error, CallState state, Target target) {
        boolean ill = error instanceof CallFailedException failed
                ? StatusClasses.isIll(failed.status())
                : error instanceof IOException
                        && !isUnreadable(error)
                        && !(state.isOfItem() && isWithoutConnection(error))
                        && !(error instanceof AnswerTooLargeException)
                        && !(error instanceof AccessTokenException);
        if (ill) {
            return target.witnesses().speakAgainst(state);
        }
        if (error instanceof BatchRefusedException || FAULT_OF_REQUEST.contains(statusOf(error))) {
            target.witnesses().well(state);
        }
        return true;
    }

    /** Whether the endpoint answered well, as it says, but not in a way that can be read. */
    private static boolean isUnreadable(Throwable error) {
        return error instanceof MalformedAnswerException
                || error instanceof ZipException
                || error instanceof EOFException;
    }

    private static boolean isLate(Throwable error) {
        return error instanceof SocketTimeoutException && !(error instanceof ConnectTimeoutException);
    }

    /** Whether the endpoint refused it for there being too many calls: nothing was done. */
    private boolean isTurnedAway(Throwable error) {
        return error instanceof CallFailedException failed && statuses.isTurnedAway(failed.reply());
    }

    private static boolean isIll(Throwable error) {
        return !(error instanceof CallFailedException failed) || !StatusClasses.isRefusal(failed.status());
    }

    private boolean again(Exchange exchange, Batch batch, CallState state, Throwable error, Duration delay) {
        Duration pause = state.target(configured).pace().pause();
        Duration least = pause.compareTo(delay) > 0 ? pause : delay;
        if (!pause.isZero() && state.target(configured) == configured && !state.isOfItem()) {
            batch.quiet(pause, lastOf(error, state) + "; nothing is sent for " + pause.toMillis() + "ms.", false);
            int left = batch.unsettled().size();
            if (left == 0) {
                Verdict.set(exchange, Verdict.FAILED);
                return false;
            }
            List<?> sent = exchange.getProperty(FormatConstants.SENT, List.class);
            boolean nothingDone = isTurnedAway(error) || error instanceof PausedException && state.attempts() == 0;
            if (nothingDone && !state.isPoll() && sent != null && left < sent.size()) {
                // whose callers were told so must not be sent after all
                exchange.setProperty(Parts.REST, true);
                Verdict.set(exchange, Verdict.SPLIT);
                return false;
            }
        }
        String tooLong = state.isPoll() ? null : refusedTooLong(error, state, least);
        if (tooLong != null) {
            Target target = state.target(configured);
            WholeRun.Fate fate = target.wholeRun().refusedTooLong(tooLong, batch, state, target);
            if (fate != WholeRun.Fate.FAIL) {
                return follow(fate, exchange, batch, state);
            }
        }
        // its time has not begun
        boolean neverSent = error instanceof PausedException && state.attempts() == 0 && batch.canWait();
        if (neverSent) {
            state.restart();
        } else if (state.isOver(least, policy)) {
            String over = state.isPoll()
                    ? "; the job's time (saddlebag.job.deadline) is over"
                    : "; the deadline of " + policy.deadline().toSeconds() + "s (saddlebag.call.deadline) is over";
            return fail(exchange, batch, state, lastOf(error, state) + over, detailOf(error));
        }
        state.waitFor(delay);
        state.target(configured).witnesses().expect(exchange, state);
        if (error instanceof CallNotPermittedException) {
            stats.waited(Wait.BREAKER, delay.toNanos());
        } else if (error instanceof PausedException) {
            stats.waited(Wait.PAUSE, delay.toNanos());
        }
        if (!isHeldUp(error)) {
            retried.increment();
            stats.retried();
            waitedNanos.add(delay.toNanos());
            String counted =
                    state.isUncounted() ? "" : "attempt " + state.tries() + " of " + policy.maxAttempts() + ", ";
            Target target = state.target(configured);
            target.log()
                    .warn(target.address() + ": " + describe(error) + " for " + batch.size() + " items; " + counted
                            + "again in " + delay.toMillis() + "ms.");
        }
        return true;
    }

    /** What was wrong last with a request that may not have been made now. */
    private static String lastOf(Throwable error, CallState state) {
        String last = isHeldUp(error) ? state.lastError() : null;
        return last == null ? describe(error) : last;
    }

    /** Why a request that was refused as too many cannot be answered in its time, nor any other; null: it may be. */
    private @Nullable String refusedTooLong(Throwable error, CallState state, Duration least) {
        if (!state.wasTurnedAway()) {
            return null;
        }
        Duration asked =
                error instanceof CallFailedException failed ? failed.reply().quiet() : Duration.ZERO;
        String deadline = " (saddlebag.call.deadline is " + policy.deadline().toSeconds() + "s)";
        if (asked.compareTo(policy.deadline()) > 0) {
            return lastOf(error, state) + " and wants to be left alone for " + asked.toSeconds() + "s, until "
                    + Instant.now().plus(asked).truncatedTo(ChronoUnit.SECONDS) + deadline;
        }
        Target target = state.target(configured);
        // where others were accepted meanwhile, it is this one that fails
        return state.isOver(least, policy) && !target.hasAcceptedSince(state.firstTurnedAwayNanos())
                ? lastOf(error, state) + ", and has accepted nothing for "
                        + target.acceptsNothingFor().toSeconds() + "s" + deadline
                : null;
    }

    private boolean split(
            Exchange exchange, Batch batch, CallState state, String what, @Nullable String detail, boolean tooLarge) {
        List<?> sent = exchange.getProperty(FormatConstants.SENT, List.class);
        if (tooLarge) {
            size.refused(sent.size(), batch.bytes(), BatchLimit.mostItems(detail, sent.size()));
        }
        if (sent.size() > 1) {
            stats.bisected();
            Verdict.set(exchange, Verdict.SPLIT);
            exchange.setProperty(Parts.TOO_LARGE, tooLarge);
            return false;
        }
        if (tooLarge) {
            state.kind(Reason.TOO_LARGE);
        }
        String text = tooLarge ? what + ": the item has " + batch.bytes() + " bytes, alone in its request" : what;
        return fail(exchange, batch, state, text, detail);
    }

    private boolean fail(Exchange exchange, Batch batch, CallState state, String what, @Nullable String detail) {
        batch.decide(failure(state, what, detail));
        Verdict.set(exchange, Verdict.FAILED);
        return false;
    }

    private static Failure failure(CallState state, String what, @Nullable String detail) {
        String attempts = state.attempts() == 1 ? "1 attempt" : state.attempts() + " attempts";
        String took = String.format(Locale.ROOT, "%.1fs", state.elapsed().toMillis() / 1000.0);
        return new Failure(state.kind(), what + " (" + attempts + " in " + took + ").", detail);
    }

    /** Whether it is no failure, but the end of the runtime. */
    private static boolean isStop(Throwable error) {
        return error instanceof StoppedException
                || error instanceof RejectedExecutionException
                || error instanceof InterruptedException;
    }

    /** Whether the call was not made at all. */
    private static boolean isHeldUp(Throwable error) {
        return error instanceof CallNotPermittedException
                || error instanceof PausedException
                || error instanceof NoRoomException
                || error instanceof RedirectedException;
    }

    private static Duration heldUp(Throwable error) {
        if (error instanceof NoRoomException) {
            // it waits for room, and for nothing else
            return Duration.ZERO;
        }
        Duration least = error instanceof PausedException paused ? paused.pause() : BREAKER_WAIT;
        long spread = Math.max(1, Math.min(least.toMillis(), BREAKER_WAIT.toMillis()));
        return least.plusMillis(ThreadLocalRandom.current().nextLong(spread));
    }

    /** Whether the endpoint never got to see the call. */
    private static boolean isUnreached(Throwable error, CallState state) {
        return error instanceof ConnectException
                || error instanceof NoRouteToHostException
                || error instanceof NotProcessedException
                || !state.isOfItem() && isWithoutConnection(error);
    }

    /** Of the endpoint that was configured this is nobody's fault but the configuration's, or passes: no item is to blame. */
    private static boolean isWithoutConnection(Throwable error) {
        return error instanceof SSLException
                || error instanceof UnknownHostException
                || error instanceof NoTunnelException;
    }

    private Reason kindOf(Throwable error) {
        if (error instanceof CallFailedException failed) {
            return isTurnedAway(error) ? Reason.THROTTLED : Reason.ofStatus(failed.status());
        }
        if (error instanceof AccessTokenException) {
            return Reason.UNAUTHORIZED;
        }
        if (error instanceof AnswerTooLargeException) {
            return Reason.TOO_LARGE;
        }
        if (error instanceof BatchRefusedException) {
            return Reason.REFUSED;
        }
        if (isUnreadable(error)) {
            return Reason.UNREADABLE;
        }
        if (isLate(error)) {
            return Reason.TIMEOUT;
        }
        return error instanceof IOException ? Reason.CONNECTION : Reason.OTHER;
    }

    private static int statusOf(Throwable error) {
        return error instanceof CallFailedException failed ? failed.status() : 0;
    }

    private static @Nullable String detailOf(Throwable error) {
        return error instanceof CallFailedException failed ? failed.detail() : null;
    }

    private static Throwable unwrap(Throwable error) {
        Throwable inner = error;
        while (inner instanceof RuntimeCamelException && inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner;
    }

    /** What is wrong, and what the endpoint says about it. */
    private static String told(Throwable error) {
        String detail = error instanceof BatchRefusedException ? error.getMessage() : detailOf(error);
        return detail == null ? describe(error) : describe(error) + ": " + detail;
    }

    /** The same in one sentence without its end, for which no item is to blame. */
    private static String withWords(Throwable error) {
        String detail = detailOf(error);
        return detail == null ? describe(error) : describe(error) + " (" + detail + ")";
    }

    private static String describe(Throwable error) {
        if (error instanceof CallFailedException failed) {
            return failed.text();
        }
        if (error instanceof CallNotPermittedException) {
            return "The circuit breaker is open";
        }
        if (error instanceof BatchRefusedException) {
            return "The endpoint refused the request as a whole";
        }
        if (error instanceof PausedException) {
            return "The target is paused";
        }
        if (error instanceof RedirectedException) {
            return "The request was redirected";
        }
        if (error instanceof NoRoomException) {
            return "There is no room in memory for the response";
        }
        if (error instanceof AccessTokenException) {
            return String.valueOf(error.getMessage());
        }
        return "No usable answer: " + IoErrors.describe(error);
    }

    /** Requests that were sent again. */
    public long retried() {
        return retried.sum();
    }

    /** The waits before those, in all. */
    public Duration waited() {
        return Duration.ofNanos(waitedNanos.sum());
    }

    /** What all calls share. */
    public void setTarget(Target target) {
        this.configured = target;
    }

    /** Which statuses mean what. */
    public void setStatuses(StatusClasses statuses) {
        this.statuses = statuses;
    }

    /** What is learned of how large a batch may be. */
    public void setSize(BatchSize size) {
        this.size = size;
    }

    /** The header that carries a key by which the endpoint knows a request again; empty: none. */
    public void setIdempotencyHeader(String name) {
        keyed = !name.isBlank();
    }

    /** What requests are let in with. */
    public void setCredentials(Credentials credentials) {
        this.credentials = credentials;
    }

    /** How often, after which waits and for how long. */
    public void setPolicy(RetryPolicy policy) {
        this.policy = policy;
    }

    /** What is counted of the calls. */
    public void setStats(PipelineStats stats) {
        this.stats = stats;
    }
}
