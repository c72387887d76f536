package io.github.saddlebag.meter;

import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.stats.SentCall;
import io.github.saddlebag.stats.Wait;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.apache.camel.CamelContext;
import org.apache.camel.support.CamelContextHelper;
import org.jspecify.annotations.Nullable;

/** Meters of a pipeline's calls. The tags are few: an address is one of the configuration, or {@code other}. */
final class CallMeters implements PipelineStats.Listener {

    /** As OpenTelemetry has them for HTTP clients. */
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50),
        Duration.ofMillis(75), Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500),
        Duration.ofMillis(750), Duration.ofSeconds(1), Duration.ofMillis(2500), Duration.ofSeconds(5),
        Duration.ofMillis(7500), Duration.ofSeconds(10)
    };

    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT");

    private final MeterRegistry registry;
    private final PipelineStats stats;
    private final Tags common;
    private final Map<String, Meter> meters = new ConcurrentHashMap<>();
    private final Map<Wait, Timer> waits = new EnumMap<>(Wait.class);
    private final Map<Kind, Both> calls = new ConcurrentHashMap<>();

    /** What the meters of a request are known by. */
    private record Kind(
            String outcome,
            String statusClass,
            int status,
            String method,
            @Nullable String error,
            SentCall.@Nullable Server server) {}

    private record Both(Counter count, Timer time) {}

    private CallMeters(MeterRegistry registry, Tags common, PipelineStats stats) {
        this.registry = registry;
        this.common = common;
        this.stats = stats;
        for (Wait wait : Wait.values()) {
            waits.put(
                    wait,
                    keep(Timer.builder("saddlebag.call.wait")
                            .description("how long requests waited before they were sent")
                            .tags(common)
                            .tag("cause", wait.tag())
                            .register(registry)));
        }
        gauge("saddlebag.calls.in.flight", "requests in flight", PipelineStats::inFlight);
        gauge("saddlebag.jobs", "jobs that were submitted and are not over", PipelineStats::jobs);
        gauge(
                "saddlebag.learned.rate",
                "requests per second that refusals taught; 0: none",
                PipelineStats::learnedRate);
        gauge("saddlebag.breaker.state", "0 closed, 1 half open, 2 open", of -> state(of.breaker()));
        counter("saddlebag.retries", "requests that were sent again", PipelineStats::retries);
        counter("saddlebag.refusals", "requests that were refused as too many", PipelineStats::refusals);
        counter("saddlebag.bisections", "batches that were halved", PipelineStats::bisections);
        counter("saddlebag.dead.letters", "items that became dead letters", PipelineStats::deadLetters);
        counter(
                "saddlebag.paused.seconds",
                "seconds in which nothing was sent because of pauses",
                of -> of.paused().toMillis() / 1000.0);
        for (PipelineStats.Value value : stats.values()) {
            if (value.total()) {
                counter(value.name(), value.description(), of -> value.now().getAsDouble());
            } else {
                gauge(value.name(), value.description(), of -> value.now().getAsDouble());
            }
        }
    }

    /**
     * Begins to show them, if the context has one registry.
     *
     * @return what ends it
     */
    static Runnable start(CamelContext context, String pipeline, PipelineStats stats) {
        MeterRegistry registry = CamelContextHelper.findSingleByType(context, MeterRegistry.class);
        if (registry == null) {
            return () -> {};
        }
        CallMeters meters =
                new CallMeters(registry, Tags.of("pipeline", pipeline, "context", context.getName()), stats);
        stats.add(meters);
        return meters::end;
    }

    private static double state(String breaker) {
        return switch (breaker) {
            case "OPEN", "FORCED_OPEN" -> 2;
            case "HALF_OPEN" -> 1;
            default -> 0;
        };
    }

    private void gauge(String name, String description, ToDoubleFunction<PipelineStats> value) {
        keep(Gauge.builder(name, stats, value)
                .description(description)
                .tags(common)
                .register(registry));
    }

    private void counter(String name, String description, ToDoubleFunction<PipelineStats> value) {
        keep(FunctionCounter.builder(name, stats, value)
                .description(description)
                .tags(common)
                .register(registry));
    }

    private <T extends Meter> T keep(T meter) {
        meters.put(meter.getId().toString(), meter);
        return meter;
    }

    @Override
    public void over(SentCall call) {
        Kind kind = new Kind(
                call.outcome().tag(), call.statusClass(), call.status(), call.method(), call.error(), call.server());
        Both both = calls.computeIfAbsent(kind, this::register);
        both.count.increment();
        both.time.record(call.nanos(), TimeUnit.NANOSECONDS);
    }

    private Both register(Kind kind) {
        Counter count = keep(Counter.builder("saddlebag.calls")
                .description("requests that were sent and are over")
                .tags(common)
                .tag("outcome", kind.outcome)
                .tag("status_class", kind.statusClass)
                .register(registry));
        String error = kind.error != null ? kind.error : kind.status >= 400 ? Integer.toString(kind.status) : "none";
        Timer time = keep(Timer.builder("http.client.request.duration")
                .description("how long requests took, from the first byte sent to the last one received")
                .serviceLevelObjectives(BUCKETS)
                .tags(common)
                .tag("http.request.method", METHODS.contains(kind.method) ? kind.method : "_OTHER")
                .tag("http.response.status_code", kind.status > 0 ? Integer.toString(kind.status) : "none")
                .tag("error.type", error)
                .tag("server.address", kind.server == null ? "other" : kind.server.address())
                .tag("server.port", kind.server == null ? "other" : Integer.toString(kind.server.port()))
                .register(registry));
        return new Both(count, time);
    }

    @Override
    public void waited(Wait cause, long nanos) {
        Objects.requireNonNull(waits.get(cause)).record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Otherwise a context of the same name would find them taken. */
    private void end() {
        stats.remove(this);
        meters.values().forEach(registry::remove);
    }
}
