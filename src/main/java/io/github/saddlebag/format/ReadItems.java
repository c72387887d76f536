package io.github.saddlebag.format;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.saddlebag.batch.Arrival;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.json.Json;
import io.github.saddlebag.json.ObjectJson;
import io.github.saddlebag.setting.InContext;
import io.github.saddlebag.template.ItemExpression;
import io.github.saddlebag.template.Merge;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** Reads arriving items: the step in front of the aggregator. */
public final class ReadItems extends InContext implements Processor {

    private String id = "/id";
    private String expression = "";

    @SuppressWarnings("NullAway.Init") // the wiring sets it
    private WireFormat format;

    private boolean single;
    private String merge = "";
    private boolean mergeOverwrite;
    private @Nullable ItemReader reader;
    private @Nullable ObjectJson objects;

    @Override
    public void process(Exchange exchange) {
        ItemReader with = reader();
        for (Item item : exchange.getMessage().getBody(Arrival.class)) {
            read(item, with);
        }
    }

    /** Reads one item ahead of its turn; what is wrong with it becomes its fate. */
    public void read(Item item) {
        read(item, reader());
    }

    private void read(Item item, ItemReader with) {
        byte[] address = single && item.content() == null ? BareUrl.asJson(item.body()) : null;
        if (address == null) {
            with.read(item);
            return;
        }
        item.identifyByPlace();
        item.content(address);
    }

    private ItemReader reader() {
        ItemReader with = reader;
        if (with == null) {
            with = new ItemReader(id, format, single, expression(), Merge.at(merge, mergeOverwrite), this::objects);
            reader = with;
        }
        return with;
    }

    private ObjectJson objects() {
        ObjectJson known = objects;
        if (known == null) {
            known = ObjectJson.of(context().getRegistry().findByType(ObjectMapper.class));
            objects = known;
        }
        return known;
    }

    private @Nullable ItemExpression expression() {
        return ItemExpression.isOne(expression) ? new ItemExpression(context(), expression) : null;
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

    /** Where in its item an answer is put; empty: nowhere. An item in which it cannot be put is not sent. */
    public void setMerge(String pointer) {
        merge = pointer;
    }

    /** Whether an answer may replace what stands there. */
    public void setMergeOverwrite(boolean overwrite) {
        mergeOverwrite = overwrite;
    }

    /** In the mode {@code single} an answer has no other items to be told from, and an item needs no id. */
    public void setMode(String mode) {
        single = mode.equals("single");
    }

    /** By what its answers belong to items decides whether an item needs an id. */
    public void setFormat(WireFormat format) {
        this.format = format;
    }
}
