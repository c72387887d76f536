package io.github.saddlebag.meter;

import io.github.saddlebag.batch.BatchComponent;
import io.github.saddlebag.config.Settings;
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

    private final String pipeline;
    private final PipelineStats stats;
    private final Settings settings;
    private final List<Path> folders;
    private @Nullable Runnable end;

    /**
     * @param pipeline the name of its {@code batch:} endpoint
     * @param stats what is counted
     * @param folders where results, dead letters and what is kept beside them are written
     */
    public PipelineMeters(String pipeline, PipelineStats stats, Settings settings, List<Path> folders) {
        this.pipeline = pipeline;
        this.stats = stats;
        this.settings = settings;
        this.folders = List.copyOf(folders);
    }

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
                    pipeline,
                    stats,
                    () -> component.inFlight(pipeline),
                    () -> component.oldest(pipeline),
                    settings.retry().deadline()));
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
        return settings.batch().maxItems();
    }

    /** How long a batch waits for company. */
    public Duration maxWait() {
        return settings.batch().maxWait();
    }

    /** The most requests in flight. */
    public int concurrency() {
        return settings.call().concurrency();
    }
}
