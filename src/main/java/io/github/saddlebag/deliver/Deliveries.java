package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.stats.PipelineStats;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;

/**
 * Groups outcomes by where they go: one message for each destination, its name in a header. Each failed one comes first,
 * as a dead letter of its own, so that none is sent twice where a later one cannot be, or all together to a topic; then
 * all of them go to their destinations, files last.
 */
public final class Deliveries implements Expression {

    /** Header: the destination of a group of outcomes, one of a closed set of names. */
    public static final String DESTINATION = "SaddlebagDestination";

    /** Header: the name of a group's destination, where it has one besides. */
    static final String NAME = "SaddlebagDestinationName";

    /** Header: where its destination is, out of the configuration. */
    static final String TARGET = "SaddlebagDestinationTarget";

    /** Header: the outcomes of a group, a set by identity, that were delivered elsewhere and are here to be counted. */
    static final String ELSEWHERE = "SaddlebagElsewhere";

    static final String FILE = "file";
    private static final String DEAD_LETTER = "dead-letter";
    private static final Destination RESULT_FILE = Destination.of(FILE);
    private static final Failure UNLISTED = new Failure(
            "The item was answered, and its result is not delivered: the destination that was chosen for it is not listed"
                    + " (saddlebag.deliver.unlisted). Give it one (saddlebag.deliver.destination.NAME), and replay it.");

    private DeadLetters letters = new DeadLetters();
    private Destinations destinations = new Destinations();
    private DeliverAgain again = new DeliverAgain();
    private PipelineStats stats = new PipelineStats();

    @Override
    public <T> T evaluate(Exchange exchange, Class<T> type) {
        Destination common = destinations.common();
        Map<Destination, List<Outcome>> byDestination = new LinkedHashMap<>();
        List<Outcome> outcomes = outcomes(exchange);
        if (common != null) {
            byDestination.put(common, outcomes);
        } else {
            outcomes = chosen(outcomes, byDestination);
        }
        List<Message> groups = new ArrayList<>(2);
        List<Outcome> failed = outcomes.stream().filter(Outcome::failed).toList();
        stats.deadLetters(failed.size());
        if (letters.areSentTogether() && !failed.isEmpty()) {
            groups.add(group(exchange, DEAD_LETTER, failed));
        } else {
            failed.forEach(outcome -> groups.add(group(exchange, DEAD_LETTER, List.of(outcome))));
        }
        List<Outcome> toFile = byDestination.remove(RESULT_FILE);
        List<Message> late = new ArrayList<>(0);
        byDestination.forEach((to, some) -> {
            if (!some.isEmpty()) {
                // one that is down holds up those behind it
                (again.isDown(to.name()) ? late : groups).add(group(exchange, to, some));
            }
        });
        groups.addAll(late);
        addFile(exchange, outcomes, toFile == null ? List.of() : toFile, groups);
        return type.cast(groups);
    }

    /** Those whose choice is not listed may have failed by that. */
    private List<Outcome> chosen(List<Outcome> outcomes, Map<Destination, List<Outcome>> byDestination) {
        List<Outcome> all = new ArrayList<>(outcomes.size());
        for (Outcome outcome : outcomes) {
            Outcome now = outcome;
            List<Destination> to = destinations.of(outcome);
            if (to.isEmpty()) {
                to = List.of(destinations.fallback());
                now = outcome.failed() ? outcome : new Outcome(outcome.item(), null, UNLISTED, outcome.call());
            }
            all.add(now);
            for (Destination each : to) {
                byDestination.computeIfAbsent(each, name -> new ArrayList<>()).add(now);
            }
        }
        return all;
    }

    /** A source that is a file is told about all its items, for it counts what is done. */
    private static void addFile(Exchange exchange, List<Outcome> all, List<Outcome> toFile, List<Message> groups) {
        boolean counted = !all.isEmpty() && all.get(0).item().position() instanceof ResultSink.Place;
        if (toFile.isEmpty() && !counted) {
            return;
        }
        Message message = group(exchange, FILE, counted ? all : toFile);
        if (counted && toFile.size() < all.size()) {
            Set<Outcome> elsewhere = Collections.newSetFromMap(new IdentityHashMap<>());
            elsewhere.addAll(all);
            toFile.forEach(elsewhere::remove);
            message.setHeader(ELSEWHERE, elsewhere);
        }
        groups.add(message);
    }

    @SuppressWarnings("unchecked")
    private static List<Outcome> outcomes(Exchange exchange) {
        Outcome single = exchange.getProperty(BatchConstants.OUTCOME, Outcome.class);
        return single != null
                ? List.of(single)
                : (List<Outcome>) exchange.getMessage().getBody();
    }

    private static Message group(Exchange exchange, Destination to, List<Outcome> outcomes) {
        Message message = group(exchange, to.kind(), outcomes);
        message.setHeader(NAME, to.name());
        message.setHeader(TARGET, to.target());
        return message;
    }

    private static Message group(Exchange exchange, String destination, List<Outcome> outcomes) {
        Message message = new DefaultMessage(exchange);
        message.setHeader(DESTINATION, destination);
        message.setBody(outcomes);
        return message;
    }

    /** Tells whether dead letters are sent together. */
    public void setLetters(DeadLetters letters) {
        this.letters = letters;
    }

    /** Knows which destinations are down. */
    public void setAgain(DeliverAgain again) {
        this.again = again;
    }

    /** Chooses each outcome's destination. */
    public void setDestinations(Destinations destinations) {
        this.destinations = destinations;
    }

    /** What is counted of the calls. */
    public void setStats(PipelineStats stats) {
        this.stats = stats;
    }
}
