package io.github.saddlebag.address;

/** An item's request must not be made: its address, or what it is made of, is not allowed. Has no cause. */
public final class RefusedRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String reason;

    /** @param reason a sentence with its full stop: what is refused, and what allows it */
    public RefusedRequestException(String reason) {
        super(reason, null, false, false);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
