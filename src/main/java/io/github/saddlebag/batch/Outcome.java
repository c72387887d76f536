package io.github.saddlebag.batch;

import org.jspecify.annotations.Nullable;

/**
 * An item with its fate: either {@code answer} or {@code failure} is there, never both.
 *
 * @param answer the item's own answer; for JSON a {@code byte[]} that holds one JSON value
 * @param failure why there is no answer
 * @param call the call that decided it, or null where none was made
 */
public record Outcome(
        Item item,
        @Nullable Object answer,
        @Nullable Failure failure,
        @Nullable Call call) {

    public boolean failed() {
        return failure != null;
    }

    /** The item's own status, where a response had one for it and failed it; else that of the last response; 0: none. */
    public int status() {
        int own = failure == null ? 0 : failure.status();
        return own > 0 || call == null ? own : call.status();
    }

    /** It is no fate: the item was given back to its source, to be done at the next start. */
    public boolean givenBack() {
        return answer == null && failure == null;
    }
}
