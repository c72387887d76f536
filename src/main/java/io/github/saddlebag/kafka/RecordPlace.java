package io.github.saddlebag.kafka;

import io.github.saddlebag.deliver.RecordPosition;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a record stands, and what has to be told once its outcome is delivered. */
record RecordPlace(
        String source,
        int partition,
        long number,
        byte @Nullable [] key,
        Map<String, byte[]> recordHeaders,
        Polled polled)
        implements RecordPosition {

    @Override
    public String describe() {
        return source + " partition " + partition + " offset " + number;
    }
}
