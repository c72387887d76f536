package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.stats.PipelineStats;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultMessage;

/**
 * Groups outcomes by where they go, and puts the groups on the exchange: one message for each destination, its name in a
 * header. Of the failed ones each is a dead letter of its own, so that none is sent twice where a later one cannot be, or
 * all together for a topic; they come first, and files last.
 */
public final class Deliveries implements Processor {

    /** Header: the destination of a group of outcomes, one of a closed set of names. */
    public static final String DESTINATION = "SaddlebagDestination";

    /** Header: the name of a group's destination, where it has one besides. */
    static final String NAME = "SaddlebagDestinationName";

    /** Header: where its destination is, out of the configuration. */
    static final String TARGET = "SaddlebagDestinationTarget";

    /** Header: the outcomes of a group, a set by identity, that were delivered elsewhere and are here to be counted. */
    static final String ELSEWHERE = "SaddlebagElsewhere";

    /** Exchange property: the messages of dead letters. */
    static final String LETTERS = "SaddlebagDeadLetters";

    /** Exchange property: the messages of all destinations. */
    static final String GROUPS = "SaddlebagDeliveries";

    static final String FILE = "file";
    static final String DEAD_LETTER = "dead-letter";
    private static final Destination RESULT_FILE = Destination.of(FILE);
    private static final String UNLISTED =
            "The item was answered, and its result is not delivered: the destination that was chosen for it is not listed"
                    + " (saddlebag.deliver.unlisted). Give it one (saddlebag.deliver.destination.NAME), and replay it.";

    private final DeadLetters letters;
    private final Destinations destinations;
    private final PipelineStats stats;

    /**
     * @param letters tells whether dead letters are sent together
     * @param destinations chooses each outcome's destination
     * @param stats what is counted of the calls
     */
    public Deliveries(DeadLetters letters, Destinations destinations, PipelineStats stats) {
        this.letters = letters;
        this.destinations = destinations;
        this.stats = stats;
    }

    @Override
    public void process(Exchange exchange) {
        Destination common = destinations.common();
        Map<Destination, List<Outcome>> byDestination = new LinkedHashMap<>();
        List<Outcome> outcomes = outcomes(exchange);
        if (common != null) {
            byDestination.put(common, outcomes);
        } else {
            outcomes = chosen(outcomes, byDestination);
        }
        exchange.setProperty(LETTERS, deadLetters(exchange, outcomes));
        DeliveryPlan plan = plan(exchange, outcomes, byDestination);
        exchange.setProperty(DeliveryPlan.PLAN, plan);
        exchange.setProperty(GROUPS, plan.groups());
    }

    private List<Message> deadLetters(Exchange exchange, List<Outcome> outcomes) {
        List<Outcome> failed = outcomes.stream().filter(Outcome::failed).toList();
        stats.deadLetters(failed.size());
        if (letters.areSentTogether() && !failed.isEmpty()) {
            return List.of(group(exchange, DEAD_LETTER, failed));
        }
        return failed.stream()
                .map(outcome -> group(exchange, DEAD_LETTER, List.of(outcome)))
                .toList();
    }

    /** A source that is a file is told about all its items, for it counts what is done. */
    private static DeliveryPlan plan(
            Exchange exchange, List<Outcome> outcomes, Map<Destination, List<Outcome>> byDestination) {
        DeliveryPlan plan = new DeliveryPlan(exchange);
        boolean counted = !outcomes.isEmpty() && outcomes.get(0).item().position() instanceof ResultSink.Place;
        List<Outcome> toFile = byDestination.getOrDefault(RESULT_FILE, List.of());
        byDestination.remove(RESULT_FILE);
        byDestination.forEach((to, some) -> {
            if (!some.isEmpty()) {
                plan.add(group(exchange, to, some), counted ? some : List.of());
            }
        });
        if (counted) {
            plan.lines(toFile);
            List<Outcome> now = byDestination.isEmpty()
                    ? outcomes
                    : outcomes.stream().filter(one -> !plan.waits(one)).toList();
            if (!now.isEmpty()) {
                plan.add(plan.counted(new DefaultMessage(exchange), now), List.of());
            }
        } else if (!toFile.isEmpty()) {
            plan.add(group(exchange, FILE, toFile), List.of());
        }
        return plan;
    }

    /** Those whose choice is not listed may have failed by that. */
    private List<Outcome> chosen(List<Outcome> outcomes, Map<Destination, List<Outcome>> byDestination) {
        List<Outcome> all = new ArrayList<>(outcomes.size());
        for (Outcome outcome : outcomes) {
            Outcome now = outcome;
            List<Destination> to = destinations.of(outcome);
            if (to.isEmpty()) {
                to = List.of(destinations.fallback());
                now = outcome.failed()
                        ? outcome
                        : new Outcome(outcome.item(), null, new Failure(destinations.told(UNLISTED)), outcome.call());
            }
            all.add(now);
            for (Destination each : to) {
                byDestination.computeIfAbsent(each, name -> new ArrayList<>()).add(now);
            }
        }
        return all;
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
}
