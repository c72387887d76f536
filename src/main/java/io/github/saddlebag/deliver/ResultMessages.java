package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.output.ResultLines;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultMessage;

/**
 * Turns outcomes into messages, one for each: the body its result line, without a line feed. Headers of items stay
 * behind, for they come from outside; the outcome itself is a header. As a step, behind their
 * delivery, it remembers which were delivered: where one cannot be, they are left out when that is tried again.
 */
public final class ResultMessages implements Expression, Processor {

    private static final String TAKEN = "SaddlebagResultsTaken";

    /** What of a delivery was taken; it belongs to one exchange and the parts of its split, one after the other. */
    private static final class Taken {

        private final Set<Outcome> done = Collections.newSetFromMap(new IdentityHashMap<>());
        private List<Outcome> offered = List.of();

        private List<Outcome> rest(List<Outcome> all) {
            return done.isEmpty()
                    ? all
                    : all.stream().filter(outcome -> !done.contains(outcome)).toList();
        }
    }

    private final ResultLines lines;

    /** @param details whether result lines tell status, address and attempts as well */
    public ResultMessages(boolean details) {
        lines = new ResultLines(details);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T evaluate(Exchange exchange, Class<T> type) {
        List<Outcome> outcomes = (List<Outcome>) exchange.getMessage().getBody();
        Taken taken = exchange.getProperty(TAKEN, Taken.class);
        if (taken == null) {
            taken = new Taken();
            exchange.setProperty(TAKEN, taken);
        }
        List<Message> results = new ArrayList<>();
        taken.offered = taken.rest(outcomes);
        for (Outcome outcome : taken.offered) {
            Message result = new DefaultMessage(exchange);
            result.setHeader(DeadLetters.OUTCOME, outcome);
            result.setBody(lines.line(outcome));
            results.add(result);
        }
        return type.cast(results);
    }

    /** The message of this part of a split was delivered. */
    @Override
    public void process(Exchange exchange) {
        Taken taken = exchange.getProperty(TAKEN, Taken.class);
        int index = exchange.getProperty(ExchangePropertyKey.SPLIT_INDEX, Integer.class);
        taken.done.add(taken.offered.get(index));
    }
}
