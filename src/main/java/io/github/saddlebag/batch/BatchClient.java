package io.github.saddlebag.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.github.saddlebag.json.ObjectJson;
import io.github.saddlebag.support.StoppedException;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.NoTypeConversionAvailableException;
import org.jspecify.annotations.Nullable;

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
    private record Way(
            BatchEndpoint endpoint, AsyncProducer producer, ObjectJson json, Map<Type, ObjectReader> readers) {

        private static Way to(CamelContext context, String uri) {
            if (!(context.getEndpoint(uri) instanceof BatchEndpoint endpoint)) {
                throw new IllegalArgumentException(
                        uri + " is no batch: endpoint. Give one, for example batch:saddlebag.");
            }
            try {
                AsyncProducer producer = endpoint.createAsyncProducer();
                producer.start();
                ObjectJson json = ObjectJson.of(context.getRegistry().findByType(ObjectMapper.class));
                return new Way(endpoint, producer, json, new ConcurrentHashMap<>());
            } catch (Exception e) {
                throw new IllegalArgumentException(uri + " takes no items: " + e.getMessage(), e);
            }
        }

        /** Reads answers as this type; null: Camel has a type converter that does. */
        private @Nullable ObjectReader reader(CamelContext context, Type type) {
            if (type == byte[].class || type == String.class || type == Object.class) {
                return null;
            }
            ObjectReader known = readers.get(type);
            if (known == null
                    && !(type instanceof Class<?> of
                            && context.getTypeConverterRegistry().lookup(of, byte[].class) != null)) {
                known = json.reader(type);
                readers.put(type, known);
            }
            return known;
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

    /** Sends an item; its answer comes as this type, see {@link #send(Object, Map, Class)}. */
    public <T> CompletableFuture<T> send(Object item, Class<T> type) {
        return send(item, Map.of(), type);
    }

    /** Sends an item; its answer comes as this type, see {@link #send(Object, Map, TypeReference)}. */
    public <T> CompletableFuture<T> send(Object item, TypeReference<T> type) {
        return send(item, Map.of(), type);
    }

    /**
     * Sends an item with headers, for example that of its correlation key.
     *
     * <p>Objects, of items and of answers, are written and read as JSON by the one {@code ObjectMapper} of JSON in the
     * registry, else by one with the modules {@code jackson-datatype-*} on the class path. Where no JSON can be read as this type, the
     * future fails with an {@link IllegalArgumentException}, and nothing is sent. Where the answer is no JSON of this
     * type, it fails with what Jackson says, after the request.
     *
     * @param item JSON as text or bytes, or what can be written as JSON; a list is one item too
     * @param headers never sent to the endpoint
     * @param type of the answer: what Camel converts bytes to, a class that Jackson reads, or {@code Object} for the answer
     *     as it is
     */
    public <T> CompletableFuture<T> send(Object item, Map<String, Object> headers, Class<T> type) {
        return send(item, headers, type, type);
    }

    /**
     * The same for an answer of a generic type.
     *
     * @param type such as {@code new TypeReference<List<Quote>>() {}}
     */
    @SuppressWarnings("unchecked")
    public <T> CompletableFuture<T> send(Object item, Map<String, Object> headers, TypeReference<T> type) {
        return send(item, headers, type.getType() instanceof Class<?> of ? (Class<T>) of : null, type.getType());
    }

    private <T> CompletableFuture<T> send(
            Object item, Map<String, Object> headers, @Nullable Class<T> converted, Type type) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            Way now = way();
            ObjectReader reader = now.reader(context, type);
            Exchange exchange = now.endpoint.createExchange(ExchangePattern.InOut);
            Item sent = BatchProducer.item(exchange, item, Map.copyOf(headers));
            exchange.getMessage().setBody(sent);
            now.producer.process(exchange, sync -> complete(answer, exchange, converted, reader));
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

    private <T> void complete(
            CompletableFuture<T> answer,
            Exchange exchange,
            @Nullable Class<T> converted,
            @Nullable ObjectReader reader) {
        Exception error = exchange.getException();
        if (error != null) {
            answer.completeExceptionally(error);
            return;
        }
        try {
            Object body = exchange.getMessage().getBody();
            answer.complete(
                    reader == null || converted != null && (!(body instanceof byte[]) || converted.isInstance(body))
                            ? context.getTypeConverter().mandatoryConvertTo(converted, exchange, body)
                            : read(exchange, body, converted, reader));
        } catch (Exception e) {
            answer.completeExceptionally(e);
        }
    }

    /** What is no JSON may be what another converter knows, such as one of JAXB. */
    private <T> T read(Exchange exchange, Object body, @Nullable Class<T> converted, ObjectReader reader)
            throws IOException, NoTypeConversionAvailableException {
        try {
            return reader.readValue(context.getTypeConverter().mandatoryConvertTo(byte[].class, exchange, body));
        } catch (JsonProcessingException e) {
            T other = converted == null ? null : context.getTypeConverter().tryConvertTo(converted, exchange, body);
            if (other == null) {
                throw e;
            }
            return other;
        }
    }

    /** Futures that wait go on waiting. */
    @Override
    public void close() {
        way.producer.stop();
    }
}
