package io.github.saddlebag.format;

import io.github.saddlebag.batch.Arrival;
import io.github.saddlebag.batch.Item;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** Reads arriving items: the step in front of the aggregator. */
public final class ReadItems implements Processor {

    private String id = "/id";
    private boolean idRequired = true;
    private @Nullable ItemReader reader;

    @Override
    public void process(Exchange exchange) {
        ItemReader with = reader;
        if (with == null) {
            with = new ItemReader(id, idRequired);
            reader = with;
        }
        for (Item item : exchange.getMessage().getBody(Arrival.class)) {
            with.read(item);
        }
    }

    /** Where an item's id stands (RFC 6901). */
    public void setId(String pointer) {
        Json.pointer("id", pointer);
        id = pointer;
    }

    /** Whether an item without an id fails. */
    public void setIdRequired(boolean idRequired) {
        this.idRequired = idRequired;
    }
}
