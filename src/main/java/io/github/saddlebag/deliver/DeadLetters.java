package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;

/** Turns failed outcomes into dead letters, each a message of its own with one line of JSON. */
public final class DeadLetters implements Expression {

    /** Header: the {@link Outcome} that a dead letter tells of. */
    public static final String OUTCOME = "SaddlebagOutcome";

    @Override
    @SuppressWarnings("unchecked")
    public <T> T evaluate(Exchange exchange, Class<T> type) {
        List<Message> letters = new ArrayList<>();
        Instant now = Instant.now();
        for (Outcome outcome : (List<Outcome>) exchange.getMessage().getBody()) {
            Message letter = new DefaultMessage(exchange);
            letter.setHeader(OUTCOME, outcome);
            letter.setBody(DeadLetterLine.of(outcome, now));
            letters.add(letter);
        }
        return type.cast(letters);
    }
}
