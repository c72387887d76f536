package io.github.saddlebag.aggregate;

import io.github.saddlebag.batch.Item;

/** Tells whether the request of an item may change something at the endpoint, or only reads. */
@FunctionalInterface
public interface ItemChanges {

    /** False: it only reads, and may be made at any time. */
    boolean mayChange(Item item);
}
