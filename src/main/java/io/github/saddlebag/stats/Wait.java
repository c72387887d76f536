package io.github.saddlebag.stats;

import java.util.Locale;

/** What a request waits for before it is sent. */
public enum Wait {
    /** A place among the requests in flight. */
    ADMISSION,
    /** Its turn under the configured rate. */
    RATE,
    /** The end of a pause that the endpoint asked for or caused, or its turn in the pace that was learned. */
    PAUSE,
    /** The circuit breaker. */
    BREAKER;

    /** As a tag of metrics. */
    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
