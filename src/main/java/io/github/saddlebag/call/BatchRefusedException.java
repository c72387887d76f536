package io.github.saddlebag.call;

/** The endpoint refused a request as a whole, in a response whose status says that all is well. */
final class BatchRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean isTooLarge;

    /**
     * @param detail what the endpoint says
     * @param isTooLarge whether that is that there are too many items
     */
    BatchRefusedException(String detail, boolean isTooLarge) {
        super(detail, null, false, false);
        this.isTooLarge = isTooLarge;
    }

    boolean isTooLarge() {
        return isTooLarge;
    }
}
