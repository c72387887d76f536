package io.github.saddlebag.source;

import java.time.Instant;

/** Told about each input that goes on where an earlier process has left off. */
@FunctionalInterface
public interface ResumeListener {

    /** @param lastWrite when the earlier process wrote its checkpoint for the last time */
    void resumed(Instant lastWrite);
}
