package io.github.saddlebag.call;

/** The endpoint refused a request as a whole, in a response whose status says that all is well. */
final class BatchRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param detail what the endpoint says */
    BatchRefusedException(String detail) {
        super(detail, null, false, false);
    }
}
