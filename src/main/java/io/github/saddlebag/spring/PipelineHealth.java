package io.github.saddlebag.spring;

import io.github.saddlebag.stats.PipelineStats;
import org.apache.camel.CamelContext;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;

/**
 * How the endpoint is. While the circuit breaker is open the status is {@code UNKNOWN}, which Actuator answers with 200:
 * items wait then and none fails, so a restart of the application would help nobody.
 */
final class PipelineHealth implements HealthIndicator {

    private final CamelContext context;

    PipelineHealth(CamelContext context) {
        this.context = context;
    }

    @Override
    public Health health() {
        PipelineStats stats = context.getRegistry().lookupByNameAndType("saddlebagStats", PipelineStats.class);
        if (stats == null || !context.isStarted()) {
            return Health.outOfService().withDetail("routes", "not started").build();
        }
        String breaker = stats.breaker();
        PipelineStats.Pause pause = stats.pause();
        Health.Builder health = "OPEN".equals(breaker) ? Health.status(Status.UNKNOWN) : Health.up();
        health.withDetail("breaker", breaker)
                .withDetail("requestsInFlight", stats.inFlight())
                .withDetail("requests", stats.calls())
                .withDetail("retries", stats.retries())
                .withDetail("deadLetters", stats.deadLetters());
        if (!pause.left().isZero()) {
            health.withDetail("pause", pause.words());
        }
        return health.build();
    }
}
