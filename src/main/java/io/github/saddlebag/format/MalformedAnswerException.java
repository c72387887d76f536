package io.github.saddlebag.format;

import java.io.IOException;

/** A response that cannot be read: torn, garbled, or of another shape than the format says. */
public final class MalformedAnswerException extends IOException {

    private static final long serialVersionUID = 1L;

    private final boolean otherShape;

    MalformedAnswerException(String message) {
        this(message, false);
    }

    /** @param otherShape whether it is whole, and not what was expected: it would not help to ask again */
    MalformedAnswerException(String message, boolean otherShape) {
        super(message);
        this.otherShape = otherShape;
    }

    /** Whether the response is whole, and of another shape than the configuration says. */
    public boolean isOtherShape() {
        return otherShape;
    }
}
