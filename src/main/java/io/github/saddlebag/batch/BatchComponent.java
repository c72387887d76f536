package io.github.saddlebag.batch;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.jspecify.annotations.Nullable;

/** The {@code batch:} component. It owns what the endpoints of one name share. */
@Component("batch")
public final class BatchComponent extends DefaultComponent {

    private static final int RESUME_THREADS = 4;

    private final Map<String, BatchHub> hubs = new ConcurrentHashMap<>();
    private @Nullable ExecutorService resumers;
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

    private BatchHub hub(String name) {
        return new BatchHub(name, Objects.requireNonNull(resumers), Objects.requireNonNull(timer));
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        ExecutorServiceManager executors = getCamelContext().getExecutorServiceManager();
        ThreadPoolProfile profile = new ThreadPoolProfile("saddlebag-resume");
        profile.setPoolSize(RESUME_THREADS);
        profile.setMaxPoolSize(RESUME_THREADS);
        // the gate bounds it; a caller-runs policy would let a delivery run on a call thread, and 0 or less is no queue
        profile.setMaxQueueSize(Integer.MAX_VALUE);
        profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
        profile.setKeepAliveTime(60L);
        profile.setTimeUnit(TimeUnit.SECONDS);
        profile.setAllowCoreThreadTimeOut(true);
        resumers = executors.newThreadPool(this, "saddlebag-resume", profile);
        timer = executors.newSingleThreadScheduledExecutor(this, "saddlebag-timer");
    }

    @Override
    protected void doStop() throws Exception {
        for (BatchHub hub : hubs.values()) {
            hub.giveBackAll();
        }
        super.doStop();
    }

    @Override
    protected void doShutdown() throws Exception {
        ExecutorServiceManager executors = getCamelContext().getExecutorServiceManager();
        if (resumers != null) {
            executors.shutdownGraceful(resumers);
        }
        if (timer != null) {
            executors.shutdownNow(timer);
        }
        super.doShutdown();
    }
}
