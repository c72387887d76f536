package io.github.saddlebag.address;

/** An item's request must not be made: its address, or what it is made of, is not allowed. Has no cause. */
public final class RefusedRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String reason;
    private final boolean isOfItem;

    /** @param reason a sentence with its full stop: what is refused, and what allows it */
    public RefusedRequestException(String reason) {
        this(reason, false);
    }

    private RefusedRequestException(String reason, boolean isOfItem) {
        super(reason, null, false, false);
        this.reason = reason;
        this.isOfItem = isOfItem;
    }

    /** The item lacks what its request is made of: nothing would allow it. */
    public static RefusedRequestException ofItem(String reason) {
        return new RefusedRequestException(reason, true);
    }

    /** Whether the item has to be mended, as nothing would allow its request. */
    public boolean isOfItem() {
        return isOfItem;
    }

    public String reason() {
        return reason;
    }
}
