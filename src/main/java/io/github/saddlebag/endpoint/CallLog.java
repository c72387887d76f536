package io.github.saddlebag.endpoint;

import io.github.saddlebag.setting.Pipeline;
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
    private volatile String pipeline = Pipeline.DEFAULT;
    private long lastNanos;
    private long unsaid;

    CallLog(LongSupplier nanos) {
        this(nanos, LOG::warn);
    }

    CallLog(LongSupplier nanos, Consumer<String> out) {
        this.nanos = nanos;
        this.out = out;
        this.lastNanos = nanos.getAsLong() - SECOND;
    }

    /** Whose endpoint it is about. */
    void setPipeline(String name) {
        pipeline = name;
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
