package io.github.saddlebag.call;

import org.jspecify.annotations.Nullable;

/** The endpoint answered, but not with what was asked for. Carries what a retry needs to know; has no cause. */
final class CallFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String text;
    private final int status;
    private final @Nullable String detail;

    CallFailedException(int status, String message, @Nullable String detail) {
        super(message, null, false, false);
        this.text = message;
        this.status = status;
        this.detail = detail;
    }

    /** What is wrong, in one sentence without its full stop. */
    String text() {
        return text;
    }

    int status() {
        return status;
    }

    @Nullable
    String detail() {
        return detail;
    }
}
