package io.github.saddlebag.call;

import java.time.Duration;
import org.apache.camel.Exchange;

/** How far a request has come over its attempts. Used by one thread at a time. */
final class CallState {

    private static final String PROPERTY = "SaddlebagCallState";

    private final long startedNanos = System.nanoTime();
    private int attempts;
    private int status;
    private long dueNanos = startedNanos;

    /** The state of the exchange's request; a new one for its first attempt. */
    static CallState of(Exchange exchange) {
        CallState state = exchange.getProperty(PROPERTY, CallState.class);
        if (state == null) {
            state = new CallState();
            exchange.setProperty(PROPERTY, state);
        }
        return state;
    }

    void attempted(int newStatus) {
        attempts++;
        status = newStatus;
    }

    int attempts() {
        return attempts;
    }

    int status() {
        return status;
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
