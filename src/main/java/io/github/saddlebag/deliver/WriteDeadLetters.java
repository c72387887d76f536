package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.Outcome;
import java.io.IOException;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Gives failed items to the dead letters of their source. */
public final class WriteDeadLetters implements Processor {

    @Override
    @SuppressWarnings("unchecked")
    public void process(Exchange exchange) throws IOException {
        List<Outcome> failed = (List<Outcome>) exchange.getMessage().getBody();
        if (failed.get(0).item().position() instanceof ResultSink.Place place) {
            place.sink().deadLetters(failed);
        }
    }
}
