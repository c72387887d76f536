package io.github.saddlebag.batch;

import org.jspecify.annotations.Nullable;

/**
 * Why an item failed, as data.
 *
 * @param reason one sentence for people: numbers first, what was expected, what came, the cure; never a payload
 * @param detail what the endpoint said about it (RFC 9457 {@code title} and {@code detail}), or null
 * @param late whether the caller's time was over ({@code replyTimeout}); the request may still be under way
 */
public record Failure(String reason, @Nullable String detail, boolean late) {

    public Failure(String reason) {
        this(reason, null);
    }

    public Failure(String reason, @Nullable String detail) {
        this(reason, detail, false);
    }
}
