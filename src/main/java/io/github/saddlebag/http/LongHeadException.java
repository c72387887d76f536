package io.github.saddlebag.http;

import java.io.IOException;

/** There is more around the body of a response, before it, within it or after it, than a client can be expected to read. */
final class LongHeadException extends IOException {

    /** The most bytes of a response's head, interim responses included, and between two parts of its body. */
    static final int MOST_BYTES = 64 * 1024;

    static final String MESSAGE = "the response has more than " + MOST_BYTES
            + " bytes in its head, or in extensions or trailers of its chunks";

    private static final long serialVersionUID = 1L;

    LongHeadException() {
        super(MESSAGE);
    }
}
