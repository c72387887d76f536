package io.github.saddlebag.serve;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.format.ItemReader;
import io.github.saddlebag.format.ReadItems;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Makes an item of what a caller sent; what is none is refused before it takes a place of anyone.
 *
 * @param items knows what an item is, now
 */
public record ReadCaller(Supplier<ReadItems> items) implements Processor {

    /** Exchange property: the item of the caller. */
    static final String ITEM = "SaddlebagCallersItem";

    /** Exchange property: true of an item that came with others. */
    static final String ONE_OF_MANY = "SaddlebagOneOfMany";

    private static final String LIST_CURE =
            " Are the elements of the array the items? Send it with Accept: application/x-ndjson.";

    private static final String LINES_CURE =
            " Many items, each on a line of its own, are sent with Content-Type: application/x-ndjson.";

    @Override
    public void process(Exchange exchange) throws BadItemException {
        Message message = exchange.getMessage();
        // a copy: what answers a caller who has waited long enough changes the message's own
        Map<String, Object> headers = exchange.getContext()
                .getCamelContextExtension()
                .getHeadersMapFactory()
                .newMap(message.getHeaders());
        Item item = new Item(message.getBody(), headers, null);
        exchange.setProperty(ITEM, item);
        items.get().read(item);
        Outcome outcome = item.fate();
        if (outcome != null && outcome.failure() != null) {
            boolean array = exchange.getProperty(ONE_OF_MANY) == null
                    && message.getBody() instanceof byte[] body
                    && CallerList.isArray(body);
            String reason = outcome.failure().reason();
            boolean lines = reason.contains(ItemReader.MORE);
            throw new BadItemException(reason + (array ? LIST_CURE : lines ? LINES_CURE : ""));
        }
        message.setBody(item);
    }
}
