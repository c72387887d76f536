package io.github.saddlebag.endpoint;

import io.github.saddlebag.address.ItemRequest;
import io.github.saddlebag.batch.Call;
import io.github.saddlebag.batch.Call.Attempt;
import io.github.saddlebag.pace.Pace;
import io.github.saddlebag.pace.Turn;
import io.github.saddlebag.stats.Reason;
import io.github.saddlebag.stats.SentCall;
import io.github.saddlebag.trace.Span;
import io.github.saddlebag.trace.Spans;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** How far a request has come over its attempts. Used by one thread at a time. */
public final class CallState {

    private static final int MOST_MOVES = 5;
    private static final int OFTEN = 2;
    private static final String PROPERTY = "SaddlebagCallState";

    private long startedNanos;
    private final List<Attempt> failed = new ArrayList<>(0);
    private final CallState whole;
    private boolean partAnswered;
    /** Others ask. */
    private volatile boolean suspect;

    private boolean usedUp;
    private boolean onlyTimeTells;
    private boolean firstHalf;
    private boolean aside;
    private @Nullable CallState other;
    private int attempts;
    private int tries;
    private int failuresInRow;
    private int late;
    private long triedNanos;
    private boolean lastTurnedAway;
    private long firstTurnedAwayNanos;
    private int refusals;
    private int status;
    private long dueNanos;
    private long sentNanos;
    private long onWireNanos;
    private int responded;
    private Reason kind = Reason.OTHER;
    private boolean uncounted;
    private boolean poll;
    private long pollUntilNanos;
    private int failedPolls;
    private boolean begun;
    private boolean arrived;
    private WholeRun.@Nullable Suspension suspension;
    private @Nullable Reply refusal;
    private Duration pauseBegun = Duration.ZERO;
    private @Nullable Host host;
    private @Nullable Turn turn;
    private @Nullable ItemRequest request;
    private @Nullable Reply reply;
    private @Nullable String location;
    private @Nullable String movedTo;
    private int moves;
    private @Nullable Span span;
    private int sends;

    private CallState(long startedNanos, @Nullable CallState whole) {
        this.whole = whole == null ? this : whole;
        this.triedNanos = startedNanos;
        this.startedNanos = startedNanos;
        this.dueNanos = startedNanos;
        this.sentNanos = startedNanos;
    }

    /** The state of the exchange's request; a new one for its first attempt. */
    public static CallState of(Exchange exchange) {
        CallState state = exchange.getProperty(PROPERTY, CallState.class);
        if (state == null) {
            state = new CallState(System.nanoTime(), null);
            exchange.setProperty(PROPERTY, state);
        }
        return state;
    }

    /** Begins anew for a part of the request; the deadline stays. */
    public static void part(Exchange exchange) {
        CallState before = of(exchange);
        CallState part = new CallState(before.startedNanos, null);
        part.begun = before.begun;
        part.failed.addAll(before.failed);
        part.attempts = before.attempts;
        part.kind = before.kind;
        part.hold(exchange);
    }

    /** A half of the request. The first one may step aside where only the other can tell what is to blame. */
    public CallState half(boolean first) {
        CallState half = new CallState(startedNanos, whole);
        half.begun = begun;
        half.failed.addAll(failed);
        half.attempts = attempts;
        half.usedUp = usedUp;
        half.kind = kind;
        half.firstHalf = first && usedUp;
        half.triedNanos = triedNanos;
        return half;
    }

    /** Makes it the state of the exchange's request. */
    public void hold(Exchange exchange) {
        dueNanos = System.nanoTime();
        exchange.setProperty(PROPERTY, this);
    }

    /** The request that this is a part of, or itself. */
    CallState whole() {
        return whole;
    }

    /** Whether it is a half of a request, or a half of that. */
    boolean isPart() {
        return whole != this;
    }

    /** A part of the request was answered. */
    void partAnswered() {
        partAnswered = true;
        suspect = true;
    }

    boolean isPartAnswered() {
        return partAnswered;
    }

    /** Whether it, or a part of it, failed while others were answered. */
    boolean isSuspect() {
        return whole.suspect;
    }

    /** Whether it is a part of what failed, and another part was answered: this one is to blame. */
    public boolean isToBlame() {
        return isOfUsedUp() && whole.partAnswered;
    }

    /** Whether no other request tells if it is to blame for its last failure, or the endpoint. */
    void onlyTimeTells(boolean only) {
        onlyTimeTells = only;
    }

    public boolean isOnlyTimeTelling() {
        return onlyTimeTells;
    }

    /** Its tries are used up: it is halved, and halves of more than one item have one attempt each. */
    public void useUp() {
        usedUp = true;
    }

    /** Whether its whole has used up its tries. */
    public boolean isOfUsedUp() {
        return isPart() && usedUp;
    }

    /** Whether another half, which did not go first yet, can. */
    public boolean mayStepAside() {
        return firstHalf;
    }

    /** Lets the other half go first, once. */
    public void stepAside() {
        aside = true;
        firstHalf = false;
    }

    public boolean hasSteppedAside() {
        return aside;
    }

    /** The half that went before this one. */
    public void other(CallState first) {
        other = first;
    }

    /** Whether the response to the other half, too, is held against it, and nobody knows yet what is to blame. */
    public boolean isOtherHeldAgainst() {
        return other != null && other.aside && other.tries > 0;
    }

    /** The attempt that failed last is held against it after all. */
    public void holdAgainst() {
        tries++;
        whole.suspect = true;
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

    /** From now on a job is asked for, which was taken on: what fails then ends with the job's own time alone. */
    public void poll(Duration delay, long untilNanos) {
        poll = true;
        pollUntilNanos = untilNanos;
        failedPolls = 0;
        waitFor(delay);
    }

    /** The job is lost: from now on the request is sent anew. */
    public void submitAgain(String error, Duration delay) {
        poll = false;
        arrived = false;
        startedNanos = System.nanoTime();
        failed(status, error, false, false);
        waitFor(delay);
    }

    /** Whether a job is asked for. */
    public boolean isPoll() {
        return poll;
    }

    /** Where the item's request goes, in the mode {@code single}. */
    public void to(Host newHost, ItemRequest newRequest) {
        host = newHost;
        request = newRequest;
    }

    public Host host() {
        return Objects.requireNonNull(host, "the request was not written");
    }

    public ItemRequest request() {
        return Objects.requireNonNull(request, "the request was not written");
    }

    /** Whether it is the item that says where its request goes: then it says nothing of the endpoint if that is wrong. */
    public boolean isOfItem() {
        return request != null && request.ofItem();
    }

    /** Whether it is the request of one item, in the mode {@code single}. */
    public boolean isSingle() {
        return request != null;
    }

    /** What all calls to the same endpoint share. */
    public Target target(Target configured) {
        return host == null ? configured : host.target();
    }

    /** Where the request goes, as it may be shown. */
    public String address(Target configured) {
        return request == null ? configured.address() : request.address().shown();
    }

    public void replied(Reply newReply, @Nullable String newLocation) {
        reply = newReply;
        location = newLocation;
    }

    /** Where the endpoint says that what was asked for is, or null. */
    @Nullable
    public String location() {
        return location;
    }

    /** What the endpoint said besides the body; null: that stands in the message. */
    @Nullable
    public Reply reply() {
        return reply;
    }

    /** The request is sent on, to another path of its endpoint. False: it is not, or was too often. */
    public boolean moved(@Nullable String to) {
        if (to == null || moves >= MOST_MOVES) {
            return false;
        }
        moves++;
        movedTo = to;
        return true;
    }

    /** The path and the query that the request was sent on to; null: it was not. */
    @Nullable
    public String movedTo() {
        return movedTo;
    }

    /** The request of the attempt goes out now. */
    public void sent() {
        long now = System.nanoTime();
        onWireNanos = now == 0 ? 1 : now;
        responded = 0;
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

    /** What kind of failure the last attempt ended with. */
    public Reason kind() {
        return kind;
    }

    public void kind(Reason newKind) {
        kind = newKind;
    }

    /** A response began so. */
    public void responded(int newStatus) {
        responded = newStatus;
    }

    /** The status of the last attempt's response; 0: none came. */
    public int responded() {
        return responded;
    }

    /** How long ago the request of the attempt went out, asked once; less than 0: it did not. */
    public long nanosSinceSent() {
        long since = onWireNanos;
        onWireNanos = 0;
        return since == 0 ? -1 : System.nanoTime() - since;
    }

    /** An attempt is about to begin. */
    public void begin() {
        sentNanos = System.nanoTime();
    }

    /** The deadline is counted from now on, if this is the first attempt: waiting in line does not count. */
    public void beginFirst() {
        if (!begun) {
            begun = true;
            startedNanos = System.nanoTime();
        }
    }

    /** So long it has waited for what is no fault of anybody: that does not count. */
    void waited(long nanos) {
        startedNanos += nanos;
        pollUntilNanos += nanos;
    }

    /** Whether there was an attempt, of it or of what it is a part of. */
    public boolean hasBegun() {
        return begun;
    }

    /** The attempt has its turn. */
    void turn(Turn newTurn) {
        turn = newTurn;
    }

    /** The turn of the attempt, asked once; null: it has none, or had it. */
    @Nullable
    Turn takeTurn() {
        Turn had = turn;
        turn = null;
        return had;
    }

    public long sentNanos() {
        return sentNanos;
    }

    /**
     * The attempt was refused so; the pace is told once of each refusal.
     *
     * @return the pause that began with it; zero: none
     */
    public Duration refused(Pace pace, Reply reply) {
        if (refusal != reply) {
            refusal = reply;
            pauseBegun = pace.refused(reply.quiet(), sentNanos);
        }
        return pauseBegun;
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

    /** What the request waits for, instead of for its next attempt; null: it does not. */
    public WholeRun.@Nullable Suspension suspension() {
        return suspension;
    }

    void suspend(WholeRun.@Nullable Suspension newSuspension) {
        suspension = newSuspension;
    }

    /** The time of the request begins anew with its next attempt: it was held, and not tried. */
    public void restart() {
        begun = false;
        startedNanos = System.nanoTime();
        firstTurnedAwayNanos = startedNanos;
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

    /** Whether nothing more may begin after such a wait. */
    public boolean isOver(Duration wait, RetryPolicy policy) {
        return poll
                ? System.nanoTime() + wait.toNanos() - pollUntilNanos >= 0
                : policy.isOver(elapsed().plus(wait));
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

    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    public void waitFor(Duration delay) {
        dueNanos = System.nanoTime() + delay.toNanos();
    }

    /** Nanoseconds until the next attempt is due; 0 or less: now. */
    public long nanosUntilDue() {
        return dueNanos - System.nanoTime();
    }
}
