package io.github.saddlebag.serve;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.input.ArrayReader;
import io.github.saddlebag.input.ItemInput;
import io.github.saddlebag.input.LineReader;
import io.github.saddlebag.json.Json;
import io.github.saddlebag.output.JsonText;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The items that a caller sends in one body. Each goes through the route by itself; the lines of their answers are written
 * as they come, on the caller's event loop. No more items are taken in while so many are under way, or while the caller
 * does not read its lines.
 */
final class CallerList {

    private static final String TYPE = "application/x-ndjson";

    /** How many items of a caller are under way at once. */
    private static final int AT_ONCE = 1000;

    /** So many are taken in before others have their turn on the event loop. */
    private static final int IN_A_TURN = 100;

    private final RoutingContext context;
    private final Context loop;
    private final HttpServerResponse response;
    private final CallerConsumer consumer;
    private final Runnable whenOver;
    /** The exchanges of those that are under way, and the numbers of their items. */
    private final Map<Exchange, Long> underWay = new LinkedHashMap<>();

    @SuppressWarnings("NullAway.Init") // open() sets it
    private ItemInput items;

    private boolean feeding;
    private boolean read;
    private boolean left;
    private boolean over;

    /** @param whenOver runs when none of its items is under way any more */
    CallerList(RoutingContext context, CallerConsumer consumer, Runnable whenOver) {
        this.context = context;
        this.loop = context.vertx().getOrCreateContext();
        this.response = context.response();
        this.consumer = consumer;
        this.whenOver = whenOver;
    }

    /** Whether a body is a JSON array, or would be one. */
    static boolean isArray(byte[] body) {
        int at = 0;
        while (at < body.length && (body[at] <= ' ')) {
            at++;
        }
        return at < body.length && body[at] == '[';
    }

    /** Reads it once, to refuse it as a whole where it has too many items or none; null: it may start. */
    @Nullable
    Problem open(byte[] body, boolean lines, CallerSettings settings) {
        int count = 0;
        try {
            for (ItemInput all = input(body, lines, settings);
                    count <= settings.given().maxListItems();
                    count++) {
                if (all.next() == null) {
                    break;
                }
            }
            items = input(body, lines, settings);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory were not read", e);
        }
        if (count == 0) {
            return new Problem(400, "No items", "The body has no items. Send at least one.");
        }
        return count <= settings.given().maxListItems()
                ? null
                : new Problem(
                        413,
                        "Too many items",
                        settings.told("A body has at most " + settings.given().maxListItems()
                                + " items here (saddlebag.source.http.max-list-items). Send them in several"
                                + " requests."));
    }

    private static ItemInput input(byte[] body, boolean lines, CallerSettings settings) throws IOException {
        return lines
                ? new LineReader(new ByteArrayInputStream(body), settings.maxBody(), ItemInput.Place.BEGIN, body.length)
                : ArrayReader.of(body, settings.maxBody());
    }

    void start() {
        response.setChunked(true).putHeader("Content-Type", TYPE);
        if (consumer.isEnding()) {
            CallerRequest.close(context);
        }
        response.closeHandler(ignored -> leave());
        response.drainHandler(ignored -> feed());
        feed();
    }

    private void feed() {
        if (feeding || left || over) {
            return;
        }
        feeding = true;
        try {
            for (int taken = 0; mayTake(); taken++) {
                if (taken == IN_A_TURN) {
                    loop.runOnContext(ignored -> feed());
                    break;
                }
                take(true);
            }
        } finally {
            feeding = false;
        }
        endIfDone();
    }

    private boolean mayTake() {
        return !read && !left && underWay.size() < AT_ONCE && !response.writeQueueFull();
    }

    /** @param send whether an item goes through the route; otherwise its caller is told that it does not */
    private void take(boolean send) {
        byte[] item;
        try {
            item = items.next();
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory were not read", e);
        }
        long number = items.number();
        String problem = items.problem();
        if (item == null) {
            read = true;
        } else if (problem != null) {
            write(number, null, new Problem(400, "Not an item", problem));
        } else if (send) {
            send(item, number);
        } else {
            write(number, null, TellProblem.stopping());
        }
    }

    private void send(byte[] item, long number) {
        Exchange exchange = consumer.begin(context, item);
        exchange.setProperty(ReadCaller.ONE_OF_MANY, true);
        underWay.put(exchange, number);
        consumer.run(context, exchange, () -> done(exchange));
    }

    private void done(Exchange exchange) {
        try {
            Long number = underWay.remove(exchange);
            if (number != null && !over) {
                write(number, exchange);
            }
        } finally {
            consumer.end(exchange);
        }
        feed();
        endIfDone();
    }

    private void write(long number, Exchange exchange) {
        Problem problem = exchange.getProperty(TellProblem.PROBLEM, Problem.class);
        byte[] answer = exchange.getException() == null ? exchange.getMessage().getBody(byte[].class) : null;
        Item item = exchange.getProperty(ReadCaller.ITEM, Item.class);
        if (problem == null && answer != null) {
            write(line(number, item, "result").appendBytes(Json.onOneLine(answer)));
        } else {
            write(number, item, problem == null ? consumer.withoutAnswer(exchange) : problem);
        }
    }

    private void write(long number, @Nullable Item item, Problem problem) {
        write(line(number, item, "error")
                .appendString(JsonText.quoted(problem.text()))
                .appendString(",\"status\":" + problem.status()));
    }

    private void write(Buffer line) {
        if (!left && !response.closed()) {
            response.write(line.appendString("}\n"));
        }
    }

    /** The beginning of a line. An item without an id is known by its number. */
    private static Buffer line(long number, @Nullable Item item, String member) {
        String shown = Long.toString(number);
        if (item != null && item.id() != null) {
            shown = item.numericId() ? item.id() : JsonText.quoted(item.id());
        }
        return Buffer.buffer("{\"id\":" + shown + ",\"" + member + "\":", StandardCharsets.UTF_8.name());
    }

    /** Its caller has gone: nothing more of it is taken in, and what was not sent yet is not sent. */
    private void leave() {
        if (!left && !over) {
            left = true;
            List.copyOf(underWay.keySet()).forEach(CallerConsumer::leave);
            endIfDone();
        }
    }

    /** The time of a stop is over: the caller is told of what has no answer, here and now. */
    void endNow() {
        if (left || over) {
            return;
        }
        for (Map.Entry<Exchange, Long> each : underWay.entrySet()) {
            write(each.getValue(), each.getKey().getProperty(ReadCaller.ITEM, Item.class), TellProblem.stopping());
        }
        underWay.clear();
        while (!read) {
            take(false);
        }
        endIfDone();
    }

    private void endIfDone() {
        if (over || !underWay.isEmpty() || !read && !left) {
            return;
        }
        over = true;
        if (!left) {
            response.end();
            if (consumer.isEnding()) {
                CallerRequest.closeSoon(context);
            }
        }
        whenOver.run();
    }
}
