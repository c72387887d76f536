package io.github.saddlebag.wire;

import io.github.saddlebag.format.AnswerShape;
import io.github.saddlebag.format.AnswerText;
import io.github.saddlebag.format.Answers;
import io.github.saddlebag.format.MalformedAnswerException;
import io.github.saddlebag.json.Json;
import io.github.saddlebag.json.Utf8;
import java.io.IOException;

/** Reads a response as JSON, and where it is none, as what is next to it. */
final class NearJson {

    /** As a tree JSON takes about nine times its bytes; what is wrong with a larger response is not looked for so closely. */
    static final int LARGEST_TREE = 8 << 20;

    private NearJson() {}

    /** Reads answers; near: of what is next to JSON. */
    @FunctionalInterface
    interface Reading {
        Answers of(AnswerText text) throws IOException;
    }

    /**
     * Where the response as a whole is no JSON, perhaps all but one of its answers are: that item fails alone.
     *
     * @throws MalformedAnswerException the response has another shape
     */
    static Answers read(byte[] body, Reading reading) throws MalformedAnswerException {
        MalformedAnswerException fault = AnswerShape.page(body);
        if (fault != null) {
            throw fault;
        }
        try {
            AnswerText text = AnswerText.of(body);
            try {
                return reading.of(text);
            } catch (MalformedAnswerException e) {
                throw e;
            } catch (IOException e) {
                boolean isText = AnswerShape.isText(body);
                fault = text.malformed(Json.fault(e) + (isText ? ", but text" : ""), isText);
            }
        } catch (MalformedAnswerException e) {
            if (Utf8.isValid(body)) {
                throw e;
            }
            fault = e;
        }
        if (body.length > LARGEST_TREE) {
            throw fault;
        }
        try {
            return reading.of(AnswerText.near(body));
        } catch (IOException e) {
            throw fault;
        }
    }
}
