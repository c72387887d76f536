package io.github.saddlebag.endpoint;

import io.github.saddlebag.batch.Attempt;
import io.github.saddlebag.batch.Call;
import io.github.saddlebag.stats.Reason;
import io.github.saddlebag.stats.SentCall;
import io.github.saddlebag.trace.Span;
import io.github.saddlebag.trace.Spans;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the attempts at a request came to, and which of them count. */
public final class AttemptHistory {

    private static final int OFTEN = 2;

    private final List<Attempt> failed = new ArrayList<>(0);
    private final PartState parts;
    private int attempts;
    private int tries;
    private int failuresInRow;
    private int failedPolls;
    private int late;
    private int refusals;
    private int status;
    private Reason kind = Reason.OTHER;
    private long triedNanos;
    private long firstTurnedAwayNanos;
    private boolean lastTurnedAway;
    private boolean uncounted;
    private boolean poll;
    private boolean arrived;
    private @Nullable Span span;
    private int sends;

    AttemptHistory(PartState parts, long triedNanos) {
        this.parts = parts;
        this.triedNanos = triedNanos;
    }

    /** That of a part: what was before belongs to it, and counts no more. */
    AttemptHistory of(PartState part, long tried) {
        AttemptHistory history = new AttemptHistory(part, tried);
        history.failed.addAll(failed);
        history.attempts = attempts;
        history.kind = kind;
        return history;
    }

    /** From now on a job is asked for. */
    void poll() {
        poll = true;
        failedPolls = 0;
    }

    /** The job is lost. */
    void lost(String error) {
        poll = false;
        arrived = false;
        failed(status, error, false, false);
    }

    /** Whether a job is asked for, which was taken on. */
    boolean isPoll() {
        return poll;
    }

    /** What is held against it from now on begins now. */
    void restart(long nanos) {
        firstTurnedAwayNanos = nanos;
    }

    /** The attempt that failed last is held against it after all. */
    public void holdAgainst() {
        tries++;
        parts.suspect();
    }

    /** The response was late once more. */
    public void late() {
        late++;
    }

    public int timesLate() {
        return late;
    }

    /** When it was tried last, or its whole before it was. */
    long triedNanos() {
        return triedNanos;
    }

    /** What kind of failure the last attempt ended with. */
    public Reason kind() {
        return kind;
    }

    public void kind(Reason newKind) {
        kind = newKind;
    }

    /** The request goes out, where the host traces. @return the place of this attempt in its trace */
    public String sends(Spans spans, @Nullable String parent, String method) {
        int before = poll ? failedPolls : sends++;
        Span begun = spans.call(parent, method, before);
        span = begun;
        return begun.traceparent();
    }

    /** The request is over that went out last. */
    public void over(SentCall call) {
        Span last = span;
        if (last != null) {
            span = null;
            last.end(call);
        }
    }

    /** An attempt was answered. */
    public void answered(int newStatus) {
        if (!poll) {
            attempts++;
            tries++;
        }
        status = newStatus;
    }

    /**
     * An attempt failed.
     *
     * @param reached whether the endpoint got to see it
     * @param counts whether it is one of those that are limited
     */
    public void failed(int newStatus, String error, boolean reached, boolean counts) {
        status = newStatus;
        lastTurnedAway = false;
        uncounted = !counts || poll;
        if (poll) {
            failedPolls++;
        } else if (reached) {
            attempts++;
            failuresInRow++;
            if (counts) {
                holdAgainst();
            }
            triedNanos = System.nanoTime();
        }
        if (failed.size() == Call.REMEMBERED) {
            failed.remove(0);
        }
        failed.add(new Attempt(Instant.now(), newStatus, error));
    }

    /** An attempt was refused for there being too many: it is told of, but not one of those that are limited. */
    public void turnedAway(int newStatus, String error) {
        int before = failuresInRow;
        failed(newStatus, error, true, false);
        failuresInRow = before;
        refusals++;
        if (firstTurnedAwayNanos == 0) {
            firstTurnedAwayNanos = System.nanoTime();
        }
        lastTurnedAway = true;
    }

    /** Whether it was refused for there being too many again and again. */
    public boolean isRefusedOften() {
        return refusals > OFTEN;
    }

    /** Whether the attempt that failed last was refused for there being too many. */
    public boolean wasTurnedAway() {
        return lastTurnedAway;
    }

    /** When it was refused for there being too many for the first time. */
    public long firstTurnedAwayNanos() {
        return firstTurnedAwayNanos;
    }

    /** What was wrong with the attempt that failed last; null: none did. */
    @Nullable
    public String lastError() {
        return failed.isEmpty() ? null : failed.get(failed.size() - 1).error();
    }

    /** An attempt that failed may have reached the endpoint. */
    public void arrived() {
        arrived = true;
    }

    /** Whether an earlier attempt may have reached the endpoint: it may still be at work on it. */
    public boolean hasArrived() {
        return arrived;
    }

    /** How many attempts failed, as far as that is remembered. */
    public int failures() {
        return failed.size();
    }

    /** Whether the attempt that failed last is not one of those that are limited. */
    public boolean isUncounted() {
        return uncounted;
    }

    /** By how many failures in a row the next wait is known. */
    public int failuresInRow() {
        return poll ? failedPolls : failuresInRow;
    }

    /** How often it was sent. */
    public int attempts() {
        return attempts;
    }

    /** The attempts that are limited: those that are held against the request. */
    public int tries() {
        return tries;
    }

    public Call call(String batch, String address) {
        return new Call(batch, address, status, attempts, failed.isEmpty() ? List.of() : List.copyOf(failed));
    }
}
