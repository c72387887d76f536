package io.github.saddlebag.call;

/** The endpoint sent the request elsewhere: it is made anew, there, and passes all limits again. */
final class RedirectedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RedirectedException() {
        super("The request is redirected", null, false, false);
    }
}
