package io.github.saddlebag.format;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What one answer says of its item besides the result.
 *
 * @param status its status as a number; 0: none
 * @param failed whether its item failed, and
 * @param retry perhaps may be tried again
 * @param reason why, where that is not for the endpoint to say; or null
 * @param detail what the endpoint says of it, or null
 * @param retryAfter when the item is to come back, as an HTTP {@code Retry-After} says it; or null
 * @param tooLarge whether it was one item too many, and may go well in a smaller batch
 * @param unknown whether the reason is a word that nobody told us
 * @param refused whether nothing was done for its item, as there are too many
 * @param doubt the error that alone speaks against it, where nobody said that it is one; or null
 */
public record Said(
        int status,
        boolean failed,
        boolean retry,
        @Nullable String reason,
        @Nullable String detail,
        @Nullable String retryAfter,
        boolean tooLarge,
        boolean unknown,
        boolean refused,
        @Nullable JsonNode doubt) {

    static Said done(int status) {
        return new Said(status, false, false, null, null, null, false, false, false, null);
    }

    /** The answer is none that could be one. */
    public static Said broken(String reason) {
        return new Said(0, true, false, reason, null, null, false, false, false, null);
    }
}
