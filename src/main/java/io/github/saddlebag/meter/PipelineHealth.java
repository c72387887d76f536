package io.github.saddlebag.meter;

import io.github.saddlebag.stats.PipelineStats;
import java.time.Duration;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.apache.camel.health.HealthCheckResultBuilder;

/**
 * Whether a pipeline gets on. An endpoint that is down, and so an open circuit breaker, is a detail: items wait for it, and
 * a restart would not help. Items that nothing happens to for longer than a request may take, while nothing holds it up, are
 * stuck; so is a source that has not looked for items for so long, and does not wait for room.
 */
final class PipelineHealth extends OwnCheck {

    private static final Duration SPARE = Duration.ofMinutes(1);

    /** A source may miss some. */
    private static final int TURNS = 3;

    private final String pipeline;
    private final PipelineStats stats;
    private final LongSupplier inFlight;
    private final DoubleSupplier oldestSeconds;
    private final double stuckAfter;

    PipelineHealth(
            String pipeline,
            PipelineStats stats,
            LongSupplier inFlight,
            DoubleSupplier oldestSeconds,
            Duration deadline) {
        super("saddlebag-pipeline-" + pipeline);
        this.pipeline = pipeline;
        this.stats = stats;
        this.inFlight = inFlight;
        this.oldestSeconds = oldestSeconds;
        this.stuckAfter = deadline.plus(SPARE).toSeconds();
    }

    @Override
    public boolean isLiveness() {
        return true;
    }

    @Override
    public Result call(Map<String, Object> options) {
        double oldest = oldestSeconds.getAsDouble();
        double quiet = stats.sinceLastCall().toMillis() / 1000.0;
        PipelineStats.Pause pause = stats.pause();
        HealthCheckResultBuilder builder = HealthCheckResultBuilder.on(this)
                .detail("breaker", stats.breaker())
                .detail("itemsInFlight", inFlight.getAsLong())
                .detail("oldestItemSeconds", Math.round(oldest))
                .detail("callsInFlight", stats.inFlight())
                .detail("pausedForSeconds", pause.left().toSeconds());
        for (PipelineStats.Source source : stats.sources()) {
            double silent = source.silent().get().toMillis() / 1000.0;
            if (silent > stuckAfter + TURNS * source.each().toMillis() / 1000.0) {
                return builder.detail("source", source.name())
                        .message("The source " + source.name() + " of batch:" + pipeline
                                + " has not looked for items for "
                                + Math.round(silent) + "s, though it looks each "
                                + source.each().toMillis()
                                + "ms and there is room: it is stuck. A thread dump (jstack) says where; a restart goes"
                                + " on with what is not done.")
                        .down()
                        .build();
            }
        }
        boolean heldUp = !pause.left().isZero() || !stats.breaker().equals("CLOSED") || stats.jobs() > 0;
        if (!heldUp && oldest > stuckAfter && quiet > stuckAfter) {
            return builder.message("The oldest item of batch:" + pipeline + " has waited for " + Math.round(oldest)
                            + "s, and no call has ended for " + Math.round(quiet)
                            + "s: it is stuck. A thread dump (jstack) says where; a restart does the items again.")
                    .down()
                    .build();
        }
        return builder.up().build();
    }
}
