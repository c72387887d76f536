package io.github.saddlebag.support;

import org.apache.camel.CamelContext;

/** Whether meters can be shown. Loads nothing of Micrometer, which a host need not have. */
public final class Micrometer {

    private Micrometer() {}

    /** Whether its classes are there. */
    public static boolean isThere(CamelContext context) {
        return context.getClassResolver().resolveClass("io.micrometer.core.instrument.MeterRegistry") != null;
    }
}
