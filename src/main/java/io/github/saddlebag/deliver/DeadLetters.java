package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.setting.Setting;
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

    private final boolean together;

    /**
     * @param pipeline whose they are
     * @param to the endpoint that they are sent to
     * @throws IllegalArgumentException they cannot be sent there
     */
    public DeadLetters(String pipeline, String to) {
        String toFiles = "direct:" + pipeline + "-dead-letters";
        String toTopic = toFiles + "-kafka";
        if (!to.contains(":") || to.startsWith(toFiles) && !to.equals(toFiles) && !to.equals(toTopic)) {
            throw Setting.bad(
                    "dead-letter.to",
                    to,
                    "give " + toFiles + " (files), " + toTopic + " (a topic), or an endpoint of yours.");
        }
        together = to.equals(toTopic);
    }

    /** Whether they go to a topic, many at once. */
    boolean areSentTogether() {
        return together;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T evaluate(Exchange exchange, Class<T> type) {
        List<Message> letters = new ArrayList<>();
        if (together) {
            // the records of a topic are written where they are sent
            Message all = new DefaultMessage(exchange);
            all.setBody(exchange.getMessage().getBody());
            letters.add(all);
            return type.cast(letters);
        }
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
