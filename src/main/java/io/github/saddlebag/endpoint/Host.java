package io.github.saddlebag.endpoint;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.saddlebag.address.Address;
import io.github.saddlebag.pace.Lane;

/**
 * An endpoint of items' requests, by host and port: one that is ill or busy holds up no other.
 *
 * @param lane where its requests wait
 */
public record Host(Address address, Target target, CircuitBreaker breaker, BreakerWatch watch, Lane lane) {

    /** Whether nothing would be lost if it were forgotten. */
    boolean isIdle() {
        return lane.isIdle()
                && breaker.getState() == CircuitBreaker.State.CLOSED
                && target.pace().isFree();
    }
}
