package io.github.saddlebag.call;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Turns the statuses that are no fault of the endpoint (429 and other 4xx) into failures, outside the circuit breaker. */
public final class CheckStatus implements Processor {

    @Override
    public void process(Exchange exchange) {
        int status = Statuses.of(exchange);
        if (!Statuses.isSuccess(status)) {
            throw Statuses.failure(status, exchange.getMessage().getBody() instanceof byte[] body ? body : null);
        }
    }
}
