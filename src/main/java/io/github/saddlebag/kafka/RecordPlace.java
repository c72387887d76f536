package io.github.saddlebag.kafka;

import io.github.saddlebag.deliver.RecordPosition;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a record stands, and what has to be told once its outcome is delivered. */
record RecordPlace(
        String source,
        int partition,
        long number,
        byte @Nullable [] key,
        Map<String, byte[]> recordHeaders,
        Order order,
        Polled polled)
        implements RecordPosition {

    /** What the order of records is kept by. */
    enum Order {
        ID,
        KEY,
        NONE
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
        return order == Order.KEY;
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
