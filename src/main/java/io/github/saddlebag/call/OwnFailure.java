package io.github.saddlebag.call;

import io.github.saddlebag.endpoint.CallFailedException;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.endpoint.Target;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Takes a failure out of the circuit breaker, which it could open for all, where what was sent is to blame for it, or its
 * key: it goes on as the body, for {@link CheckStatus}.
 */
public record OwnFailure(Target target) implements Processor {

    @Override
    public void process(Exchange exchange) throws Exception {
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        CallState state = CallState.of(exchange);
        boolean isOfCall = failure instanceof IOException || failure instanceof CallFailedException;
        if (!isOfCall
                || !target.keys().failsAlone(state.ofKey()) && !state.parts().isToBlame()) {
            throw failure;
        }
        exchange.getMessage().setBody(failure);
    }
}
