package io.github.saddlebag.call;

import java.util.function.Predicate;

/** What ends an attempt before anything was sent: it says nothing of the endpoint, and the circuit breaker ignores it. */
public final class NotSent implements Predicate<Throwable> {

    @Override
    public boolean test(Throwable error) {
        return error instanceof PausedException || error.getCause() instanceof PausedException;
    }
}
