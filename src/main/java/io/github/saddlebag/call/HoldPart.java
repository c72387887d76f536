package io.github.saddlebag.call;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.format.FormatConstants;
import io.github.saddlebag.support.OnDone;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Makes a part of a batch the batch of its exchange, which from now on answers for its items. */
public final class HoldPart implements Processor {

    @Override
    public void process(Exchange exchange) {
        Batch part = (Batch) exchange.getMessage().getBody();
        exchange.setProperty(BatchConstants.BATCH, part);
        exchange.removeProperty(FormatConstants.SENT);
        boolean knownBad = exchange.getMessage().getHeader(Parts.KNOWN_BAD, false, Boolean.class);
        if (knownBad) {
            Verdict.set(exchange, Verdict.SPLIT);
        } else {
            exchange.removeProperty(Verdict.PROPERTY);
        }
        CallState half = exchange.getMessage().getHeader(Parts.STATE, CallState.class);
        if (half == null) {
            CallState.part(exchange);
        } else {
            exchange.getMessage().removeHeader(Parts.STATE);
            half.hold(exchange);
        }
        OnDone.of(exchange, done -> part.close(done.getException()));
    }
}
