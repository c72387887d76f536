package io.github.saddlebag.batch;

import io.github.saddlebag.stats.Cause;
import io.github.saddlebag.stats.Reason;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.apache.camel.CamelContext;
import org.apache.camel.support.CamelContextHelper;

/** Gauges and counters of a hub, tagged with its name and that of its context: several contexts may share a registry. */
final class MicrometerMeters implements BatchMeters {

    private final MeterRegistry registry;
    private final Tags tags;
    private final List<Meter> ofHub = new ArrayList<>();
    private final Map<Cause, DistributionSummary> sizes = new EnumMap<>(Cause.class);
    private final Timer waits;

    private MicrometerMeters(MeterRegistry registry, CamelContext context, BatchHub hub) {
        this.registry = registry;
        this.tags = Tags.of("pipeline", hub.name(), "context", context.getName());
        gauge("saddlebag.in.flight", "places taken at the gate", hub, BatchHub::inFlight);
        gauge("saddlebag.parked", "exchanges that wait for the outcomes of their items", hub, BatchHub::parked);
        gauge("saddlebag.waiting", "exchanges that wait at a full gate", hub, BatchHub::waiting);
        gauge("saddlebag.oldest.age.seconds", "age of the oldest exchange that waits", hub, BatchHub::oldestSeconds);
        counter("saddlebag.late.fates", "outcomes of items that had theirs already", tags, hub, BatchHub::lateFates);
        BatchStats stats = hub.stats();
        items("ok", "none", stats, BatchStats::answered);
        items("returned", "none", stats, BatchStats::returned);
        for (Reason reason : Reason.values()) {
            items("failed", reason.tag(), stats, of -> of.failed(reason));
        }
        for (Cause cause : Cause.values()) {
            DistributionSummary ofCause = DistributionSummary.builder("saddlebag.batch.items")
                    .description("items in a batch, by what closed it")
                    .tags(tags)
                    .tag("cause", cause.tag())
                    .register(registry);
            sizes.put(cause, ofCause);
            ofHub.add(ofCause);
        }
        waits = Timer.builder("saddlebag.batch.wait")
                .description("how long the oldest item of a batch waited for company")
                .tags(tags)
                .register(registry);
        ofHub.add(waits);
    }

    private void items(String outcome, String reason, BatchStats stats, ToDoubleFunction<BatchStats> value) {
        Tags more = tags.and("outcome", outcome, "reason", reason);
        counter("saddlebag.items", "items by what became of them", more, stats, value);
    }

    private <T> void counter(String meter, String description, Tags tagged, T of, ToDoubleFunction<T> value) {
        ofHub.add(FunctionCounter.builder(meter, of, value)
                .description(description)
                .tags(tagged)
                .register(registry));
    }

    static BatchMeters of(CamelContext context, BatchHub hub) {
        MeterRegistry registry = CamelContextHelper.findSingleByType(context, MeterRegistry.class);
        return registry == null ? NONE : new MicrometerMeters(registry, context, hub);
    }

    private void gauge(String meter, String description, BatchHub hub, ToDoubleFunction<BatchHub> value) {
        ofHub.add(Gauge.builder(meter, hub, value)
                .description(description)
                .tags(tags)
                .register(registry));
    }

    /** Otherwise a hub of the same name would find them taken, after a restart of the context. */
    @Override
    public void end() {
        ofHub.forEach(registry::remove);
    }

    @Override
    public void closed(Batch batch, long waitedNanos) {
        Objects.requireNonNull(sizes.get(batch.cause())).record(batch.size());
        waits.record(waitedNanos, TimeUnit.NANOSECONDS);
    }
}
