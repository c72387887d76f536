package io.github.saddlebag.endpoint;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnStateTransitionEvent;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the state of the circuit breaker: says when it changes, pauses the target while it is open,
 * and lets the calls come back gently when it closes. The first step inside the breaker.
 */
public final class BreakerWatch implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(BreakerWatch.class);
    private static final Duration QUIET_AFTER_RETURN = Duration.ofSeconds(1);
    private static final double FIRST_RATE_AFTER_RETURN = 2;

    private final Target target;
    private final CircuitBreaker breaker;

    /** From the opening until the calls have been told to come back gently. */
    private volatile boolean away;

    public BreakerWatch(Target target, CircuitBreaker breaker) {
        this.target = target;
        this.breaker = breaker;
        breaker.getEventPublisher().onStateTransition(this::changed);
    }

    @Override
    public void process(Exchange exchange) {
        CallState state = CallState.of(exchange);
        check(state);
        state.sent();
    }

    /** @throws PausedException the call is not to be made now */
    public void check(CallState state) {
        if (breaker.getState() == CircuitBreaker.State.HALF_OPEN) {
            return;
        }
        // the breaker has closed since the call was let through to it, or closes just now: it comes back gently, with
        // the others
        if (away) {
            throw new PausedException(QUIET_AFTER_RETURN);
        }
        Duration pause = target.pace().pause();
        if (!pause.isZero()) {
            throw new PausedException(pause);
        }
    }

    private void changed(CircuitBreakerOnStateTransitionEvent event) {
        CircuitBreaker.State from = event.getStateTransition().getFromState();
        switch (event.getStateTransition().getToState()) {
            case OPEN -> {
                away = true;
                target.pace().pause(openFor());
                LOG.warn(
                        "{}: the circuit breaker is open, nothing is sent for {}s; {}% of the last calls failed.",
                        target.address(),
                        openFor().toSeconds(),
                        Math.round(breaker.getMetrics().getFailureRate()));
            }
            case HALF_OPEN -> LOG.info("{}: the circuit breaker is half open, trying the endpoint.", target.address());
            case CLOSED -> {
                if (from == CircuitBreaker.State.HALF_OPEN) {
                    target.pace().comeBackGently(QUIET_AFTER_RETURN, FIRST_RATE_AFTER_RETURN);
                    LOG.warn("{}: the circuit breaker is closed, the endpoint is back.", target.address());
                }
                away = false;
            }
            // forced by an operator: nothing to say
            default -> away = false;
        }
    }

    private Duration openFor() {
        return Duration.ofMillis(breaker.getCircuitBreakerConfig()
                .getWaitIntervalFunctionInOpenState()
                .apply(1));
    }

    /** The breaker's state as resilience4j names it: CLOSED, OPEN, HALF_OPEN and so on. */
    public String state() {
        return breaker.getState().name();
    }
}
