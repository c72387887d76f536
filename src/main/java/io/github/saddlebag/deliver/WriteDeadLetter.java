package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Gives a dead letter to the file of its item's source. */
public final class WriteDeadLetter implements Processor {

    @Override
    public void process(Exchange exchange) throws IOException {
        Outcome outcome = exchange.getMessage().getHeader(DeadLetters.OUTCOME, Outcome.class);
        String line = exchange.getMessage().getBody(String.class) + '\n';
        if (!(outcome.item().position() instanceof ResultSink.Place place)) {
            throw new IllegalStateException(
                    "There is no file for the dead letter of an item that came from none: name an"
                            + " endpoint in saddlebag.dead-letter.to.");
        }
        place.sink().deadLetter(place.sequence(), line.getBytes(StandardCharsets.UTF_8));
    }
}
