package io.github.saddlebag.serve;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.support.Unrecoverable;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConsumer;
import org.apache.camel.spi.InflightRepository;
import org.jspecify.annotations.Nullable;

/**
 * Takes callers in on the event loop and answers them there when their exchange comes back; none holds a thread
 * meanwhile. So no step of the route may block before it parks the exchange.
 */
final class CallerConsumer extends VertxPlatformHttpConsumer {

    private static final String JSON = "application/json";
    private static final long LAST_ANSWERS_MILLIS = 500;

    private final CallerSettings settings;
    private final @Nullable CallerServer server;
    private final CallerHeaders headers = new CallerHeaders();
    private final AtomicInteger callers = new AtomicInteger();
    /** Those whose items are under way, and how each is told that they end here. */
    private final Map<RoutingContext, Runnable> waiting = new ConcurrentHashMap<>();

    private final ListBodies lists;

    /** @param server to be opened when the route starts; null: somebody else's */
    CallerConsumer(
            PlatformHttpEndpoint endpoint,
            Processor processor,
            CallerSettings settings,
            String routerName,
            @Nullable CallerServer server) {
        super(endpoint, processor, List.of(), routerName);
        this.settings = settings;
        this.server = server;
        this.lists = new ListBodies(settings.maxListBody());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        if (server != null) {
            server.listen(settings);
        }
    }

    /**
     * Here the route has no exchange any more, and the last answers may not be written yet; or the time for a stop is
     * over, and those who wait still are told.
     */
    @Override
    protected void doStop() throws Exception {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LAST_ANSWERS_MILLIS);
        try {
            while (callers.get() > 0 && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (InterruptedException e) {
            // the time for a stop ends in this moment: they are told all the same
            Thread.currentThread().interrupt();
        }
        waiting.forEach((context, turnAway) -> context.vertx().runOnContext(ignored -> turnAway.run()));
        super.doStop();
    }

    private void come() {
        callers.incrementAndGet();
        if (server != null) {
            server.callers().incrementAndGet();
        }
    }

    private void gone() {
        callers.decrementAndGet();
        if (server != null) {
            server.callers().decrementAndGet();
        }
    }

    boolean isEnding() {
        return isSuspendingOrSuspended() || isStoppingOrStopped();
    }

    private void turnAway(RoutingContext context) {
        HttpServerResponse response = context.response();
        if (!response.ended() && !response.closed()) {
            CallerRequest.refuse(context, TellProblem.stopping(), settings.maxBody());
        }
    }

    @Override
    protected void handleRequest(RoutingContext context) {
        Problem problem = problem(context);
        if (problem != null) {
            CallerRequest.refuse(context, problem, settings.maxBody());
            return;
        }
        long bytes = CallerRequest.isList(context.request()) ? CallerRequest.bytes(context.request(), settings) : 0;
        if (!lists.take(bytes)) {
            CallerRequest.refuse(context, lists.full(settings), settings.maxBody());
            return;
        }
        come();
        Runnable over = () -> {
            gone();
            lists.giveBack(bytes);
        };
        CallerRequest.read(context, settings, body -> process(context, body, over), over);
    }

    /** What can be said before a byte of the body was read. */
    private @Nullable Problem problem(RoutingContext context) {
        if (!settings.token().isKnownBy(context.request().getHeader("Authorization"))) {
            return new Problem(401, "Unknown caller", "Give the token of this service as 'Authorization: Bearer ...'.");
        }
        if (isEnding()) {
            return TellProblem.stopping();
        }
        int served = server == null ? callers.get() : server.callers().get();
        if (served >= (server == null ? settings.given().maxCallers() : server.maxCallers())) {
            return new Problem(
                    429,
                    "Too many callers",
                    served + " callers wait already (saddlebag.source.http.max-callers). Try again later.");
        }
        return CallerRequest.unreadable(context.request(), settings);
    }

    private void process(RoutingContext context, byte[] body, Runnable over) {
        if (isEnding()) {
            over.run();
            turnAway(context);
            return;
        }
        boolean lines = CallerRequest.isLines(context.request());
        if (lines || CallerRequest.isList(context.request()) && CallerList.isArray(body)) {
            processAll(context, body, lines, over);
        } else if (body.length > settings.maxBody()) {
            over.run();
            CallerRequest.refuse(context, CallerRequest.tooLarge(settings), settings.maxBody());
        } else {
            processOne(context, body, over);
        }
    }

    private void processOne(RoutingContext context, byte[] body, Runnable over) {
        waiting.put(context, () -> turnAway(context));
        Exchange exchange = begin(context, body);
        boolean done = run(context, exchange, () -> {
            try {
                write(context, exchange);
            } finally {
                waiting.remove(context);
                over.run();
                end(exchange);
            }
        });
        if (!done) {
            context.response().closeHandler(ignored -> leave(exchange));
        }
    }

    private void processAll(RoutingContext context, byte[] body, boolean lines, Runnable over) {
        // between two of its items none may be under way, and a stop would take the route for done
        InflightRepository underWay = getEndpoint().getCamelContext().getInflightRepository();
        Exchange whole = getEndpoint().createExchange();
        String route = routeId();
        CallerList list = new CallerList(context, this, () -> {
            waiting.remove(context);
            underWay.remove(whole, route);
            over.run();
        });
        Problem problem = list.open(body, lines, settings);
        if (problem != null) {
            over.run();
            CallerRequest.refuse(context, problem, settings.maxBody());
            return;
        }
        underWay.add(whole, route);
        waiting.put(context, list::endNow);
        list.start();
    }

    private String routeId() {
        return getEndpoint().getCamelContext().getRoutes().stream()
                .filter(route -> route.getEndpoint() == getEndpoint())
                .map(Route::getRouteId)
                .findFirst()
                .orElse("");
    }

    /** An exchange of one item. */
    Exchange begin(RoutingContext context, byte[] item) {
        Exchange exchange = createExchange(false);
        exchange.setPattern(ExchangePattern.InOut);
        Message message = exchange.getMessage();
        message.setBody(item);
        headers.copy(context.request().headers(), message);
        try {
            createUoW(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
        return exchange;
    }

    /**
     * Sends it through the route.
     *
     * @param done runs on the caller's event loop
     * @return whether it was done at once
     */
    boolean run(RoutingContext context, Exchange exchange, Runnable done) {
        if (exchange.getException() != null) {
            done.run();
            return true;
        }
        Context loop = context.vertx().getOrCreateContext();
        return getAsyncProcessor().process(exchange, sync -> {
            if (sync) {
                done.run();
            } else {
                loop.runOnContext(ignored -> done.run());
            }
        });
    }

    void end(Exchange exchange) {
        doneUoW(exchange);
        releaseExchange(exchange, false);
    }

    /** The caller of an item has left. */
    static void leave(Exchange exchange) {
        Item item = exchange.getProperty(ReadCaller.ITEM, Item.class);
        if (item != null) {
            item.abandon();
        }
    }

    private void write(RoutingContext context, Exchange exchange) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        Message message = exchange.getMessage();
        byte[] body = exchange.getException() == null ? message.getBody(byte[].class) : null;
        if (body == null) {
            CallerRequest.refuse(context, withoutAnswer(exchange), settings.maxBody());
            return;
        }
        response.setStatusCode(message.getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class));
        response.putHeader("Content-Type", message.getHeader(Exchange.CONTENT_TYPE, JSON, String.class));
        String retryAfter = message.getHeader("Retry-After", String.class);
        if (retryAfter != null) {
            response.putHeader("Retry-After", retryAfter);
        }
        boolean last = isEnding();
        if (last) {
            // otherwise the caller's next request comes here too
            CallerRequest.close(context);
        }
        response.end(Buffer.buffer(body));
        if (last) {
            CallerRequest.closeSoon(context);
        }
    }

    /** A stop whose time is over ends routes wherever they are. */
    Problem withoutAnswer(Exchange exchange) {
        if (isEnding() || getEndpoint().getCamelContext().isStopping()) {
            return TellProblem.stopping();
        }
        Unrecoverable.report(exchange.getException());
        getExceptionHandler()
                .handleException("A caller's route ended without an answer.", exchange, exchange.getException());
        return new Problem(500, "The route failed", "The route of the callers failed; its log says why.");
    }
}
