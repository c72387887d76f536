package io.github.saddlebag.pace;

import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Whether a limit, or a failure, is that of one key or of the whole endpoint, where keys have a rate of their own: what one
 * of them meets is its own, until another meets the same and nobody is answered well in between. A key is told by its pace;
 * null: it has none of its own.
 */
public final class KeyEvidence {

    /** Whether a request was answered well that was sent after that time. */
    private final LongPredicate answeredSince;

    private @Nullable Pace refused;
    private long refusedNanos;
    private volatile boolean limitsAll;
    private @Nullable Pace failing;
    private long failingNanos;

    public KeyEvidence(LongPredicate answeredSince) {
        this.answeredSince = answeredSince;
    }

    /** A request was refused: the pace that is to slow down. */
    public synchronized Pace refused(@Nullable Pace ofKey, Pace ofAll) {
        Pace other = refused == ofKey || answeredSince.test(refusedNanos) ? null : refused;
        refused = ofKey;
        refusedNanos = System.nanoTime();
        limitsAll = other != null;
        if (other != null) {
            other.isNotToBlame();
        }
        return limited(ofKey, ofAll);
    }

    /** The pace that is to be told of a limit. */
    public Pace limited(@Nullable Pace ofKey, Pace ofAll) {
        return ofKey == null || limitsAll ? ofAll : ofKey;
    }

    /** A request failed: whether only its key does, as others were answered well since it began to. */
    public synchronized boolean failsAlone(@Nullable Pace ofKey) {
        if (failing != ofKey) {
            failing = ofKey;
            failingNanos = System.nanoTime();
        }
        return ofKey != null && answeredSince.test(failingNanos);
    }

    /** A request was answered well. */
    public synchronized void answered(Pace ofKey) {
        failing = failing == ofKey ? null : failing;
    }
}
