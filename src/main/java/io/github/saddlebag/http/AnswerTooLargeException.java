package io.github.saddlebag.http;

import io.github.saddlebag.memory.Memory;
import java.io.IOException;

/** The response is larger than allowed. Asked again it would be so again; asked for less, perhaps not. */
public final class AnswerTooLargeException extends IOException {

    private static final long serialVersionUID = 1L;

    public AnswerTooLargeException(int maxBytes) {
        super("the response is larger than " + maxBytes + " bytes (saddlebag.answer.max-bytes)");
    }

    /**
     * @param bytes as far as it was read, or as it says
     * @param inMemory what they take there, in bytes
     */
    public AnswerTooLargeException(long bytes, long inMemory, Memory memory) {
        super("the response has " + bytes + " bytes or more, which take " + inMemory
                + " in memory, and there is room for " + memory.most() + " of the " + memory.bound()
                + " (saddlebag.call.max-memory; a larger heap, or fewer items in a request)");
    }
}
