package io.github.saddlebag.format;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Item;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Writes a batch's items that still wait for a fate as the body of a request. */
public final class WriteRequest implements Processor {

    private final WireFormat format;

    public WriteRequest(WireFormat format) {
        this.format = format;
    }

    @Override
    public void process(Exchange exchange) {
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        batch.written();
        List<Item> items = batch.unsettled();
        exchange.setProperty(FormatConstants.SENT, items);
        if (items.isEmpty()) {
            exchange.setRouteStop(true);
            return;
        }
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, format.contentType());
        exchange.getMessage().setHeader(FormatConstants.ACCEPT, format.accept());
        byte[] written = format.write(items);
        if (format.isQuery()) {
            exchange.setProperty(FormatConstants.QUERY, new String(written, StandardCharsets.US_ASCII));
        }
        exchange.getMessage().setBody(written);
    }
}
