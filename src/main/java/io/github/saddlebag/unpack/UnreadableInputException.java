package io.github.saddlebag.unpack;

import java.io.IOException;

/** An input of which nothing can be read, now or later: it is no file of the form that it should have. */
public final class UnreadableInputException extends IOException {

    private static final long serialVersionUID = 1L;

    public UnreadableInputException(String message) {
        super(message);
    }
}
