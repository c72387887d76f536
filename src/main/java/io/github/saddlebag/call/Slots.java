package io.github.saddlebag.call;

import io.github.saddlebag.setting.Setting;
import java.util.concurrent.Semaphore;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Bounds the calls in flight, first come, first served.
 *
 * <p>The first call of all goes alone: while it loads classes and opens a connection, the tokens of a rate limit would
 * pile up behind it and leave as a burst.
 */
public final class Slots implements Processor {

    private final Semaphore free = new Semaphore(1, true);
    private int count = 8;
    private boolean first = true;

    /** Waits for a free slot; {@link SlotDone} gives it back. */
    @Override
    public void process(Exchange exchange) throws InterruptedException {
        free.acquire();
    }

    void giveBack() {
        int permits = 1;
        synchronized (this) {
            if (first) {
                first = false;
                permits = count;
            }
        }
        free.release(permits);
    }

    /** The most calls in flight, at least 1. */
    public void setCount(String count) {
        this.count = Setting.integer("concurrency", count, 1, 10_000);
    }
}
