package io.github.saddlebag.call;

import java.time.Duration;

/** The target was paused after the call had its token: it is not made now. */
final class PausedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Duration pause;

    PausedException(Duration pause) {
        super("The target is paused", null, false, false);
        this.pause = pause;
    }

    Duration pause() {
        return pause;
    }
}
