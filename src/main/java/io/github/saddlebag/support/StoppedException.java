package io.github.saddlebag.support;

/**
 * The runtime stopped before the items had their fate: they are given back, neither done nor failed.
 *
 * <p>Whoever sees it must not acknowledge the source and must not dead-letter anything; the items are done at the next
 * start. An HTTP caller should be answered 503.
 */
public final class StoppedException extends Exception {

    private static final long serialVersionUID = 1L;

    public StoppedException(String message) {
        super(message, null, false, false);
    }
}
