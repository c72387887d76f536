package io.github.saddlebag.endpoint;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.saddlebag.address.Address;
import io.github.saddlebag.pace.Tokens;
import io.github.saddlebag.stats.Wait;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** An endpoint of items' requests, by host and port: one that is ill or busy holds up no other. */
public final class Host {

    private static final int OFTEN = 2;

    private final Address address;
    private final Target target;
    private final CircuitBreaker breaker;
    private final BreakerWatch watch;

    /** What follows belongs to {@link Turns}, and is used under its lock. */
    final Deque<Turns.Waiter> waiting = new ArrayDeque<>(2);

    /** Those that were refused: they go before those that were never sent. */
    final Deque<Turns.Waiter> refused = new ArrayDeque<>(0);

    final Tokens tokens;
    int inFlight;
    boolean listed;
    boolean timed;

    @Nullable
    Wait keptBy;

    Host(Address address, Target target, CircuitBreaker breaker, BreakerWatch watch, Tokens tokens) {
        this.address = address;
        this.target = target;
        this.breaker = breaker;
        this.watch = watch;
        this.tokens = tokens;
    }

    public Address address() {
        return address;
    }

    public Target target() {
        return target;
    }

    public CircuitBreaker breaker() {
        return breaker;
    }

    public BreakerWatch watch() {
        return watch;
    }

    private boolean wasRefused;

    /** Who goes next: what was refused; but one that is refused each time only in turns with the others. */
    Turns.Waiter next() {
        boolean often = !refused.isEmpty()
                && CallState.of(refused.getFirst().exchange()).refusedTimes() > OFTEN;
        wasRefused = !refused.isEmpty() && (waiting.isEmpty() || !often || !wasRefused);
        return wasRefused ? refused.removeFirst() : waiting.removeFirst();
    }

    boolean nobodyWaits() {
        return waiting.isEmpty() && refused.isEmpty();
    }

    /** Whether nothing would be lost if it were forgotten. Under the lock of the turns. */
    boolean isIdle() {
        return inFlight == 0
                && nobodyWaits()
                && breaker.getState() == CircuitBreaker.State.CLOSED
                && target.pace().isFree();
    }
}
