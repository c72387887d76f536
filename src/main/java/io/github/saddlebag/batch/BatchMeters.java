package io.github.saddlebag.batch;

import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/** What is counted of a hub, where the host has a Micrometer registry; nothing otherwise. */
interface BatchMeters {

    BatchMeters NONE = (batch, cause) -> {};

    /**
     * A batch left.
     *
     * @param cause why: {@code predicate} (full), {@code force} (its oldest item had waited long enough, or a stop)
     */
    void closed(Batch batch, @Nullable String cause);

    /** The hub is gone: nothing is measured of it any more. */
    default void end() {}

    static BatchMeters of(CamelContext context, BatchHub hub) {
        boolean micrometer =
                context.getClassResolver().resolveClass("io.micrometer.core.instrument.MeterRegistry") != null;
        return micrometer ? MicrometerMeters.of(context, hub) : NONE;
    }
}
