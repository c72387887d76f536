package io.github.saddlebag.batch;

import io.github.saddlebag.stats.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Why an item failed, as data.
 *
 * @param reason one sentence for people: numbers first, what was expected, what came, the cure; never a payload
 * @param detail what the endpoint said about it (RFC 9457 {@code title} and {@code detail}), or null
 * @param late whether the caller's time was over ({@code replyTimeout}); the request may still be under way
 * @param comeBack when to send the item again, for nothing was done with it now; null: it failed
 * @param status the item's own status, if a response had one for it; 0: it had none
 * @param kind of which few kinds it is
 */
public record Failure(
        String reason,
        @Nullable String detail,
        boolean late,
        @Nullable Duration comeBack,
        int status,
        Reason kind) {

    public Failure(String reason) {
        this(Reason.OTHER, reason);
    }

    public Failure(String reason, @Nullable String detail) {
        this(Reason.OTHER, reason, detail);
    }

    public Failure(Reason kind, String reason) {
        this(kind, reason, null);
    }

    public Failure(Reason kind, String reason, @Nullable String detail) {
        this(reason, detail, false, null, 0, kind);
    }

    /** The same in other words; what the endpoint said stays. */
    Failure told(UnaryOperator<String> words) {
        String told = words.apply(reason);
        return told.equals(reason) ? this : new Failure(told, detail, late, comeBack, status, kind);
    }

    /** Nothing is done with the item now: its caller may send it again after so long. */
    public static Failure notNow(String reason, Duration comeBack) {
        return new Failure(reason, null, false, comeBack, 0, Reason.NOT_NOW);
    }

    public Failure(String reason, @Nullable String detail, boolean late) {
        this(reason, detail, late, null, 0, late ? Reason.CALLER_TIMEOUT : Reason.OTHER);
    }

    /** Why an answer failed its item. */
    public static Failure ofItem(String reason, @Nullable String detail, int status) {
        return new Failure(reason, detail, false, null, status, Reason.ITEM_REFUSED);
    }

    /** What it is in the list of attempts, where a response was the attempt. */
    public Attempt asAttempt(@Nullable Call call) {
        int told = status > 0 || call == null ? status : call.status();
        return new Attempt(Instant.now(), told, detail == null ? reason : reason + " The endpoint says: " + detail);
    }
}
