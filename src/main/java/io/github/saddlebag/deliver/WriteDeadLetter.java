package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Gives a dead letter to the file of its item's source. */
public final class WriteDeadLetter implements Processor {

    private final SourceFiles files;

    /** @param files where dead letters of items go that came from no file */
    public WriteDeadLetter(SourceFiles files) {
        this.files = files;
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        Outcome outcome = exchange.getMessage().getHeader(DeadLetters.OUTCOME, Outcome.class);
        byte[] line = (exchange.getMessage().getBody(String.class) + '\n').getBytes(StandardCharsets.UTF_8);
        if (outcome.item().position() instanceof ResultSink.Place place) {
            place.sink().deadLetter(place.sequence(), line);
        } else {
            files.deadLetter(outcome, line);
        }
    }
}
