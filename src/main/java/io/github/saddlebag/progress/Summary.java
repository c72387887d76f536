package io.github.saddlebag.progress;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.saddlebag.advice.Advice;
import io.github.saddlebag.batch.BatchStats;
import io.github.saddlebag.stats.CallOutcome;
import io.github.saddlebag.stats.Cause;
import io.github.saddlebag.stats.Histogram;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.stats.Reason;
import io.github.saddlebag.stats.Wait;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a run did, in numbers, for people or as JSON. Nothing of what it sent is in it but ids. */
public final class Summary {

    private static final double MS = 1e6;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FileRun.Result result;
    private final RunNumbers numbers;
    private final PipelineStats calls;
    private final BatchStats items;

    public Summary(FileRun.Result result, RunNumbers numbers) {
        this.result = result;
        this.numbers = numbers;
        calls = numbers.calls();
        items = numbers.items();
    }

    /** A line for each thing that there is to tell. */
    public List<String> text() {
        List<String> lines = new ArrayList<>();
        lines.add(line("items", "%,d answered, %,d failed%s", answered(), result.failed(), unfinished()));
        lines.add(line("requests", "%,d%s", calls.calls(), outcomes()));
        if (numbers.batches() && items.batches() > 0) {
            lines.add(line(
                    "batches",
                    "%,d with %.1f items each (%.0f%% full): %s",
                    items.batches(),
                    itemsEach(),
                    100 * itemsEach() / numbers.maxItems(),
                    causes()));
            lines.add(line("gathering", "%s", times(items.waits())));
        }
        for (Wait wait : Wait.values()) {
            Histogram waits = calls.waits(wait);
            if (waits.quantile(1) >= MS) {
                lines.add(line(WAITS.getOrDefault(wait, wait.tag()), "%s", times(waits)));
            }
        }
        if (calls.calls() > 0) {
            lines.add(line("calls", "%s", times(calls.latency())));
        }
        if (calls.retries() + calls.refusals() + calls.bisections() > 0) {
            lines.add(line(
                    "again",
                    "%,d retries, %,d refused as too many, %,d halved",
                    calls.retries(),
                    calls.refusals(),
                    calls.bisections()));
        }
        double paused = calls.paused().toMillis() / 1000.0;
        if (paused > 0) {
            lines.add(line("paused", "%.1f s in all", paused));
        }
        numbers.advice().forEach(advice -> lines.add(line("advice", "%s", advice.words())));
        return lines;
    }

    private static final Map<Wait, String> WAITS = Map.of(
            Wait.ADMISSION, "for a slot",
            Wait.RATE, "for rate",
            Wait.PAUSE, "for quiet",
            Wait.BREAKER, "for breaker");

    private static String line(String what, String format, Object... values) {
        return Progress.text("  %-12s", what) + Progress.text(format, values);
    }

    private String unfinished() {
        return (result.kept() == 0 ? "" : Progress.text(", %,d kept", result.kept()))
                + (result.givenBack() == 0 ? "" : Progress.text(", %,d returned", result.givenBack()));
    }

    private String outcomes() {
        List<String> others = new ArrayList<>();
        for (CallOutcome outcome : CallOutcome.values()) {
            long those = calls.calls(outcome);
            if (outcome != CallOutcome.OK && those > 0) {
                others.add(Progress.text("%,d %s", those, outcome.tag()));
            }
        }
        return others.isEmpty() ? "" : ", " + String.join(", ", others);
    }

    private String causes() {
        List<String> causes = new ArrayList<>();
        for (Cause cause : Cause.values()) {
            long batches = items.sizes(cause).count();
            if (batches > 0) {
                causes.add(Progress.text("%,d by %s", batches, cause.tag()));
            }
        }
        return String.join(", ", causes);
    }

    private static String times(Histogram times) {
        return Progress.text(
                "p50 %s, p95 %s, p99 %s",
                time(times.quantile(0.5)), time(times.quantile(0.95)), time(times.quantile(0.99)));
    }

    /** Nanoseconds with three digits that count. */
    static String time(long nanos) {
        double ms = nanos / MS;
        if (ms >= 10_000) {
            return Progress.text("%.0f s", ms / 1000);
        }
        if (ms >= 1000) {
            return Progress.text("%.1f s", ms / 1000);
        }
        return Progress.text(ms >= 10 || ms == 0 ? "%.0f ms" : "%.1f ms", ms);
    }

    private double itemsEach() {
        long batches = items.batches();
        return batches == 0 ? 0 : (double) items.batched() / batches;
    }

    private long answered() {
        return result.items() - result.failed();
    }

    /**
     * The same as one line of JSON.
     *
     * @param letters the dead letters of the run, or null: there are none
     */
    public String json(double seconds, List<DeadLetters.Group> failures, @Nullable Path letters) {
        ObjectNode json = JSON.createObjectNode();
        json.put("items", result.items());
        json.put("answered", answered());
        json.put("failed", result.failed());
        json.put("kept", result.kept());
        json.put("given_back", result.givenBack());
        json.put("seconds", rounded(seconds));
        ObjectNode requests = json.putObject("requests");
        for (CallOutcome outcome : CallOutcome.values()) {
            requests.put(outcome.tag(), calls.calls(outcome));
        }
        requests.put("in_all", calls.calls());
        requests.put("retries", calls.retries());
        requests.put("refusals", calls.refusals());
        requests.put("bisections", calls.bisections());
        if (numbers.batches()) {
            ObjectNode batches = json.putObject("batches");
            batches.put("count", items.batches());
            batches.put("items_each", rounded(itemsEach()));
            batches.put("fill", rounded(itemsEach() / numbers.maxItems()));
            ObjectNode causes = batches.putObject("left_by");
            for (Cause cause : Cause.values()) {
                causes.put(cause.tag(), items.sizes(cause).count());
            }
        }
        ObjectNode times = json.putObject("ms");
        if (numbers.batches()) {
            put(times, "gathering", items.waits());
        }
        for (Wait wait : Wait.values()) {
            put(times, wait.tag(), calls.waits(wait));
        }
        put(times, "call", calls.latency());
        json.put("paused_s", rounded(calls.paused().toMillis() / 1000.0));
        put(json, numbers.advice());
        ArrayNode reasons = json.putArray("failures");
        for (DeadLetters.Group group : failures) {
            ObjectNode one = reasons.addObject();
            one.put("count", group.count());
            one.put("reason", group.name());
            one.put("example", group.example());
            Reason kind = group.kind();
            if (kind != null) {
                one.put("kind", kind.tag());
                one.put("cure", kind.cure());
            }
        }
        if (letters != null) {
            json.put("dead_letters", letters.toString());
        }
        return json.toString();
    }

    /** Adds advice to what is told as JSON. */
    public static void put(ObjectNode json, List<Advice> advice) {
        ArrayNode all = json.putArray("advice");
        for (Advice each : advice) {
            all.addObject()
                    .put("setting", each.setting())
                    .put("value", each.value())
                    .put("why", each.words());
        }
    }

    private static void put(ObjectNode times, String name, Histogram values) {
        ObjectNode one = times.putObject(name);
        for (int percent : new int[] {50, 95, 99}) {
            one.put("p" + percent, rounded(values.quantile(percent / 100.0) / MS));
        }
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
