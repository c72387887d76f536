package io.github.saddlebag.endpoint;

import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warnings about a target, at most one a second; the next one says how many there were besides. */
public final class CallLog {

    private static final Logger LOG = LoggerFactory.getLogger(CallLog.class);
    private static final long SECOND = 1_000_000_000L;

    private final LongSupplier nanos;
    private final Consumer<String> out;
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
        out.accept(besides == 0 ? message : message + " (" + besides + " more since the last warning)");
    }
}
