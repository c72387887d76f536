package io.github.saddlebag.batch;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.apache.camel.CamelContext;
import org.apache.camel.support.CamelContextHelper;

/** Gauges and counters of a hub, tagged with its name. */
final class MicrometerMeters implements BatchMeters {

    private final MeterRegistry registry;
    private final String name;
    private final List<Meter> ofHub;

    private MicrometerMeters(MeterRegistry registry, BatchHub hub) {
        this.registry = registry;
        this.name = hub.name();
        this.ofHub = List.of(
                gauge("saddlebag.in.flight", "places taken at the gate", hub, BatchHub::inFlight),
                gauge("saddlebag.parked", "exchanges that wait for the fates of their items", hub, BatchHub::parked),
                gauge("saddlebag.waiting", "exchanges that wait at a full gate", hub, BatchHub::waiting),
                gauge(
                        "saddlebag.oldest.age.seconds",
                        "age of the oldest exchange that waits",
                        hub,
                        BatchHub::oldestSeconds),
                FunctionCounter.builder("saddlebag.late.fates", hub, BatchHub::lateFates)
                        .description("answers and failures for items that had their fate already")
                        .tag("name", name)
                        .register(registry));
    }

    static BatchMeters of(CamelContext context, BatchHub hub) {
        MeterRegistry registry = CamelContextHelper.findSingleByType(context, MeterRegistry.class);
        return registry == null ? NONE : new MicrometerMeters(registry, hub);
    }

    private Meter gauge(String meter, String description, BatchHub hub, ToDoubleFunction<BatchHub> value) {
        return Gauge.builder(meter, hub, value)
                .description(description)
                .tag("name", name)
                .register(registry);
    }

    /** Otherwise a hub of the same name would find them taken, after a restart of the context. */
    @Override
    public void end() {
        ofHub.forEach(registry::remove);
    }

    @Override
    public void closed(Batch batch, long waitedNanos) {
        DistributionSummary.builder("saddlebag.batch.items")
                .description("items in a batch, by what closed it")
                .tag("name", name)
                .tag("cause", batch.cause().tag())
                .register(registry)
                .record(batch.size());
        Timer.builder("saddlebag.batch.wait")
                .description("how long the oldest item of a batch waited for company")
                .tag("name", name)
                .register(registry)
                .record(waitedNanos, TimeUnit.NANOSECONDS);
    }
}
