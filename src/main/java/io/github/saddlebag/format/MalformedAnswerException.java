package io.github.saddlebag.format;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A response that cannot be read: torn, garbled, or of another shape than the format says. */
public final class MalformedAnswerException extends IOException {

    private static final long serialVersionUID = 1L;

    private final boolean otherShape;
    private boolean forGood;
    private @Nullable String said;

    public MalformedAnswerException(String message) {
        this(message, false);
    }

    /** @param otherShape whether it is whole, and not what was expected: it would not help to ask again */
    public MalformedAnswerException(String message, boolean otherShape) {
        super(message);
        this.otherShape = otherShape;
    }

    /** The response has an error in the place of answers, which says this; null: nothing. */
    public MalformedAnswerException saying(@Nullable String text) {
        said = text;
        return this;
    }

    /** What it is part of is over: it stays as it is. */
    public MalformedAnswerException forGood() {
        forGood = true;
        return this;
    }

    /** Whether the endpoint will say nothing else, and that has another shape than the configuration says. */
    public boolean isForGood() {
        return forGood && otherShape;
    }

    /** What the endpoint says in the place of answers, or null. */
    public @Nullable String said() {
        return said;
    }

    /** Whether the response is whole, and of another shape than the configuration says. */
    public boolean isOtherShape() {
        return otherShape;
    }
}
