package io.github.saddlebag.trace;

import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;
import org.jspecify.annotations.Nullable;

/**
 * Whether a Camel context traces: with a bean of OpenTelemetry's in its registry, with the one of the JVM, or not at all.
 * Loads nothing of OpenTelemetry where its classes are not there, or nobody traces.
 */
public final class Tracing {

    private volatile @Nullable Spans spans;

    /** That of the context. */
    public static Tracing of(CamelContext context) {
        ExtendedCamelContext extension = context.getCamelContextExtension();
        synchronized (extension) {
            Tracing known = extension.getContextPlugin(Tracing.class);
            if (known == null) {
                known = new Tracing();
                extension.addContextPlugin(Tracing.class, known);
            }
            return known;
        }
    }

    /** Looks for who traces; called as routes start, when the host's beans are there. */
    public void start(CamelContext context) {
        boolean there = context.getClassResolver().resolveClass("io.opentelemetry.api.OpenTelemetry") != null;
        spans = there ? OpenTelemetrySpans.find(context) : null;
    }

    /** What begins spans; null: nobody traces. */
    public @Nullable Spans spans() {
        return spans;
    }
}
