package io.github.saddlebag.progress;

import io.github.saddlebag.advice.Advice;
import io.github.saddlebag.advice.Evidence;
import io.github.saddlebag.batch.BatchComponent;
import io.github.saddlebag.batch.BatchStats;
import io.github.saddlebag.runtime.Standalone;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.stats.PipelineStats;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What was counted of a run, and the settings that it ran with.
 *
 * @param batches whether there were batches; false: one request for each item
 * @param maxItems the most items in a batch
 * @param maxWait how long a batch waits for company
 * @param concurrency the most requests in flight
 */
public record RunNumbers(
        PipelineStats calls, BatchStats items, boolean batches, int maxItems, Duration maxWait, int concurrency) {

    /** Which settings would have served better. */
    List<Advice> advice() {
        return Advice.of(
                Evidence.of(calls, items, new Evidence.Settings(maxItems, maxWait, concurrency), calls.length()));
    }

    /** Those of a runtime; they go on counting. */
    static RunNumbers of(Standalone standalone) {
        BatchComponent component = standalone.context().getComponent("batch", BatchComponent.class);
        return new RunNumbers(
                standalone.bean("saddlebagStats", PipelineStats.class),
                Objects.requireNonNull(
                        component.stats(standalone.named("saddlebag")), "no route begins with its batch: endpoint"),
                !standalone.property("saddlebag.call.mode").equals("single"),
                Integer.parseInt(
                        standalone.property("saddlebag.batch.max-items").trim()),
                Setting.duration("batch.max-wait", standalone.property("saddlebag.batch.max-wait")),
                Integer.parseInt(
                        standalone.property("saddlebag.call.concurrency").trim()));
    }
}
