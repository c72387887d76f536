package io.github.saddlebag.batch;

import org.jspecify.annotations.Nullable;

/**
 * An item's failure, thrown to the caller who sent the item alone.
 *
 * <p>It carries its reason as data and has no cause: Camel's {@code onException} matches by cause, and a cause of the
 * failed call would make a source route run its own steps again.
 */
public final class ItemFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Outcome outcome;

    ItemFailedException(Outcome outcome, Failure failure) {
        super(failure.reason(), null, false, false);
        this.outcome = outcome;
    }

    /** The item and why it failed; null after serialization. */
    public @Nullable Outcome outcome() {
        return outcome;
    }
}
