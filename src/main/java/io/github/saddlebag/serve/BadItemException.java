package io.github.saddlebag.serve;

/** What a caller sent is no item: it was not taken in. */
final class BadItemException extends Exception {

    private static final long serialVersionUID = 1L;

    BadItemException(String message) {
        super(message, null, false, false);
    }
}
