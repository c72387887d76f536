package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.setting.Setting;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;

/**
 * Groups outcomes by where they go: one message for each destination, its name in a header. The failed come first, as
 * dead letters; then all of them go to their destination.
 */
public final class Deliveries implements Expression {

    /** Header: the destination of a group of outcomes, one of a closed set of names. */
    public static final String DESTINATION = "SaddlebagDestination";

    private static final List<String> DESTINATIONS = List.of("file", "none");

    private String destination = "file";

    @Override
    public <T> T evaluate(Exchange exchange, Class<T> type) {
        List<Outcome> outcomes = outcomes(exchange);
        List<Outcome> failed = new ArrayList<>(0);
        for (Outcome outcome : outcomes) {
            if (outcome.failed()) {
                failed.add(outcome);
            }
        }
        List<Message> groups = new ArrayList<>(2);
        if (!failed.isEmpty()) {
            groups.add(group(exchange, "dead-letter", failed));
        }
        if (!outcomes.isEmpty()) {
            groups.add(group(exchange, destination, outcomes));
        }
        return type.cast(groups);
    }

    @SuppressWarnings("unchecked")
    private static List<Outcome> outcomes(Exchange exchange) {
        Outcome single = exchange.getProperty(BatchConstants.OUTCOME, Outcome.class);
        return single != null
                ? List.of(single)
                : (List<Outcome>) exchange.getMessage().getBody();
    }

    private static Message group(Exchange exchange, String destination, List<Outcome> outcomes) {
        Message message = new DefaultMessage(exchange);
        message.setHeader(DESTINATION, destination);
        message.setBody(outcomes);
        return message;
    }

    /** Where outcomes go: one of the names that 50-deliver knows. */
    public void setDestination(String destination) {
        if (!DESTINATIONS.contains(destination)) {
            throw Setting.bad("deliver.to", destination, "give one of " + DESTINATIONS + ".");
        }
        this.destination = destination;
    }
}
