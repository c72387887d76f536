package io.github.saddlebag.batch;

/** What a batch must know of how its items are sent. */
public interface ItemRules {

    /** The bytes of an item on the wire, with what stands around it and separates it from the next. */
    long wireBytes(Item item);

    /** Whether equal ids must not stand in one request. */
    boolean needsUniqueIds();
}
