package io.github.saddlebag.admission;

/** The request waits for whether others are answered: no attempt was made. */
public final class SuspendedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SuspendedException() {
        super("The request waits for whether others are answered", null, false, false);
    }
}
