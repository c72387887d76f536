package io.github.saddlebag.job;

/** The endpoint took a job on, or moved it, and did not say where it can be asked for: asking again would not help. */
public final class UnknownJobException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownJobException(String message) {
        super(message, null, false, false);
    }
}
