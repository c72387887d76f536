package io.github.saddlebag.batch;

import io.github.saddlebag.support.Micrometer;
import org.apache.camel.CamelContext;

/** What is counted of a hub, where the host has a Micrometer registry; nothing otherwise. */
interface BatchMeters {

    BatchMeters NONE = (batch, waitedNanos) -> {};

    /** A batch left, whose oldest item had waited for so long. */
    void closed(Batch batch, long waitedNanos);

    /** The hub is gone: nothing is measured of it any more. */
    default void end() {}

    static BatchMeters of(CamelContext context, BatchHub hub) {
        return Micrometer.isThere(context) ? MicrometerMeters.of(context, hub) : NONE;
    }
}
