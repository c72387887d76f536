package io.github.saddlebag.batch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** A plain Camel context with batch routes, and callers who wait without a thread. */
final class Batches implements AutoCloseable {

    private final DefaultCamelContext context = new DefaultCamelContext();

    private final Map<String, AsyncProducer> producers = new ConcurrentHashMap<>();

    private final Queue<String> calledTwice = new ConcurrentLinkedQueue<>();

    private Batches() {}

    static Batches of(RoutesBuilder... routes) throws Exception {
        Batches batches = new Batches();
        batches.context.getShutdownStrategy().setTimeout(10);
        for (RoutesBuilder one : routes) {
            batches.context.addRoutes(one);
        }
        return batches;
    }

    static Batches start(RoutesBuilder... routes) throws Exception {
        return of(routes).begin();
    }

    Batches begin() throws Exception {
        producers.clear();
        context.start();
        return this;
    }

    static Batch of(Exchange exchange) {
        return exchange.getProperty(BatchConstants.BATCH, Batch.class);
    }

    DefaultCamelContext context() {
        return context;
    }

    BatchHub hub(String name) {
        return context.getEndpoint("batch:" + name, BatchEndpoint.class).hub();
    }

    /** Sends it on this thread; returns at once unless the gate blocks. */
    CompletableFuture<Exchange> send(String uri, Object body) throws Exception {
        return send(uri, body, Map.of());
    }

    CompletableFuture<Exchange> send(String uri, Object body, Map<String, Object> headers) throws Exception {
        AsyncProducer producer = producers.get(uri);
        if (producer == null) {
            producer = context.getEndpoint(uri).createAsyncProducer();
            producer.start();
            producers.put(uri, producer);
        }
        Exchange exchange = producer.getEndpoint().createExchange(ExchangePattern.InOut);
        exchange.getMessage().setBody(body);
        exchange.getMessage().setHeaders(new HashMap<>(headers));
        CompletableFuture<Exchange> sent = new CompletableFuture<>();
        producer.process(exchange, doneSync -> {
            if (!sent.complete(exchange)) {
                calledTwice.add(uri);
            }
        });
        return sent;
    }

    /** The addresses of exchanges that went on a second time. */
    Queue<String> calledTwice() {
        return calledTwice;
    }

    /** The exchange once it has gone on. */
    static Exchange ended(CompletableFuture<Exchange> sent) throws Exception {
        return sent.get(60, TimeUnit.SECONDS);
    }

    /** The body once the exchange has gone on; fails where it goes on with an exception. */
    static Object answer(CompletableFuture<Exchange> sent) throws Exception {
        Exchange exchange = ended(sent);
        if (exchange.getException() != null) {
            throw new ExecutionException(exchange.getException());
        }
        return exchange.getMessage().getBody();
    }

    /** The exception that the exchange goes on with. */
    static Throwable failure(CompletableFuture<Exchange> sent) throws Exception {
        return ended(sent).getException();
    }

    @SuppressWarnings("unchecked")
    static List<Outcome> outcomes(CompletableFuture<Exchange> sent) throws Exception {
        return (List<Outcome>) answer(sent);
    }

    @Override
    public void close() {
        context.stop();
    }
}
