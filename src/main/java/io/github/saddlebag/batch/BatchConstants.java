package io.github.saddlebag.batch;

/** Names of headers and exchange properties. */
public final class BatchConstants {

    /** Header of the items that {@code from: batch:} emits: the key that the aggregator correlates by. */
    public static final String KEY = "SaddlebagKey";

    /** Exchange property of a batch's exchange: its {@link Batch}. */
    public static final String BATCH = "SaddlebagBatch";

    /** Exchange property of a caller's exchange: the {@link Outcome} of the one item that it sent. */
    public static final String OUTCOME = "SaddlebagOutcome";

    /**
     * Exchange property of a list that ends with an exception: what of it has an answer or a failure went on in parts and
     * arrived, and only the rest was given back.
     */
    public static final String REST_GIVEN_BACK = "SaddlebagRestGivenBack";

    /**
     * Exchange property of a part: a {@link Runnable} for whoever delivers it to say that it is held up, and only waits for
     * something to come back. Parts that come later go on then.
     */
    public static final String HELD_UP = "SaddlebagHeldUp";

    /** The key of items that have none. */
    public static final String NO_KEY = "all";

    private BatchConstants() {}
}
