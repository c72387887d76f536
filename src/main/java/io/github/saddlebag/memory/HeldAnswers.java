package io.github.saddlebag.memory;

import io.github.saddlebag.support.OnDone;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** What the answers of an exchange take in {@link Memory}, in bytes, until they are delivered. */
public final class HeldAnswers extends AtomicLong {

    private static final long serialVersionUID = 1;

    /** Answers that are smaller are not worth it to wait for their delivery. */
    private static final long LARGE = 16 * 1024;

    private final transient Memory memory;

    public HeldAnswers(Memory memory) {
        this.memory = memory;
    }

    /** One more has come. */
    public void hold(@Nullable Object answer) {
        long bytes = Memory.of(answer);
        if (bytes > 0) {
            addAndGet(bytes);
            memory.add(bytes);
        }
    }

    /** So much of it is delivered. */
    public void drop(long bytes) {
        if (bytes > 0) {
            addAndGet(-bytes);
            memory.remove(bytes);
        }
    }

    /** All are delivered, or nobody takes them. */
    public void drop() {
        memory.remove(getAndSet(0));
    }

    /**
     * All are delivered once the exchange is done. An exchange without a unit of work, as a Java caller sends it, is never
     * told to be: its answers are the caller's as soon as it has them.
     */
    public void dropAfter(Exchange exchange) {
        if (get() < LARGE || exchange.getUnitOfWork() == null) {
            drop();
            return;
        }
        OnDone.of(exchange, delivered -> drop());
    }
}
