package io.github.saddlebag.format;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.saddlebag.batch.Arrival;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.config.Settings;
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

    private final String id;
    private final String expression;
    private final WireFormat format;
    private final boolean single;
    private final @Nullable Merge merge;
    private @Nullable ItemReader reader;
    private @Nullable ObjectJson objects;

    /** @param format by what its answers belong to items decides whether an item needs an id */
    public ReadItems(Settings settings, WireFormat format) {
        this.id = settings.item().id();
        Json.pointer("item.id", id);
        // what is sent for an item, where that begins with the name of one of Camel's languages and a colon
        this.expression = settings.format().item();
        // in this mode an answer has no other items to be told from, and an item needs no id
        this.single = settings.call().isSingle();
        this.merge = Merge.at(settings.deliver().merge(), settings.deliver().mergeOverwrite());
        this.format = format;
    }

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
            with = new ItemReader(id, format, single, expression(), merge, this::objects);
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
}
