package io.github.saddlebag.batch;

/** What a batch must know of how its items are sent. */
public interface ItemRules {

    /** The bytes of an item on the wire, with what stands around it and separates it from the next. */
    long wireBytes(Item item);

    /** The most bytes that the items of a request may have on the wire, besides what is configured for batches. */
    default long mostBytes() {
        return Long.MAX_VALUE;
    }

    /** Whether equal ids must not stand in one request. */
    boolean needsUniqueIds();
}
