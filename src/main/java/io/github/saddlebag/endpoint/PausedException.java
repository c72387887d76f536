package io.github.saddlebag.endpoint;

import java.time.Duration;

/** The target was paused after the call had its token: it is not made now. */
public final class PausedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Duration pause;

    public PausedException(Duration pause) {
        super("The target is paused", null, false, false);
        this.pause = pause;
    }

    public Duration pause() {
        return pause;
    }
}
