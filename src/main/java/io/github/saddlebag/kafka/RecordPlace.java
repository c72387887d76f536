package io.github.saddlebag.kafka;

import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.deliver.RecordPosition;
import io.github.saddlebag.stats.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a record stands, and what has to be told once its outcome is delivered.
 *
 * @param ownId the id that its key is; null: it is none
 * @param tombstone what becomes of it, as it has no value; null: it has one
 */
record RecordPlace(
        String source,
        int partition,
        long number,
        byte @Nullable [] key,
        Map<String, byte[]> recordHeaders,
        @Nullable String ownId,
        @Nullable Tombstones tombstone,
        Order order,
        Polled polled)
        implements RecordPosition {

    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    /** What the order of records is kept by. */
    enum Order {
        ID,
        KEY,
        NONE
    }

    /** What becomes of records without a value. */
    enum Tombstones {
        DEAD_LETTER,
        PASS,
        DROP
    }

    @Override
    public boolean isEmpty() {
        return tombstone != null;
    }

    @Override
    public void settle(Item item) {
        if (tombstone == Tombstones.PASS) {
            item.answer(NULL, null);
        } else {
            item.fail(
                    new Failure(
                            Reason.INVALID_ITEM,
                            describe() + ": The record has no value (a tombstone): there is nothing to send."
                                    + " saddlebag.source.kafka.tombstones can have such records passed on or dropped."),
                    null);
        }
    }

    @Override
    public @Nullable String orderedBy(@Nullable String id) {
        return switch (order) {
            case ID -> id;
            case KEY -> key == null ? null : new String(key, StandardCharsets.ISO_8859_1);
            case NONE -> null;
        };
    }

    @Override
    public boolean isOrdered() {
        return order == Order.KEY || isEmpty();
    }

    /** Offsets are not unique, and other items may have them for an id. */
    @Override
    public String nameWithoutId() {
        return source + "/" + partition + "/" + number;
    }

    @Override
    public boolean isNumbered() {
        return false;
    }

    /** Until its outcome is delivered: so results are written in the same order. */
    @Override
    public boolean keepsTurn() {
        return true;
    }

    @Override
    public String describe() {
        return source + " partition " + partition + " offset " + number;
    }
}
