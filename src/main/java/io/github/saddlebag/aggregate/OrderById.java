package io.github.saddlebag.aggregate;

import io.github.saddlebag.batch.Arrival;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Position;
import io.github.saddlebag.setting.Setting;
import java.util.function.Predicate;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Keeps the order of the items of one id: the step between the reading of the ids and the batches. What has to wait for
 * an earlier item of its id is taken out of the message, and comes again when that one is over.
 */
public final class OrderById implements Processor {

    private final Predicate<Item> ordered;

    /**
     * @param order whether items are kept in order: {@code auto}, those of files and topics whose requests may change
     *     something; {@code true}, all; {@code false}, none
     * @param mayChange whether the request of an item may change something at the endpoint; false: it only reads, and may be
     *     made at any time
     */
    public OrderById(String order, Predicate<Item> mayChange) {
        ordered = switch (order.trim()) {
            case "auto" -> item -> item.position() != null && mayChange.test(item);
            case "true" -> item -> true;
            case "false" -> item -> false;
            default -> throw Setting.bad("batch.order-by-id", order, "give auto, true or false.");
        };
    }

    @Override
    public void process(Exchange exchange) {
        Arrival arrival = exchange.getMessage().getBody(Arrival.class);
        arrival.lineUp(this::isOrdered);
        for (Item item : arrival) {
            if (item.content() == null) {
                settleEmpty(item);
            }
        }
    }

    private static void settleEmpty(Item item) {
        Position position = item.position();
        if (position != null && item.fate() == null && position.isEmpty()) {
            position.settle(item);
        }
    }

    private boolean isOrdered(Item item) {
        Position position = item.position();
        return position != null && position.isOrdered() || ordered.test(item);
    }
}
