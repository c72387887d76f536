package io.github.saddlebag.batch;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why an item failed, as data.
 *
 * @param reason one sentence for people: numbers first, what was expected, what came, the cure; never a payload
 * @param detail what the endpoint said about it (RFC 9457 {@code title} and {@code detail}), or null
 * @param late whether the caller's time was over ({@code replyTimeout}); the request may still be under way
 * @param comeBack when to send the item again, for nothing was done with it now; null: it failed
 */
public record Failure(
        String reason,
        @Nullable String detail,
        boolean late,
        @Nullable Duration comeBack) {

    public Failure(String reason) {
        this(reason, null);
    }

    public Failure(String reason, @Nullable String detail) {
        this(reason, detail, false, null);
    }

    /** Nothing is done with the item now: its caller may send it again after so long. */
    public static Failure notNow(String reason, Duration comeBack) {
        return new Failure(reason, null, false, comeBack);
    }
}
