package io.github.saddlebag.batch;

import io.github.saddlebag.aggregate.BatchStrategy;
import io.github.saddlebag.stats.Reason;
import io.github.saddlebag.support.Unrecoverable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives the items that are inside the gate to the route that batches them, as {@link Arrival}s of one key each.
 *
 * <p>It is stopped last: its route is needed until the batches that are under way have ended.
 */
final class BatchConsumer extends DefaultConsumer implements ShutdownAware {

    private final BatchHub hub;
    private final BatchEndpoint endpoint;
    /** False: another consumer of this name was first, and must not be disturbed. */
    private volatile boolean attached;

    BatchConsumer(BatchEndpoint endpoint, Processor processor, BatchHub hub) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.hub = hub;
    }

    void emit(List<Item> items) {
        emitByKey(items);
        hub.letGoIfNothingCanJoin();
    }

    private void emitByKey(List<Item> items) {
        String header = endpoint.getKeyHeader();
        if (header == null && hasNoCompany(items)) {
            emit(BatchConstants.NO_KEY, items);
            return;
        }
        Map<String, List<Item>> groups = new LinkedHashMap<>();
        for (Item item : items) {
            String name = key(item);
            String company = company(item);
            groups.computeIfAbsent(company == null ? name : name + BatchStrategy.IN + company, k -> new ArrayList<>())
                    .add(item);
        }
        groups.forEach(this::emit);
    }

    /** The key by which the endpoint tells its items from others. */
    String key(Item item) {
        String header = endpoint.getKeyHeader();
        Object key = header == null ? null : item.headers().get(header);
        return key == null ? BatchConstants.NO_KEY : key.toString();
    }

    private static boolean hasNoCompany(List<Item> items) {
        for (Item item : items) {
            if (company(item) != null) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String company(Item item) {
        Position position = item.position();
        return position == null ? null : position.company();
    }

    private void emit(String key, List<Item> items) {
        Arrival arrival = new Arrival(hub, items);
        while (arrival.peek() != null) {
            Throwable problem = emitOnce(key, arrival);
            Unrecoverable.report(problem);
            if (problem != null || !arrival.hasMoved()) {
                refuse(arrival, problem);
            }
        }
    }

    private @Nullable Throwable emitOnce(String key, Arrival arrival) {
        Exchange exchange = createExchange(false);
        try {
            exchange.getMessage().setHeader(BatchConstants.KEY, key);
            exchange.getMessage().setBody(arrival);
            createUoW(exchange);
            getProcessor().process(exchange);
            return exchange.getException();
        } catch (Throwable e) {
            // an error too: nobody else would answer the callers
            return e;
        } finally {
            doneUoW(exchange);
            releaseExchange(exchange, false);
        }
    }

    private void refuse(Arrival arrival, @Nullable Throwable problem) {
        Failure failure = new Failure(
                Reason.INTERNAL,
                "The route of batch:" + hub.name()
                        + (problem == null
                                ? " took none of " + arrival.size()
                                        + " items: it needs an aggregate with a BatchStrategy."
                                : " failed before the batch was formed: " + text(problem)));
        boolean stopped = hub.isStopping() || Batch.isStop(problem);
        Item item = arrival.peek();
        while (item != null) {
            Parked parked = item.parked();
            if (stopped && parked != null) {
                parked.giveBack(List.of(item), hub.stopped());
            } else {
                item.fail(failure, null);
            }
            item = arrival.peek();
        }
    }

    private static String text(Throwable problem) {
        String message = problem.getMessage();
        return message == null || message.isBlank() ? problem.getClass().getSimpleName() : message;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        hub.attach(this, endpoint.getMaxInFlight(), endpoint.isCallersFirst());
        attached = true;
        hub.tracing().start(endpoint.getCamelContext());
        hub.meters(BatchMeters.of(endpoint.getCamelContext(), hub));
    }

    @Override
    protected void doStop() throws Exception {
        hub.detach(this);
        super.doStop();
    }

    @Override
    public boolean deferShutdown(ShutdownRunningTask task) {
        if (endpoint.getCamelContext().isStopping()) {
            hub.stop();
        } else if (attached) {
            hub.drain();
        }
        return true;
    }

    @Override
    public int getPendingExchangesSize() {
        return hub.underWay();
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        if (!forced) {
            return;
        }
        if (endpoint.getCamelContext().isStopping()) {
            hub.giveBackAll();
        } else if (attached) {
            hub.giveBackUnderWay();
        }
    }
}
