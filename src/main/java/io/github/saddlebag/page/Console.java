package io.github.saddlebag.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.spi.annotations.DevConsole;
import org.apache.camel.support.console.AbstractDevConsole;
import org.apache.camel.util.json.JsonObject;

/** What the live page shows, as a console of Camel's: for hosts that have {@code camel-console}, and for Camel's CLI. */
@DevConsole(name = "saddlebag", displayName = "Saddlebag", description = "What the pipelines of Saddlebag do")
public final class Console extends AbstractDevConsole {

    private static final ObjectMapper JSON = new ObjectMapper();

    public Console() {
        super("saddlebag", "saddlebag", "Saddlebag", "What the pipelines of Saddlebag do");
    }

    @Override
    protected Map<String, Object> doCallJson(Map<String, Object> options) {
        return JSON.convertValue(counts(), JsonObject.class);
    }

    @Override
    protected String doCallText(Map<String, Object> options) {
        List<String> lines = new ArrayList<>();
        ObjectNode counts = counts();
        counts.path("pipelines").forEach(pipeline -> add(lines, pipeline));
        for (JsonNode file : counts.path("files")) {
            double share = file.path("share").asDouble();
            lines.add(text(
                    "%s: %s%,d items, %,d failed%s",
                    file.path("name").asText(),
                    share < 0 ? "" : Math.round(100 * share) + "%, ",
                    file.path("items").asLong(),
                    file.path("failed").asLong(),
                    file.has("eta_s") ? ", " + file.path("eta_s").asLong() + " s left" : ""));
        }
        return String.join("\n", lines);
    }

    private ObjectNode counts() {
        return PageData.of(getCamelContext()).counts();
    }

    private static void add(List<String> lines, JsonNode of) {
        JsonNode calls = of.path("calls");
        JsonNode times = of.path("call_ms");
        lines.add(text(
                "batch:%s: %,d answered, %,d failed, %,d returned; %,d in flight, the oldest for %.1f s",
                of.path("name").asText(),
                of.path("answered").asLong(),
                sum(of.path("failures")),
                of.path("returned").asLong(),
                of.path("in_flight").asLong(),
                of.path("oldest_s").asDouble()));
        lines.add(text(
                "    requests: %,d ok, %,d refused, %,d failed, %,d lost; %,d in flight, %,d sent again, %,d batches"
                        + " halved; p50 %.1f ms, p95 %.1f ms, p99 %.1f ms",
                calls.path("ok").asLong(),
                calls.path("refused").asLong(),
                calls.path("failed").asLong(),
                calls.path("lost").asLong(),
                calls.path("in_flight").asLong(),
                calls.path("retries").asLong(),
                calls.path("bisections").asLong(),
                times.path("p50").asDouble(),
                times.path("p95").asDouble(),
                times.path("p99").asDouble()));
        long batches = of.path("batches").asLong();
        if (batches > 0) {
            lines.add(text(
                    "    batches: %,d with %.1f of %,d items each; left by %s",
                    batches,
                    of.path("batched").asDouble() / batches,
                    of.path("max_items").asLong(),
                    pairs(of.path("left_by"))));
        }
        lines.add("    waited in all, ms: " + pairs(of.path("wait_ms")));
        lines.add(text(
                "    circuit breaker %s; pause %.1f s %s(%.1f s in all); learned rate %s; %,d jobs, %,d dead letters",
                of.path("breaker").asText(),
                of.path("pause_s").asDouble(),
                of.path("pause_why").asText().isEmpty()
                        ? ""
                        : of.path("pause_why").asText() + " ",
                of.path("paused_s").asDouble(),
                of.path("learned_rate").asDouble() > 0 ? of.path("learned_rate").asText() + "/s" : "none",
                of.path("jobs").asLong(),
                of.path("dead_letters").asLong()));
        if (!of.path("failures").isEmpty()) {
            lines.add("    failures: " + pairs(of.path("failures")));
        }
        of.path("advice").forEach(advice -> lines.add("    advice: " + advice.asText()));
    }

    private static long sum(JsonNode counts) {
        long all = 0;
        for (JsonNode each : counts) {
            all += each.asLong();
        }
        return all;
    }

    private static String pairs(JsonNode counts) {
        List<String> pairs = new ArrayList<>();
        counts.fields().forEachRemaining(each -> {
            if (each.getValue().asLong() > 0) {
                pairs.add(each.getKey() + ' ' + each.getValue().asText());
            }
        });
        return pairs.isEmpty() ? "nothing" : String.join(", ", pairs);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
