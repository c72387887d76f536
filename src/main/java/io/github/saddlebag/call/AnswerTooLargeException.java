package io.github.saddlebag.call;

import java.io.IOException;

/** The response is larger than allowed. Asked again it would be so again; asked for less, perhaps not. */
final class AnswerTooLargeException extends IOException {

    private static final long serialVersionUID = 1L;

    AnswerTooLargeException(int maxBytes) {
        super("the response is larger than " + maxBytes + " bytes (saddlebag.answer.max-bytes)");
    }
}
