package io.github.saddlebag.batch;

/** The gate had no room within {@code offerTimeout}: nothing was taken in. An HTTP caller should be answered 429. */
public final class GateFullException extends Exception {

    private static final long serialVersionUID = 1L;

    GateFullException(String message) {
        super(message, null, false, false);
    }
}
