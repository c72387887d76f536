package io.github.saddlebag.format;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.Item;
import java.util.List;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Decides about an item whose own answer says that it may be tried again. */
@FunctionalInterface
public interface ItemRetry {

    /** No item is tried again. */
    ItemRetry NEVER = (batch, item, status, refused, retryAfter) -> false;

    /**
     * Puts the item back for a later batch, if it may be.
     *
     * @param status the status of the item's own answer; 0: none
     * @param refused whether nothing was done for it, as there are too many: that is no try
     * @param retryAfter when it is to come back, as an HTTP {@code Retry-After} says it; null: nothing was said
     * @return false: it is to fail
     */
    boolean again(Batch batch, Item item, int status, boolean refused, @Nullable String retryAfter);

    /**
     * A part of the items of an answer was refused, as there are too many.
     *
     * @param share more than 0, at most 1
     */
    default void busy(Exchange exchange, double share) {}

    /**
     * Puts items back for smaller batches, for the answers to those before them took all the room; that is no try.
     *
     * @return those that go again; the others are to fail
     */
    default List<Item> smaller(Batch batch, List<Item> items) {
        return List.of();
    }
}
