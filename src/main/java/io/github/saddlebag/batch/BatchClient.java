package io.github.saddlebag.batch;

import io.github.saddlebag.support.StoppedException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;

/**
 * Sends single items from Java: one item in, a future of its own answer out. No thread waits, and one client serves any
 * number of callers.
 *
 * <p>A future fails with {@link ItemFailedException}, which tells the reason as data; with {@link GateFullException}
 * where there was no room within {@code offerTimeout}; with {@link StoppedException} where the runtime stopped first.
 * What follows a future runs on one of few threads: give longer work a pool of its own ({@code thenApplyAsync}).
 *
 * <p>Who cancels a future, or completes it in another way, has left: an item that was not sent yet is not sent, and its
 * place at the gate comes free when no request holds it any more.
 *
 * <p>It goes on where its context is stopped and started again.
 */
public final class BatchClient implements AutoCloseable {

    private final CamelContext context;
    private final String uri;
    private volatile Way way;

    /** How items get into one life of the context: a stop ends its endpoints, a start makes others. */
    private record Way(BatchEndpoint endpoint, AsyncProducer producer) {

        private static Way to(CamelContext context, String uri) {
            if (!(context.getEndpoint(uri) instanceof BatchEndpoint endpoint)) {
                throw new IllegalArgumentException(
                        uri + " is no batch: endpoint. Give one, for example batch:saddlebag.");
            }
            try {
                AsyncProducer producer = endpoint.createAsyncProducer();
                producer.start();
                return new Way(endpoint, producer);
            } catch (Exception e) {
                throw new IllegalArgumentException(uri + " takes no items: " + e.getMessage(), e);
            }
        }
    }

    private BatchClient(CamelContext context, String uri) {
        this.context = context;
        this.uri = uri;
        this.way = Way.to(context, uri);
    }

    /**
     * A client of {@code batch:NAME}.
     *
     * @param uri such as {@code batch:saddlebag?replyTimeout=30s}
     */
    public static BatchClient of(CamelContext context, String uri) {
        return new BatchClient(context, uri);
    }

    /** Sends an item; its answer comes as bytes, for JSON those of one value. */
    public CompletableFuture<byte[]> send(Object item) {
        return send(item, byte[].class);
    }

    /** Sends an item; its answer comes as this type, by the context's type converters. */
    public <T> CompletableFuture<T> send(Object item, Class<T> type) {
        return send(item, Map.of(), type);
    }

    /**
     * Sends an item with headers, for example that of its correlation key.
     *
     * @param item JSON as text or bytes, or what can be written as JSON; a list is one item too
     * @param headers never sent to the endpoint
     */
    public <T> CompletableFuture<T> send(Object item, Map<String, Object> headers, Class<T> type) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            Way now = way();
            Exchange exchange = now.endpoint.createExchange(ExchangePattern.InOut);
            Item sent = BatchProducer.item(exchange, item, Map.copyOf(headers));
            exchange.getMessage().setBody(sent);
            now.producer.process(exchange, sync -> complete(answer, exchange, type));
            // only now: an item that nobody sent cannot be left
            answer.whenComplete((result, error) -> {
                if (sent.fate() == null) {
                    sent.abandon();
                }
            });
        } catch (Exception e) {
            answer.completeExceptionally(e);
        }
        return answer;
    }

    private Way way() {
        Way now = way;
        if (now.endpoint.hub().isEnding() && context.isStarted()) {
            synchronized (this) {
                if (way == now) {
                    way = Way.to(context, uri);
                }
                return way;
            }
        }
        return now;
    }

    private <T> void complete(CompletableFuture<T> answer, Exchange exchange, Class<T> type) {
        Exception error = exchange.getException();
        if (error != null) {
            answer.completeExceptionally(error);
            return;
        }
        try {
            answer.complete(context.getTypeConverter()
                    .mandatoryConvertTo(type, exchange, exchange.getMessage().getBody()));
        } catch (Exception e) {
            answer.completeExceptionally(e);
        }
    }

    /** Futures that wait go on waiting. */
    @Override
    public void close() {
        way.producer.stop();
    }
}
