package io.github.saddlebag.batch;

import io.github.saddlebag.stats.Reason;
import io.github.saddlebag.support.Unrecoverable;
import io.github.saddlebag.trace.Spans;
import java.io.File;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;
import org.apache.camel.spi.HeadersMapFactory;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/** Parks the exchange until its items have their fates. */
final class BatchProducer extends DefaultAsyncProducer {

    private final BatchHub hub;
    /** So many exchanges of a source that runs ahead may stand in front of the gate; then its threads wait. */
    static final int LONGEST_LINE = 1000;

    private final BatchHub.Terms terms;
    private final BatchHub.@Nullable Terms ofSources;
    private final @Nullable String partsTo;
    private volatile @Nullable AsyncProducer parts;

    BatchProducer(BatchEndpoint endpoint, BatchHub hub) {
        super(endpoint);
        this.hub = hub;
        this.partsTo = endpoint.getPartsTo();
        Duration offer = duration(endpoint.getOfferTimeout());
        Duration reply = duration(endpoint.getReplyTimeout());
        this.terms = new BatchHub.Terms(endpoint.isBlockWhenFull(), offer, reply);
        this.ofSources = endpoint.isBlockChosen() ? null : new BatchHub.Terms(true, offer, reply);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        hub.tracing().start(getEndpoint().getCamelContext());
        if (partsTo != null) {
            AsyncProducer producer =
                    getEndpoint().getCamelContext().getEndpoint(partsTo).createAsyncProducer();
            ServiceHelper.startService(producer);
            parts = producer;
        }
    }

    @Override
    protected void doStop() throws Exception {
        ServiceHelper.stopService(parts);
        super.doStop();
    }

    private static @Nullable Duration duration(long millis) {
        return millis > 0 ? Duration.ofMillis(millis) : null;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        AsyncCallback then = callback;
        try {
            Batch around = exchange.getProperty(BatchConstants.BATCH, Batch.class);
            if (around != null && around.hub() == hub) {
                throw new IllegalStateException(
                        "batch:" + hub.name() + " is called inside its own batch route, where it would"
                                + " wait for itself. Send to another batch: endpoint, or call the step directly.");
            }
            // of a batch: endpoint that the exchange has passed already
            exchange.removeProperty(BatchConstants.OUTCOME);
            Object body = exchange.getMessage().getBody();
            boolean list = body instanceof List;
            Spans spans = hub.tracing().spans();
            int size = body instanceof List<?> elements ? elements.size() : 1;
            if (spans != null && size > 0) {
                then = spans.parked(exchange, hub.name(), size, callback);
            }
            if (!hub.isKnown()) {
                hub.expectRoute(((BatchEndpoint) getEndpoint())::refusal);
            }
            hub.park(new Parked(hub, exchange, then, items(exchange, body), list, parts), terms(exchange));
            return false;
        } catch (Exception | Error e) {
            // an error too: Camel's executor would pass it over, and the exchange would never go on
            Unrecoverable.report(e);
            exchange.setException(e);
            then.done(true);
            return true;
        }
    }

    /** Who expects an answer is never held up; a source may not fill the memory with what waits. */
    private BatchHub.Terms terms(Exchange exchange) {
        BatchHub.Terms sources = ofSources;
        if (sources == null) {
            return terms;
        }
        boolean reads = exchange.getPattern() == ExchangePattern.InOnly
                || exchange.getProperty(ExchangePropertyKey.SPLIT_INDEX) != null;
        return reads && hub.waiting() >= LONGEST_LINE ? sources : terms;
    }

    private static List<Item> items(Exchange exchange, @Nullable Object body) throws Exception {
        Map<String, Object> headers = headers(exchange);
        if (!(body instanceof List<?> elements)) {
            return List.of(item(exchange, body, headers));
        }
        List<Item> items = new ArrayList<>(elements.size());
        for (Object element : elements) {
            items.add(item(exchange, element, headers));
        }
        return items;
    }

    /** A copy: after a {@code replyTimeout} the exchange goes on and changes them while a batch still reads them. */
    private static Map<String, Object> headers(Exchange exchange) {
        if (!exchange.getMessage().hasHeaders()) {
            return Map.of();
        }
        HeadersMapFactory maps =
                exchange.getContext().getCamelContextExtension().getHeadersMapFactory();
        return Collections.unmodifiableMap(maps.newMap(exchange.getMessage().getHeaders()));
    }

    static Item item(Exchange exchange, @Nullable Object body, Map<String, Object> headers) throws Exception {
        if (body instanceof Item item) {
            return item;
        }
        Object held = body;
        if (body instanceof InputStream
                || body instanceof Reader
                || body instanceof StreamCache
                || body instanceof File
                || body instanceof ByteBuffer
                || body instanceof WrappedFile) {
            // a stream may be read once, and its file may be gone when a retry needs it again
            held = exchange.getContext().getTypeConverter().mandatoryConvertTo(byte[].class, exchange, body);
        }
        Item item = new Item(held, headers, null);
        if (held == null) {
            item.fail(
                    new Failure(
                            Reason.INVALID_ITEM, "The message has no body: there is nothing to send for this item."),
                    null);
        } else if (held instanceof Iterator || held instanceof Stream) {
            item.fail(
                    new Failure(
                            Reason.INVALID_ITEM,
                            "The body of type " + held.getClass().getName()
                                    + " is no item: it can be read once only. Split it in front of batch:, or make a"
                                    + " list of it."),
                    null);
        }
        return item;
    }
}
