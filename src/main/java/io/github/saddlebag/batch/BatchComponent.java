package io.github.saddlebag.batch;

import io.github.saddlebag.memory.Memory;
import io.github.saddlebag.setting.NearMiss;
import io.github.saddlebag.support.SenderWatch;
import io.github.saddlebag.trace.Tracing;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.AsyncProcessorAwaitManager;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.LifecycleStrategy;
import org.apache.camel.spi.OnCamelContextStopping;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.jspecify.annotations.Nullable;

/** The {@code batch:} component. It owns what the endpoints of one name share. */
@Component("batch")
public final class BatchComponent extends DefaultComponent {

    private static final int THREADS = 4;

    private final Map<String, UnaryOperator<String>> words = new ConcurrentHashMap<>();
    private final Map<String, BatchHub> hubs = new ConcurrentHashMap<>();
    private final LifecycleStrategy onStopping =
            LifecycleStrategySupport.adapt((OnCamelContextStopping) context -> stopWithoutConsumer());
    /** Of each name its own: no slow route of one holds another one up. */
    private final Queue<ExecutorService> emitters = new ConcurrentLinkedQueue<>();

    private final Queue<ExecutorService> resumers = new ConcurrentLinkedQueue<>();
    private @Nullable ScheduledExecutorService timer;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        if (remaining.isBlank()) {
            throw new IllegalArgumentException("batch: needs a name, such as batch:saddlebag.");
        }
        BatchHub hub = hubs.computeIfAbsent(remaining, this::hub);
        BatchEndpoint endpoint = new BatchEndpoint(uri, this, remaining, hub);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    /** What is counted of {@code batch:NAME}; null: there is no such endpoint. */
    public @Nullable BatchStats stats(String name) {
        BatchHub hub = hubs.get(name);
        return hub == null ? null : hub.stats();
    }

    /** What all {@code batch:NAME} endpoints share; null: there are none. */
    public @Nullable BatchHub shared(String name) {
        return hubs.get(name);
    }

    /** The room that the items of {@code batch:NAME} take at its gate; 0: there is no such endpoint. */
    public long inFlight(String name) {
        BatchHub hub = hubs.get(name);
        return hub == null ? 0 : hub.inFlight();
    }

    /** How many seconds the oldest exchange at {@code batch:NAME} has waited; 0: none waits. */
    public double oldest(String name) {
        BatchHub hub = hubs.get(name);
        return hub == null ? 0 : hub.oldestSeconds();
    }

    /** Which name that a route begins with is near to this one, as a question; empty: none. */
    String nearMiss(String name) {
        List<String> names = hubs.values().stream()
                .filter(BatchHub::isKnown)
                .map(hub -> "batch:" + hub.name())
                .toList();
        return NearMiss.question("batch:" + name, names);
    }

    /** What is said of the items of {@code batch:NAME} is in these words. */
    public void tells(String name, UnaryOperator<String> its) {
        words.put(name, its);
        BatchHub hub = hubs.get(name);
        if (hub != null) {
            hub.tells(its);
        }
    }

    private ExecutorService pool(String name, Queue<ExecutorService> all) {
        ExecutorService pool =
                getCamelContext().getExecutorServiceManager().newThreadPool(this, name, profile(name, THREADS));
        all.add(pool);
        return pool;
    }

    private BatchHub hub(String name) {
        // two pools: a slow delivery must not keep those out whom the gate lets in
        BatchHub hub = new BatchHub(
                name,
                pool(name + "-emit", emitters),
                pool(name + "-resume", resumers),
                Objects.requireNonNull(timer),
                Memory.of(getCamelContext()));
        AsyncProcessorAwaitManager threads = PluginHelper.getAsyncProcessorAwaitManager(getCamelContext());
        hub.tracing(Tracing.of(getCamelContext()));
        hub.senders(new SenderWatch(threads::size));
        hub.tells(words.get(name));
        return hub;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        getCamelContext().addLifecycleStrategy(onStopping);
        ExecutorServiceManager executors = getCamelContext().getExecutorServiceManager();
        ThreadPoolProfile single = profile("saddlebag-timer", 1);
        timer = executors.newScheduledThreadPool(this, "saddlebag-timer", single);
    }

    /** A queue without bound, which Camel's are not by default: a task that is rejected is a caller who is lost. */
    private static ThreadPoolProfile profile(String id, int threads) {
        ThreadPoolProfile profile = new ThreadPoolProfile(id);
        profile.setPoolSize(threads);
        profile.setMaxPoolSize(threads);
        profile.setMaxQueueSize(Integer.MAX_VALUE);
        profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
        profile.setKeepAliveTime(60L);
        profile.setTimeUnit(TimeUnit.SECONDS);
        profile.setAllowCoreThreadTimeOut(true);
        return profile;
    }

    /** Whoever waits for a consumer that is not there would otherwise hold up the stop until its time is over. */
    private void stopWithoutConsumer() {
        for (BatchHub hub : hubs.values()) {
            hub.ending();
            if (!hub.hasConsumer()) {
                hub.stop();
            }
        }
    }

    @Override
    protected void doStop() throws Exception {
        for (BatchHub hub : hubs.values()) {
            hub.giveBackAll();
            hub.meters().end();
        }
        super.doStop();
    }

    @Override
    protected void doShutdown() throws Exception {
        getCamelContext().getLifecycleStrategies().remove(onStopping);
        ExecutorServiceManager executors = getCamelContext().getExecutorServiceManager();
        emitters.forEach(executors::shutdownNow);
        resumers.forEach(executors::shutdownGraceful);
        if (timer != null) {
            executors.shutdownNow(timer);
        }
        super.doShutdown();
    }
}
