package io.github.saddlebag.batch;

/** How much room an item takes in a request. */
@FunctionalInterface
public interface ItemSize {

    /** Its bytes on the wire, with what stands around it and separates it from the next. */
    long wireBytes(Item item);
}
