package io.github.saddlebag.format;

import java.io.IOException;

/** A response that cannot be read: torn, garbled, or of another shape than the format says. */
public final class MalformedAnswerException extends IOException {

    private static final long serialVersionUID = 1L;

    MalformedAnswerException(String message) {
        super(message);
    }
}
