package io.github.saddlebag.endpoint;

import io.github.saddlebag.address.ItemRequest;
import io.github.saddlebag.pace.Pace;
import io.github.saddlebag.pace.Turn;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * A request over its attempts, and what the steps of an attempt hand on to each other. Used by one thread at a time.
 */
public final class CallState {

    private static final int MOST_MOVES = 5;
    private static final String PROPERTY = "SaddlebagCallState";

    private final PartState parts;
    private final AttemptHistory history;
    private final CallClock clock;
    private int responded;
    private WholeRun.@Nullable Suspension suspension;
    private @Nullable Reply refusal;
    private Duration pauseBegun = Duration.ZERO;
    private @Nullable Host host;
    private @Nullable ItemRequest request;
    private @Nullable Turn turn;
    private @Nullable Pace ofKey;
    private @Nullable Reservation reservation;
    private @Nullable String authorization;
    private int renewals;
    private @Nullable Reply reply;
    private @Nullable String location;
    private @Nullable String movedTo;
    private int moves;
    private boolean tooLarge;
    private boolean leftover;

    private CallState(PartState parts, AttemptHistory history, CallClock clock) {
        this.parts = parts;
        this.history = history;
        this.clock = clock;
    }

    /** The state of the exchange's request; a new one for its first attempt. */
    public static CallState of(Exchange exchange) {
        CallState state = exchange.getProperty(PROPERTY, CallState.class);
        if (state == null) {
            long now = System.nanoTime();
            PartState parts = new PartState();
            state = new CallState(parts, new AttemptHistory(parts, now), new CallClock(now));
            exchange.setProperty(PROPERTY, state);
        }
        return state;
    }

    /** Begins anew for a part of the request; the deadline stays. */
    public static void part(Exchange exchange) {
        CallState before = of(exchange);
        CallClock clock = before.clock.ofPart();
        PartState parts = new PartState();
        new CallState(parts, before.history.of(parts, clock.sentNanos()), clock).hold(exchange);
    }

    /** A half of the request. The first one may step aside where only the other can tell what is to blame. */
    public CallState half(boolean first) {
        PartState half = parts.half(first);
        return new CallState(half, history.of(half, history.triedNanos()), clock.ofPart());
    }

    /** Makes it the state of the exchange's request. */
    public void hold(Exchange exchange) {
        clock.waitFor(Duration.ZERO);
        // what its exchange had of the memory ends with that
        reservation = null;
        exchange.setProperty(PROPERTY, this);
    }

    /** What it knows of its parts, or of the other parts of its whole. */
    public PartState parts() {
        return parts;
    }

    /** What its attempts came to. */
    public AttemptHistory history() {
        return history;
    }

    public CallClock clock() {
        return clock;
    }

    /** From now on a job is asked for, which was taken on: what fails then ends with the job's own time alone. */
    public void poll(Duration delay, long untilNanos) {
        history.poll();
        clock.poll(untilNanos);
        clock.waitFor(delay);
    }

    /** The job is lost: from now on the request is sent anew. */
    public void submitAgain(String error, Duration delay) {
        history.lost(error);
        clock.submit();
        clock.waitFor(delay);
    }

    /** Whether a job is asked for. */
    public boolean isPoll() {
        return history.isPoll();
    }

    /** The time of the request begins anew with its next attempt: it was held, and not tried. */
    public void restart() {
        history.restart(clock.restart());
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

    /** What the attempt is let in with; null: nothing. */
    @Nullable
    public String authorization() {
        return authorization;
    }

    public void authorization(String value) {
        authorization = value;
    }

    /** How often that was renewed as the endpoint did not take it. */
    public int renewals() {
        return renewals;
    }

    public void renewed() {
        renewals++;
    }

    /** What it has of the memory for its response; null: nothing. */
    @Nullable
    public Reservation reservation() {
        return reservation;
    }

    void reservation(Reservation made) {
        reservation = made;
    }

    /** The attempt has its turn. */
    public void turn(Turn newTurn) {
        turn = newTurn;
        ofKey = isSingle() ? null : newTurn.pace();
    }

    /** The pace of its key alone, as it had its turn last; null: there is none. */
    @Nullable
    public Pace ofKey() {
        return ofKey;
    }

    /** The turn of the attempt; null: it has none, or had it. */
    @Nullable
    public Turn turn() {
        return turn;
    }

    /** It has its turn no longer; whoever is told of that is told once. */
    public void endTurn(Consumer<Turn> told) {
        Turn had = turn;
        turn = null;
        if (had != null) {
            told.accept(had);
        }
    }

    /** The request of the attempt goes out now. */
    public void sent() {
        clock.sent();
        responded = 0;
    }

    /** A response began so. */
    public void responded(int newStatus) {
        responded = newStatus;
    }

    /** The status of the last attempt's response; 0: none came. */
    public int responded() {
        return responded;
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

    /**
     * The attempt was refused so; the pace is told once of each refusal.
     *
     * @return the pause that began with it; zero: none
     */
    public Duration refused(Target target, Reply reply) {
        if (refusal != reply) {
            refusal = reply;
            pauseBegun = target.keys().refused(ofKey, target.pace()).refused(reply.quiet(), clock.sentNanos());
        }
        return pauseBegun;
    }

    /** What the request waits for, instead of for its next attempt; null: it does not. */
    public WholeRun.@Nullable Suspension suspension() {
        return suspension;
    }

    void suspend(WholeRun.@Nullable Suspension newSuspension) {
        suspension = newSuspension;
    }

    /** It is cut as it is too large, or not. */
    public void tooLarge(boolean is) {
        tooLarge = is;
    }

    public boolean isTooLarge() {
        return tooLarge;
    }

    /** Nothing is wrong with it but that nobody waits for some of its items any more. */
    public void leftover() {
        leftover = true;
    }

    public boolean isLeftover() {
        return leftover;
    }
}
