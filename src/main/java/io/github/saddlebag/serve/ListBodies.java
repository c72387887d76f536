package io.github.saddlebag.serve;

import java.util.concurrent.atomic.AtomicLong;

/** What the bodies take in memory that have many items, of all callers who wait; it is bounded. */
final class ListBodies {

    /** So many may be under way that are as large as one may be. */
    private static final int AT_ONCE = 8;

    private final AtomicLong bytes = new AtomicLong();
    private final int largest;

    /** @param largest how many bytes one may have */
    ListBodies(int largest) {
        this.largest = largest;
    }

    /**
     * Takes room for a body.
     *
     * @param more 0: it is of one item, and needs none here
     * @return false: there is none
     */
    boolean take(long more) {
        if (more > 0 && bytes.addAndGet(more) > AT_ONCE * (long) largest) {
            giveBack(more);
            return false;
        }
        return true;
    }

    void giveBack(long those) {
        bytes.addAndGet(-those);
    }

    /** That there is no room. */
    Problem full(CallerSettings settings) {
        return new Problem(
                429,
                "Too many items under way",
                settings.told("The bodies of many items that are under way take all of " + AT_ONCE + " times " + largest
                        + " bytes (saddlebag.source.http.max-list-body). Try again later."));
    }
}
