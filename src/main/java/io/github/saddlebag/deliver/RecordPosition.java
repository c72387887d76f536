package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.Position;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The place of an item that was a record of a topic: its source is the topic, its number the offset. */
public interface RecordPosition extends Position {

    @Override
    default Urgency urgency() {
        return Urgency.EVENT;
    }

    int partition();

    /** The record's key, or null. */
    byte @Nullable [] key();

    /** The record's headers, without those that Camel would take for its own; of several of one name the last. */
    Map<String, byte[]> recordHeaders();
}
