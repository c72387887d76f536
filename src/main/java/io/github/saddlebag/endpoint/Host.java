package io.github.saddlebag.endpoint;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.saddlebag.address.Address;
import io.github.saddlebag.pace.Lane;
import io.github.saddlebag.pace.Tokens;

/** An endpoint of items' requests, by host and port: one that is ill or busy holds up no other. */
public final class Host {

    private final Address address;
    private final Target target;
    private final CircuitBreaker breaker;
    private final BreakerWatch watch;

    private final Lane lane;

    Host(Address address, Target target, CircuitBreaker breaker, BreakerWatch watch, Tokens tokens) {
        this.address = address;
        this.target = target;
        this.breaker = breaker;
        this.watch = watch;
        this.lane = new Lane(tokens, false, target.pace());
    }

    /** Where its requests wait. */
    public Lane lane() {
        return lane;
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

    /** Whether nothing would be lost if it were forgotten. */
    boolean isIdle() {
        return lane.isIdle()
                && breaker.getState() == CircuitBreaker.State.CLOSED
                && target.pace().isFree();
    }
}
