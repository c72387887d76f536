package io.github.saddlebag.format;

import io.github.saddlebag.batch.Arrival;
import io.github.saddlebag.batch.Item;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** Reads arriving items: the step in front of the aggregator. */
public final class ReadItems implements Processor {

    private String id = "/id";
    private String expression = "";
    private WireFormat format = new JsonArrayFormat();
    private @Nullable ItemReader reader;

    @Override
    public void process(Exchange exchange) {
        ItemReader with = reader;
        if (with == null) {
            with = new ItemReader(id, format, expressionIn(exchange.getContext()));
            reader = with;
        }
        for (Item item : exchange.getMessage().getBody(Arrival.class)) {
            with.read(item);
        }
    }

    private @Nullable ItemExpression expressionIn(CamelContext context) {
        return ItemExpression.isOne(expression) ? new ItemExpression(context, expression) : null;
    }

    /** What is sent for an item, where that begins with the name of one of Camel's languages and a colon. */
    public void setExpression(String expression) {
        this.expression = expression;
    }

    /** Where an item's id stands (RFC 6901). */
    public void setId(String pointer) {
        Json.pointer("item.id", pointer);
        id = pointer;
    }

    /** By what its answers belong to items decides whether an item needs an id. */
    public void setFormat(WireFormat format) {
        this.format = format;
    }
}
