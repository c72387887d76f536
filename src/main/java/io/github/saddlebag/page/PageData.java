package io.github.saddlebag.page;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.saddlebag.advice.Advice;
import io.github.saddlebag.advice.Evidence;
import io.github.saddlebag.batch.BatchComponent;
import io.github.saddlebag.batch.BatchStats;
import io.github.saddlebag.meter.PipelineMeters;
import io.github.saddlebag.stats.CallOutcome;
import io.github.saddlebag.stats.Cause;
import io.github.saddlebag.stats.Histogram;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.stats.Reason;
import io.github.saddlebag.stats.Wait;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;

/**
 * The counts of now as JSON. They go on from the start; who asks again takes the difference, so that nothing is kept here
 * for anybody. There is nothing in it of items, and no address.
 */
final class PageData {

    private static final double MS = 1e6;
    private static final int MOST_INPUTS = 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final CamelContext context;
    private volatile Supplier<List<InputProgress>> inputs = List::of;
    private final long beganNanos = System.nanoTime();

    private PageData(CamelContext context) {
        this.context = context;
    }

    /** That of the context. */
    static PageData of(CamelContext context) {
        ExtendedCamelContext extension = context.getCamelContextExtension();
        synchronized (PageData.class) {
            PageData known = extension.getContextPlugin(PageData.class);
            if (known == null) {
                known = new PageData(context);
                extension.addContextPlugin(PageData.class, known);
            }
            return known;
        }
    }

    /** Who knows the inputs that are under way. */
    void inputs(Supplier<List<InputProgress>> known) {
        inputs = known;
    }

    byte[] now() throws Exception {
        return JSON.writeValueAsBytes(counts());
    }

    ObjectNode counts() {
        ObjectNode json = JSON.createObjectNode();
        json.put("seconds", seconds());
        ArrayNode pipelines = json.putArray("pipelines");
        BatchComponent component = context.getComponent("batch", BatchComponent.class);
        context.getRegistry().findByType(PipelineMeters.class).stream()
                .sorted(Comparator.comparing(PipelineMeters::pipeline))
                .forEach(pipeline -> add(pipelines.addObject(), component, pipeline));
        List<InputProgress> all = inputs.get();
        ArrayNode files = json.putArray("files");
        all.stream().limit(MOST_INPUTS).forEach(input -> add(files.addObject(), input));
        json.put("more_files", Math.max(0, all.size() - MOST_INPUTS));
        return json;
    }

    private double seconds() {
        return Math.round((System.nanoTime() - beganNanos) / MS) / 1000.0;
    }

    private static void add(ObjectNode json, InputProgress input) {
        json.put("name", input.name());
        json.put("share", input.share());
        json.put("items", input.items());
        json.put("failed", input.failed());
        if (input.share() > 0 && input.share() < 1) {
            json.put("eta_s", Math.round(input.seconds() / input.share() - input.seconds()));
        }
    }

    private static void add(ObjectNode json, BatchComponent component, PipelineMeters pipeline) {
        String name = pipeline.pipeline();
        json.put("name", name);
        BatchStats items = component.stats(name);
        if (items != null) {
            add(json, items, pipeline.maxItems());
        }
        ArrayNode advice = json.putArray("advice");
        if (items != null) {
            Evidence.Settings settings =
                    new Evidence.Settings(pipeline.maxItems(), pipeline.maxWait(), pipeline.concurrency());
            Advice.of(Evidence.of(
                            pipeline.stats(), items, settings, pipeline.stats().length()))
                    .forEach(each -> advice.add(each.words()));
        }
        json.put("in_flight", component.inFlight(name));
        json.put("oldest_s", component.oldest(name));
        PipelineStats calls = pipeline.stats();
        ObjectNode counts = json.putObject("calls");
        for (CallOutcome outcome : CallOutcome.values()) {
            counts.put(outcome.tag(), calls.calls(outcome));
        }
        counts.put("in_flight", calls.inFlight());
        counts.put("retries", calls.retries());
        counts.put("refusals", calls.refusals());
        counts.put("bisections", calls.bisections());
        buckets(json, "call_us", calls.latency());
        ObjectNode times = json.putObject("call_ms");
        times.put("p50", millis(calls.latency(), 0.5));
        times.put("p95", millis(calls.latency(), 0.95));
        times.put("p99", millis(calls.latency(), 0.99));
        ObjectNode waits = json.putObject("wait_ms");
        for (Wait wait : Wait.values()) {
            waits.put(wait.tag(), Math.round(calls.waits(wait).sum() / MS));
        }
        json.put("breaker", calls.breaker());
        PipelineStats.Pause pause = calls.pause();
        json.put("pause_s", Math.round(pause.left().toMillis() / 100.0) / 10.0);
        json.put("pause_why", pause.words());
        json.put("paused_s", Math.round(calls.paused().toMillis() / 100.0) / 10.0);
        json.put("learned_rate", Math.round(calls.learnedRate() * 100) / 100.0);
        json.put("jobs", calls.jobs());
        json.put("dead_letters", calls.deadLetters());
    }

    private static double millis(Histogram values, double share) {
        return Math.round(values.quantile(share) / MS * 10) / 10.0;
    }

    private static void add(ObjectNode json, BatchStats items, int maxItems) {
        json.put("answered", items.answered());
        json.put("returned", items.returned());
        ObjectNode failures = json.putObject("failures");
        for (Reason reason : Reason.values()) {
            if (items.failed(reason) > 0) {
                failures.put(reason.tag(), items.failed(reason));
            }
        }
        json.put("max_items", maxItems);
        json.put("batches", items.batches());
        json.put("batched", items.batched());
        ObjectNode causes = json.putObject("left_by");
        for (Cause cause : Cause.values()) {
            causes.put(cause.tag(), items.sizes(cause).count());
        }
        json.put("gather_ms", Math.round(items.waits().sum() / MS));
    }

    /** Microseconds, and how many values there were of them: the page has the percentiles of the last seconds from it. */
    private static void buckets(ObjectNode json, String name, Histogram values) {
        ArrayNode pairs = json.putArray(name);
        values.each((nanos, count) -> pairs.add(nanos / 1000).add(count));
    }
}
