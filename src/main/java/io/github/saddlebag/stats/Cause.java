package io.github.saddlebag.stats;

import java.util.Locale;

/** Why a batch left. */
public enum Cause {
    /** It had as many items as it may have. */
    COUNT,
    /** It had as many bytes as it may have. */
    BYTES,
    /** Its oldest item had waited long enough. */
    AGE,
    /** The next item has an id that stands in it already. */
    KEY,
    /** Nothing could join it: the input was at its end, or the gate was full. */
    END,
    /** The runtime stopped. */
    STOP;

    /** As a tag of metrics. */
    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
