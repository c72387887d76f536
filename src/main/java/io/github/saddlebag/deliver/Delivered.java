package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.Outcome;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.Processor;

/**
 * The end of a delivery: as a step, tells that the destination takes outcomes. As a predicate, turns the message into that
 * for the source which counts its items, with those that all their destinations have by now; false: there are none.
 */
public final class Delivered implements Processor, Predicate {

    private final DeliverAgain again;

    /** @param again knows which destinations are down */
    public Delivered(DeliverAgain again) {
        this.again = again;
    }

    @Override
    public void process(Exchange exchange) {
        again.arrived(exchange);
    }

    @Override
    public boolean matches(Exchange exchange) {
        DeliveryPlan plan = Objects.requireNonNull(DeliveryPlan.of(exchange));
        List<Outcome> free = plan.delivered(exchange);
        if (free.isEmpty()) {
            return false;
        }
        plan.counted(exchange.getMessage(), free);
        return true;
    }
}
