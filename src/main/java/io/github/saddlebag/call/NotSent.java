package io.github.saddlebag.call;

import io.github.saddlebag.endpoint.NoRoomException;
import io.github.saddlebag.endpoint.PausedException;
import io.github.saddlebag.http.AnswerTooLargeException;
import io.github.saddlebag.http.NotProcessedException;
import java.util.function.Predicate;

/**
 * What ends an attempt before anything was sent or done, because there is no room for what was asked for, or as an error of
 * the JVM: it says nothing of the endpoint, and the circuit breaker ignores it.
 */
public final class NotSent implements Predicate<Throwable> {

    @Override
    public boolean test(Throwable error) {
        return isIt(error) || error.getCause() != null && isIt(error.getCause());
    }

    private static boolean isIt(Throwable error) {
        return error instanceof PausedException
                || error instanceof NoRoomException
                || error instanceof AnswerTooLargeException
                || error instanceof NotProcessedException
                || error instanceof Error;
    }
}
