package io.github.saddlebag.batch;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.ServiceStatus;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hides a batch behind a call with one item: send one item, get its own answer.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "batch",
        title = "Batch",
        syntax = "batch:name",
        category = {Category.CORE, Category.MESSAGING})
public final class BatchEndpoint extends DefaultEndpoint {

    /** The gate's size where nothing is configured. */
    public static final int DEFAULT_MAX_IN_FLIGHT = 5000;

    /** How long items wait for a context that nobody starts yet: the web server of its host may take callers in before. */
    private static final long START_WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final Logger LOG = LoggerFactory.getLogger(BatchEndpoint.class);

    private final BatchHub hub;
    private final AtomicBoolean told = new AtomicBoolean();

    @UriPath(description = "The name that ties callers (to:) to the one route that batches their items (from:)")
    @Metadata(required = true)
    private String name;

    @UriParam(
            label = "consumer",
            defaultValue = "5000",
            description =
                    "The most items that may be unsettled at once, over all callers of this name; an item takes one"
                            + " place for each 16 KiB begun. When it is reached, callers wait.")
    private int maxInFlight = DEFAULT_MAX_IN_FLIGHT;

    @UriParam(
            label = "consumer",
            description =
                    "The header of an item whose value is its correlation key: items of different keys never share"
                            + " a batch. Without it all items may.")
    private @Nullable String keyHeader;

    @UriParam(
            label = "consumer",
            defaultValue = "true",
            description = "Whether items that somebody waits for go before those of topics and timers, and these before"
                    + " those of files. Otherwise who comes first goes first.")
    private boolean callersFirst = true;

    @UriParam(
            label = "producer",
            defaultValue = "false",
            description = "Whether the calling thread waits at a full gate. For readers of files and topics, which must"
                    + " not run ahead. Otherwise the exchange waits without a thread. Where it is not set, the threads"
                    + " of sources (parts of a split, messages that nobody expects a reply to) wait as soon as 1,000"
                    + " exchanges do.")
    private boolean blockWhenFull;

    private boolean blockChosen;

    private volatile long asleepSince;

    @UriParam(
            label = "producer",
            javaType = "java.time.Duration",
            description = "How long a caller may wait at a full gate before it is rejected with a GateFullException."
                    + " Without it callers wait as long as it takes.")
    private long offerTimeout;

    @UriParam(
            label = "producer",
            javaType = "java.time.Duration",
            description =
                    "How long a caller waits for the fates of its items, the gate included; then those without one"
                            + " fail. Without it callers wait as long as it takes.")
    private long replyTimeout;

    @UriParam(
            label = "producer",
            description = "The endpoint to which outcomes of a list go that are there before the others, as a list of"
                    + " their own, so that none waits for the slowest; the message itself then goes on with the rest."
                    + " Without it a list goes on as a whole.")
    private @Nullable String partsTo;

    BatchEndpoint(String uri, BatchComponent component, String name, BatchHub hub) {
        super(uri, component);
        this.name = name;
        this.hub = hub;
    }

    BatchHub hub() {
        return hub;
    }

    @Override
    public Producer createProducer() {
        return new BatchProducer(this, hub);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        BatchConsumer consumer = new BatchConsumer(this, processor, hub);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public boolean isSingletonProducer() {
        return true;
    }

    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public int getMaxInFlight() {
        return maxInFlight;
    }

    public void setMaxInFlight(int maxInFlight) {
        if (maxInFlight < 1) {
            throw new IllegalArgumentException("maxInFlight is " + maxInFlight + ": it must be at least 1.");
        }
        this.maxInFlight = maxInFlight;
    }

    public @Nullable String getKeyHeader() {
        return keyHeader;
    }

    public void setKeyHeader(@Nullable String keyHeader) {
        this.keyHeader = keyHeader == null || keyHeader.isBlank() ? null : keyHeader.trim();
    }

    public boolean isCallersFirst() {
        return callersFirst;
    }

    public void setCallersFirst(boolean callersFirst) {
        this.callersFirst = callersFirst;
    }

    public boolean isBlockWhenFull() {
        return blockWhenFull;
    }

    public void setBlockWhenFull(boolean blockWhenFull) {
        this.blockWhenFull = blockWhenFull;
        this.blockChosen = true;
    }

    /** Whether it was set. */
    boolean isBlockChosen() {
        return blockChosen;
    }

    public long getOfferTimeout() {
        return offerTimeout;
    }

    public void setOfferTimeout(long offerTimeout) {
        this.offerTimeout = offerTimeout;
    }

    public long getReplyTimeout() {
        return replyTimeout;
    }

    public void setReplyTimeout(long replyTimeout) {
        this.replyTimeout = replyTimeout;
    }

    public @Nullable String getPartsTo() {
        return partsTo;
    }

    public void setPartsTo(@Nullable String partsTo) {
        this.partsTo = partsTo == null || partsTo.isBlank() ? null : partsTo.trim();
    }

    /** Why nobody would answer here; null: the context starts its routes, and this one may be among them. */
    @Nullable
    String refusal() {
        CamelContext context = getCamelContext();
        if (!context.isStarted() || context.getRouteController().isStartingRoutes()) {
            if (isAsleep(context.getStatus())) {
                return "its Camel context is not started, so nobody would answer. Call its method start().";
            }
            if (!told.getAndSet(true)) {
                LOG.warn("batch:{}: items wait until the Camel context and its routes have started.", name);
            }
            return null;
        }
        return context.getRoutes().stream()
                .filter(route -> route.getEndpoint() instanceof BatchEndpoint begins && begins.hub == hub)
                .findFirst()
                .map(route -> "its route " + route.getRouteId() + " is not started, so nobody would answer. Start it.")
                .orElseGet(() -> "no route begins with it, so nobody would answer."
                        + ((BatchComponent) getComponent()).nearMiss(name));
    }

    /** Whether nobody has begun to start it for so long that nobody will. */
    private boolean isAsleep(ServiceStatus status) {
        long now = System.nanoTime();
        if (!status.equals(ServiceStatus.Stopped) && !status.equals(ServiceStatus.Initialized)) {
            asleepSince = 0;
        } else if (asleepSince == 0) {
            asleepSince = now | 1;
        }
        return asleepSince != 0 && now - asleepSince > START_WAIT_NANOS;
    }
}
