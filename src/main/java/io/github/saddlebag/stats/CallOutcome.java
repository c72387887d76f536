package io.github.saddlebag.stats;

import java.util.Locale;

/** What came of a request that was sent. */
public enum CallOutcome {
    /** It was answered. */
    OK,
    /** It was refused as too many (429, or in other words). */
    REFUSED,
    /** It was answered with an error, or with what is no answer. */
    FAILED,
    /** No response came. */
    LOST;

    /** As a tag of metrics. */
    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
