package io.github.saddlebag.call;

import io.github.saddlebag.batch.Attempt;
import io.github.saddlebag.batch.Call;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** How far a request has come over its attempts. Used by one thread at a time. */
final class CallState {

    private static final String PROPERTY = "SaddlebagCallState";
    private static final int REMEMBERED = 10;

    private long startedNanos;
    private final List<Attempt> failed = new ArrayList<>(0);
    private int attempts;
    private int turnedAway;
    private boolean lastTurnedAway;
    private int status;
    private long dueNanos;
    private long sentNanos;
    private boolean trial;
    private boolean uncounted;
    private boolean poll;
    private long pollUntilNanos;
    private int failedPolls;
    private boolean begun;
    private boolean arrived;
    private WholeRun.@Nullable Suspension suspension;
    private @Nullable Duration pauseBegun;
    private @Nullable Host host;
    private @Nullable ItemRequest request;
    private @Nullable Reply reply;
    private @Nullable String location;

    private CallState(long startedNanos) {
        this.startedNanos = startedNanos;
        this.dueNanos = startedNanos;
        this.sentNanos = startedNanos;
    }

    /** The state of the exchange's request; a new one for its first attempt. */
    static CallState of(Exchange exchange) {
        CallState state = exchange.getProperty(PROPERTY, CallState.class);
        if (state == null) {
            state = new CallState(System.nanoTime());
            exchange.setProperty(PROPERTY, state);
        }
        return state;
    }

    /** Begins anew for a part of the request; the deadline stays. */
    static void part(Exchange exchange) {
        CallState whole = of(exchange);
        CallState part = new CallState(whole.startedNanos);
        part.dueNanos = System.nanoTime();
        part.failed.addAll(whole.failed);
        exchange.setProperty(PROPERTY, part);
    }

    /** From now on a job is asked for, which was taken on: what fails then ends with the job's own time alone. */
    void poll(Duration delay, long untilNanos) {
        poll = true;
        pollUntilNanos = untilNanos;
        failedPolls = 0;
        waitFor(delay);
    }

    /** The job is lost: from now on the request is sent anew. */
    void submitAgain(String error, Duration delay) {
        poll = false;
        arrived = false;
        startedNanos = System.nanoTime();
        failed(status, error, false);
        waitFor(delay);
    }

    /** Whether a job is asked for. */
    boolean isPoll() {
        return poll;
    }

    /** Where the item's request goes, in the mode {@code single}. */
    void to(Host newHost, ItemRequest newRequest) {
        host = newHost;
        request = newRequest;
    }

    Host host() {
        return Objects.requireNonNull(host, "the request was not written");
    }

    ItemRequest request() {
        return Objects.requireNonNull(request, "the request was not written");
    }

    /** Whether it is the item that says where its request goes: then it says nothing of the endpoint if that is wrong. */
    boolean isOfItem() {
        return request != null && request.ofItem();
    }

    /** Whether it is the request of one item, in the mode {@code single}. */
    boolean isSingle() {
        return request != null;
    }

    /** What all calls to the same endpoint share. */
    Target target(Target configured) {
        return host == null ? configured : host.target();
    }

    /** Where the request goes, as it may be shown. */
    String address(Target configured) {
        return request == null ? configured.address() : request.address().shown();
    }

    void replied(Reply newReply, @Nullable String newLocation) {
        reply = newReply;
        location = newLocation;
    }

    /** Where the endpoint says that what was asked for is, or null. */
    @Nullable
    String location() {
        return location;
    }

    /** What the endpoint said besides the body; null: that stands in the message. */
    @Nullable
    Reply reply() {
        return reply;
    }

    /** An attempt is about to begin. */
    void begin() {
        sentNanos = System.nanoTime();
        trial = false;
        pauseBegun = null;
    }

    /** The deadline is counted from now on, if this is the first attempt: waiting in line does not count. */
    void beginFirst() {
        if (!begun) {
            begun = true;
            startedNanos = System.nanoTime();
        }
    }

    /** The deadline is counted from now on, if there was no attempt yet. */
    void standsInLine() {
        if (attempts == 0 && failed.isEmpty()) {
            startedNanos = System.nanoTime();
        }
    }

    /** The attempt is one by which the circuit breaker finds out whether the endpoint is well again. */
    void trial() {
        trial = true;
    }

    boolean isTrial() {
        return trial;
    }

    long sentNanos() {
        return sentNanos;
    }

    /**
     * The attempt was refused; the pace is told once.
     *
     * @return the pause that began with it; zero: none
     */
    Duration refused(Pace pace, Reply refusal) {
        Duration pause = pauseBegun;
        if (pause == null) {
            pause = pace.refused(refusal.quiet(), sentNanos);
            pauseBegun = pause;
        }
        return pause;
    }

    /** An attempt was answered. */
    void answered(int newStatus) {
        if (!poll) {
            attempts++;
        }
        status = newStatus;
    }

    /**
     * An attempt failed.
     *
     * @param counts whether it is one of those that are limited
     */
    void failed(int newStatus, String error, boolean counts) {
        status = newStatus;
        lastTurnedAway = false;
        uncounted = !counts || poll;
        if (poll) {
            failedPolls++;
        } else if (counts) {
            attempts++;
        }
        if (failed.size() == REMEMBERED) {
            failed.remove(0);
        }
        failed.add(new Attempt(Instant.now(), newStatus, error));
    }

    /** An attempt was refused for there being too many: it is told of, but not one of those that are limited. */
    void turnedAway(int newStatus, String error) {
        failed(newStatus, error, true);
        if (!poll) {
            turnedAway++;
        }
        lastTurnedAway = true;
        uncounted = true;
    }

    /** Whether the attempt that failed last was refused for there being too many. */
    boolean wasTurnedAway() {
        return lastTurnedAway;
    }

    /** What the request waits for, instead of for its next attempt; null: it does not. */
    WholeRun.@Nullable Suspension suspension() {
        return suspension;
    }

    void suspend(WholeRun.@Nullable Suspension newSuspension) {
        suspension = newSuspension;
    }

    /** The time of the request begins anew: it was held, and not tried. */
    void restart() {
        startedNanos = System.nanoTime();
    }

    /** What was wrong with the attempt that failed last; null: none did. */
    @Nullable
    String lastError() {
        return failed.isEmpty() ? null : failed.get(failed.size() - 1).error();
    }

    /** An attempt that failed may have reached the endpoint. */
    void arrived() {
        arrived = true;
    }

    /** Whether an earlier attempt may have reached the endpoint: it may still be at work on it. */
    boolean hasArrived() {
        return arrived;
    }

    /** How many attempts failed, as far as that is remembered. */
    int failures() {
        return failed.size();
    }

    /** Whether the attempt that failed last is not one of those that are limited. */
    boolean isUncounted() {
        return uncounted;
    }

    /** By how many failures in a row the next wait is known. */
    int failuresInRow() {
        return poll ? failedPolls : tries();
    }

    /** Whether nothing more may begin after such a wait. */
    boolean isOver(Duration wait, RetryPolicy policy) {
        return poll
                ? System.nanoTime() + wait.toNanos() - pollUntilNanos >= 0
                : policy.isOver(elapsed().plus(wait));
    }

    /** How often it was sent. */
    int attempts() {
        return attempts;
    }

    /** The attempts that are limited: those that were not refused for there being too many. */
    int tries() {
        return attempts - turnedAway;
    }

    Call call(String batch, String address) {
        return new Call(batch, address, status, attempts, failed.isEmpty() ? List.of() : List.copyOf(failed));
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    void waitFor(Duration delay) {
        dueNanos = System.nanoTime() + delay.toNanos();
    }

    /** Nanoseconds until the next attempt is due; 0 or less: now. */
    long nanosUntilDue() {
        return dueNanos - System.nanoTime();
    }
}
