package io.github.saddlebag.endpoint;

import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Warnings about a target, at most one a second; the next one says how many there were besides. */
public final class CallLog {

    private static final Logger LOG = LoggerFactory.getLogger(CallLog.class);
    private static final String PIPELINE = "pipeline";
    private static final long SECOND = 1_000_000_000L;

    private final LongSupplier nanos;
    private final Consumer<String> out;
    private final String pipeline;
    private long lastNanos;
    private long unsaid;

    /** @param pipeline whose endpoint it is about */
    CallLog(String pipeline) {
        this(pipeline, System::nanoTime, LOG::warn);
    }

    CallLog(String pipeline, LongSupplier nanos, Consumer<String> out) {
        this.pipeline = pipeline;
        this.nanos = nanos;
        this.out = out;
        this.lastNanos = nanos.getAsLong() - SECOND;
    }

    public void warn(String message) {
        long besides;
        synchronized (this) {
            long now = nanos.getAsLong();
            if (now - lastNanos < SECOND) {
                unsaid++;
                return;
            }
            lastNanos = now;
            besides = unsaid;
            unsaid = 0;
        }
        // it may be on a thread that is none of a step
        String before = MDC.get(PIPELINE);
        MDC.put(PIPELINE, pipeline);
        try {
            out.accept(besides == 0 ? message : message + " (" + besides + " more since the last warning)");
        } finally {
            if (before == null) {
                MDC.remove(PIPELINE);
            } else {
                MDC.put(PIPELINE, before);
            }
        }
    }
}
