package io.github.saddlebag.spring;

import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.setting.Pipelines;
import io.github.saddlebag.stats.PipelineStats;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;

/**
 * How the endpoint is; where there are several pipelines, that of each. While a circuit breaker is open the status is {@code UNKNOWN}, which Actuator answers with 200:
 * items wait then and none fails, so a restart of the application would help nobody.
 */
record PipelineHealth(CamelContext context) implements HealthIndicator {

    @Override
    public Health health() {
        Set<String> names = Pipelines.of(context).names();
        Map<String, Map<String, Object>> all = new LinkedHashMap<>();
        boolean open = false;
        for (String name : names) {
            PipelineStats stats = context.getRegistry().lookupByNameAndType(name + "Stats", PipelineStats.class);
            if (stats != null) {
                all.put(name, details(stats));
                open |= "OPEN".equals(stats.breaker());
            }
        }
        if (all.isEmpty() || !context.isStarted()) {
            return Health.outOfService().withDetail("routes", "not started").build();
        }
        Health.Builder health = open ? Health.status(Status.UNKNOWN) : Health.up();
        Map<String, Object> alone = all.size() == 1 ? all.get(Pipeline.DEFAULT) : null;
        return health.withDetails(alone == null ? all : alone).build();
    }

    private static Map<String, Object> details(PipelineStats stats) {
        Map<String, Object> details = new LinkedHashMap<>();
        PipelineStats.Pause pause = stats.pause();
        details.put("breaker", stats.breaker());
        details.put("requestsInFlight", stats.inFlight());
        details.put("requests", stats.calls());
        details.put("retries", stats.retries());
        details.put("deadLetters", stats.deadLetters());
        if (!pause.left().isZero()) {
            details.put("pause", pause.words());
        }
        return details;
    }
}
