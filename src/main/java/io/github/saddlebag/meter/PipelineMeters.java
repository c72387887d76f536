package io.github.saddlebag.meter;

import io.github.saddlebag.batch.BatchComponent;
import io.github.saddlebag.setting.InContext;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.support.Micrometer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.spi.LifecycleStrategy;
import org.apache.camel.spi.OnCamelContextStopped;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jspecify.annotations.Nullable;

/**
 * Shows what is counted of a pipeline's calls, where the context has a registry of Micrometer's, and its health, where it has
 * one of checks; until the context stops.
 */
public final class PipelineMeters extends InContext implements StartupListener {

    private PipelineStats stats = new PipelineStats();
    private String pipeline = "saddlebag";
    private Duration deadline = Duration.ofMinutes(10);
    private List<Path> folders = List.of(Path.of("outbox"));
    private int maxItems = 100;
    private Duration maxWait = Duration.ofMillis(50);
    private int concurrency = 8;
    private @Nullable Runnable end;

    /** Begins when the context starts; called once, when all is configured. */
    public void init() throws Exception {
        CamelContext context = context();
        if (Pipeline.of(context, pipeline).isMade()) {
            context.addStartupListener(this);
        }
    }

    @Override
    public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
        if (end != null) {
            return;
        }
        HealthCheckRegistry checks = HealthCheckRegistry.get(context);
        if (checks != null) {
            BatchComponent component = context.getComponent("batch", BatchComponent.class);
            checks.register(new PipelineHealth(
                    pipeline, stats, () -> component.inFlight(pipeline), () -> component.oldest(pipeline), deadline));
            checks.register(new DiskHealth(pipeline, folders));
        }
        end = Micrometer.isThere(context) ? CallMeters.start(context, pipeline, stats) : () -> {};
        LifecycleStrategy onStopped = LifecycleStrategySupport.adapt((OnCamelContextStopped) stopped -> end());
        context.addLifecycleStrategy(onStopped);
    }

    private void end() {
        Runnable last = end;
        end = null;
        if (last != null) {
            last.run();
        }
    }

    public PipelineStats stats() {
        return stats;
    }

    public String pipeline() {
        return pipeline;
    }

    /** The most items in a batch. */
    public int maxItems() {
        return maxItems;
    }

    /** What is counted. */
    public void setStats(PipelineStats stats) {
        this.stats = stats;
    }

    /** The name of its {@code batch:} endpoint. */
    public void setPipeline(String pipeline) {
        this.pipeline = pipeline;
    }

    /** How long a batch waits for company. */
    public Duration maxWait() {
        return maxWait;
    }

    /** The most requests in flight. */
    public int concurrency() {
        return concurrency;
    }

    /** How long a batch waits for company. */
    public void setMaxWait(Duration maxWait) {
        this.maxWait = maxWait;
    }

    /** The most requests in flight. */
    public void setConcurrency(int concurrency) {
        this.concurrency = concurrency;
    }

    /** The most items in a batch. */
    public void setMaxItems(int maxItems) {
        this.maxItems = maxItems;
    }

    /** Where results, dead letters and what is kept beside them are written. */
    public void setFolders(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    /** How long a request may take in all, with a unit. */
    public void setDeadline(Duration deadline) {
        this.deadline = deadline;
    }
}
