package io.github.saddlebag.kafka;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.InterruptException;

/** The room that the unfinished records of a consumer take, and the wait for it. Any thread may use it. */
final class PollRoom {

    private static final long WAIT_MILLIS = 20;

    private final int places;
    private final int atOnce;
    private final AtomicLong taken = new AtomicLong();
    private final Object news = new Object();

    /**
     * @param places the most that they take
     * @param atOnce how much may be polled next: there is no room where less is left
     */
    PollRoom(int places, int atOnce) {
        this.places = places;
        this.atOnce = atOnce;
    }

    void take(long some) {
        taken.addAndGet(some);
    }

    void release(int some) {
        long before = taken.getAndAdd(-some);
        if (before > places - atOnce) {
            wake();
        }
    }

    /** Whether nothing more may be polled. */
    boolean isFull() {
        long now = taken.get();
        return now > 0 && now + atOnce > places;
    }

    /** Waits until there is room, or something else to do, for a short while. */
    void await() {
        try {
            synchronized (news) {
                news.wait(WAIT_MILLIS);
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** There is something else to do than to wait. */
    void wake() {
        synchronized (news) {
            news.notifyAll();
        }
    }
}
