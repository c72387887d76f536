package io.github.saddlebag.endpoint;

import java.time.Duration;

/** The times of a request: since when it counts, when its next attempt is due, when that was sent. */
public final class CallClock {

    private long startedNanos;
    private long dueNanos;
    private long sentNanos;
    private long onWireNanos;
    private long pollUntilNanos;
    private boolean polls;
    private boolean begun;

    CallClock(long startedNanos) {
        this.startedNanos = startedNanos;
        this.dueNanos = startedNanos;
        this.sentNanos = startedNanos;
    }

    /** That of a part, whose deadline is the same. */
    CallClock ofPart() {
        CallClock part = new CallClock(startedNanos);
        part.begun = begun;
        return part;
    }

    /** A job is asked for until then, and its time alone ends that. */
    void poll(long untilNanos) {
        polls = true;
        pollUntilNanos = untilNanos;
    }

    /** The time of the request begins anew: it is sent. */
    void submit() {
        polls = false;
        startedNanos = System.nanoTime();
    }

    /** The time of the request begins anew with its next attempt: it was held, and not tried. */
    long restart() {
        begun = false;
        startedNanos = System.nanoTime();
        return startedNanos;
    }

    /** An attempt is about to begin. The deadline is counted from the first one on: waiting in line does not count. */
    public void begin() {
        sentNanos = System.nanoTime();
        if (!begun) {
            begun = true;
            startedNanos = sentNanos;
        }
    }

    /** Whether there was an attempt, of it or of what it is a part of. */
    public boolean hasBegun() {
        return begun;
    }

    /** When its last attempt began. */
    public long sentNanos() {
        return sentNanos;
    }

    /** The request of the attempt goes out now. */
    void sent() {
        long now = System.nanoTime();
        onWireNanos = now == 0 ? 1 : now;
    }

    /** How long ago the request of the attempt went out, asked once; less than 0: it did not. */
    public long nanosSinceSent() {
        long since = onWireNanos;
        onWireNanos = 0;
        return since == 0 ? -1 : System.nanoTime() - since;
    }

    /** So long it has waited for what is no fault of anybody: that does not count. */
    void waited(long nanos) {
        startedNanos += nanos;
        pollUntilNanos += nanos;
    }

    /** Whether nothing more may begin after such a wait. */
    public boolean isOver(Duration wait, RetryPolicy policy) {
        return polls
                ? System.nanoTime() + wait.toNanos() - pollUntilNanos >= 0
                : policy.isOver(elapsed().plus(wait));
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
