package io.github.saddlebag.kafka;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;

/**
 * Partitions that were taken away: where one comes back to this process, nothing of it is begun again that is still under
 * way, or was delivered and could not be committed.
 */
final class LeftBehind {

    private final Map<TopicPartition, Assigned> partitions = new ConcurrentHashMap<>();

    void add(Assigned assigned) {
        partitions.put(assigned.partition(), assigned);
    }

    /** The partition is here again. */
    void goOn(Assigned assigned) {
        Assigned before = partitions.remove(assigned.partition());
        if (before != null) {
            assigned.goOnFrom(before);
        }
    }
}
