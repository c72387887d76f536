package io.github.saddlebag.endpoint;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.config.RetrySettings;
import io.github.saddlebag.format.StopCodes;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds out that all requests are refused for a reason which lies in none of them: a key that has expired, an account
 * that is empty, an address that is gone. A run that ends by itself then ends, with nothing failed for it; others are
 * held, and a request a minute finds out whether that is over.
 *
 * <p>Until that is known, a request so refused waits: it fails as soon as another one is answered well that was sent after
 * that, or where no other is left that could be. A question after a job does not fail for the latter: then all is held.
 */
public final class WholeRun {

    private static final Set<Integer> STATUSES = Set.of(401, 402, 403, 404, 407, 301, 302, 303, 307, 308);
    private static final Set<Integer> STATUSES_OF_ITEMS = Set.of(401, 402, 403, 407);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final Duration NOTHING_ELSE_COMES = Duration.ofSeconds(1);
    private static final double FIRST_RATE = 0.2;

    private final int enough;
    private final Duration probe;
    private final StopCodes codes;
    private Predicate<String> end = reason -> false;

    private int inRow;
    private String refusedLikeThis = "";
    /** When the last of the requests was sent that were answered well meanwhile. */
    private long answeredSentNanos = System.nanoTime();

    private long lastNanos = System.nanoTime();
    /** How often those that wait were let go again. */
    private long rounds;

    private int suspendedPermits;
    private @Nullable String held;
    private @Nullable Batch heldWith;

    /** Whether no request was refused so since one was answered well; read without the lock. */
    private volatile boolean calm = true;

    public WholeRun(RetrySettings settings) {
        enough = settings.refusedInRow();
        probe = settings.probeInterval();
        codes = StopCodes.of(settings.stopCodes());
    }

    /** What a request waits for that was refused so, and why it fails if it does. */
    public record Suspension(Failure failure, String why, long sinceNanos, long rounds, int permits) {}

    /** What becomes of a request that was refused so. */
    public enum Fate {
        /** It waits for {@link #look}. */
        WAIT,
        /** It goes again, when the target may be called. */
        AGAIN,
        GIVE_BACK,
        FAIL
    }

    /**
     * Whether it is a refusal that may concern all requests.
     *
     * @param last whether the request would neither go again nor be halved
     */
    public boolean concerns(CallFailedException failed, boolean last, CallState state) {
        Set<Integer> statuses = state.isSingle() ? STATUSES_OF_ITEMS : STATUSES;
        return enough > 0 && (last && statuses.contains(failed.status()) || code(failed, state) != null);
    }

    private @Nullable String code(CallFailedException failed, CallState state) {
        boolean elsewhere = failed.status() >= 300 && failed.status() < 400;
        return state.isOfItem() || elsewhere ? null : codes.in(failed.body());
    }

    /** Whether an error that came under a good status concerns all requests. */
    public boolean stops(@Nullable String said, CallState state) {
        return enough > 0 && said != null && !state.isOfItem() && codes.inText(said) != null;
    }

    /** Whether what concerns all requests is told from what concerns one. */
    public boolean isEnabled() {
        return enough > 0;
    }

    /** A request was refused so. */
    public synchronized Fate refused(
            CallFailedException failed, Failure failure, Batch batch, CallState state, Target target) {
        calm = false;
        lastNanos = System.nanoTime();
        String like = likeness(failed, state);
        inRow = like.equals(refusedLikeThis) ? inRow + 1 : 1;
        refusedLikeThis = like;
        String code = code(failed, state);
        String detail = failed.detail() == null ? "" : " (" + failed.detail() + ")";
        if (held == null && code == null && inRow < enough) {
            batch.failCallers(failure);
            return suspend(
                    batch,
                    state,
                    new Suspension(failure, failed.text() + detail, System.nanoTime(), rounds, batch.permits()));
        }
        String reason = code == null
                ? failed.text() + detail + "; " + enough + " requests in a row ended like this"
                : failed.text() + " with " + code + detail;
        return hold(reason, batch, target, state);
    }

    /** None of the requests can be answered, which one is enough to tell. */
    public synchronized Fate none(String reason, Batch batch, CallState state, Target target) {
        calm = false;
        Fate fate = hold(reason, batch, target, state);
        if (fate != Fate.GIVE_BACK) {
            batch.root().failCallers(new Failure(reason + '.'));
        }
        return fate == Fate.AGAIN && batch.unsettled().isEmpty() ? Fate.FAIL : fate;
    }

    private Fate hold(String reason, Batch batch, Target target, CallState state) {
        if (end.test(reason)) {
            return Fate.GIVE_BACK;
        }
        if (held == null) {
            target.log()
                    .warn(target.address() + ": " + reason + ": all items wait, and one request each "
                            + probe.toSeconds() + "s finds out whether that is over.");
        }
        rounds++;
        held = reason;
        heldWith = batch;
        target.pace().comeBackGently(probe, FIRST_RATE);
        String told = target.address() + ": " + reason + "; nothing is sent until that is over.";
        batch.failCallers(Failure.notNow(told, probe));
        batch.hub().quiet(probe, told, true, null);
        return again(state, batch);
    }

    /** A request was refused as too many for longer than it may take, and so are all others. */
    public Fate refusedTooLong(String reason, Batch batch, CallState state, Target target) {
        if (enough == 0 || !batch.canWait()) {
            return Fate.FAIL;
        }
        if (end.test(reason)) {
            return Fate.GIVE_BACK;
        }
        target.log().warn(target.address() + ": " + reason + ": the items wait until that is over.");
        return again(state, batch);
    }

    private static Fate again(CallState state, Batch batch) {
        state.suspend(null);
        state.restart();
        return batch.unsettled().isEmpty() ? Fate.FAIL : Fate.AGAIN;
    }

    private Fate suspend(Batch batch, CallState state, Suspension suspension) {
        if (batch.unsettled().isEmpty()) {
            return Fate.FAIL;
        }
        suspendedPermits += suspension.permits;
        state.suspend(suspension);
        state.clock().waitFor(LOOK_AGAIN);
        return Fate.WAIT;
    }

    /** A request that waits has waited for a while. */
    public synchronized Fate look(Batch batch, CallState state, Target target) {
        Suspension suspension = Objects.requireNonNull(state.suspension());
        boolean goesAgain = rounds != suspension.rounds;
        boolean answered = answeredSentNanos - suspension.sinceNanos > 0;
        if (!answered && !goesAgain && !isAlone(batch)) {
            state.clock().waitFor(LOOK_AGAIN);
            return Fate.WAIT;
        }
        boolean inTheWay = !answered && batch.areInTheWay(suspendedPermits);
        suspendedPermits -= suspension.permits;
        if (!answered && !goesAgain && state.isPoll()) {
            // the job goes on: it must not be lost, and paid for again
            return hold(suspension.why, batch, target, state);
        }
        if (inTheWay && !goesAgain) {
            // all of them, or each would wait for the other
            rounds++;
        }
        return goesAgain || inTheWay ? again(state, batch) : Fate.FAIL;
    }

    private boolean isAlone(Batch batch) {
        return System.nanoTime() - lastNanos > NOTHING_ELSE_COMES.toNanos()
                && (batch.isAll(suspendedPermits) || batch.areInTheWay(suspendedPermits));
    }

    /** In one request for each item it is an answer of its own what a thing is not found, or not allowed, by. */
    private static String likeness(CallFailedException failed, CallState state) {
        if (!state.isSingle()) {
            return "";
        }
        String host = state.host().address().authority();
        return failed.status() == StatusClasses.FORBIDDEN ? host + ' ' + Arrays.hashCode(failed.body()) : host;
    }

    /** A request was answered well, that was sent then. */
    void answered(long sentNanos) {
        if (calm) {
            return;
        }
        synchronized (this) {
            answeredSentNanos = Math.max(answeredSentNanos, sentNanos);
            inRow = 0;
            held = null;
            if (heldWith != null) {
                heldWith.hub().quietIsOver();
                heldWith = null;
            }
            calm = suspendedPermits == 0;
        }
    }

    /** What ends the run, and says whether it does. */
    void endsBy(Predicate<String> newEnd) {
        end = newEnd;
    }
}
