package io.github.saddlebag.call;

import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warnings about a target, at most one a second; the next one says how many there were besides. */
final class CallLog {

    private static final Logger LOG = LoggerFactory.getLogger(CallLog.class);
    private static final long SECOND = 1_000_000_000L;

    private final LongSupplier nanos;
    private long lastNanos;
    private long unsaid;

    CallLog(LongSupplier nanos) {
        this.nanos = nanos;
        this.lastNanos = nanos.getAsLong() - SECOND;
    }

    void warn(String message) {
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
        if (besides == 0) {
            LOG.warn("{}", message);
        } else {
            LOG.warn("{} ({} more since the last warning)", message, besides);
        }
    }
}
