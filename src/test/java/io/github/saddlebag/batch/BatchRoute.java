package io.github.saddlebag.batch;

import io.github.saddlebag.aggregate.BatchGroups;
import io.github.saddlebag.aggregate.BatchStrategy;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.support.BatchPool;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.AggregateDefinition;
import org.apache.camel.model.RouteDefinition;

/**
 * A batch route in Java, as a host writes it. Its id is the name; it answers each item by {@code "r:" + body} unless
 * said otherwise, and remembers which batches came.
 */
final class BatchRoute extends RouteBuilder {

    private final String name;
    private int maxItems = 100;
    private long maxBytes = 5L << 20;
    private Duration maxWait = Duration.ofMillis(5);
    private int threads = 4;
    private BatchGroups groups;
    private BatchPool pool;
    private final Queue<Batch> batches = new ConcurrentLinkedQueue<>();
    private String options = "";
    private Processor arrival = exchange -> {};
    private Consumer<AggregateDefinition> steps = route -> route.process(exchange -> echo(Batches.of(exchange)));

    BatchRoute(String name) {
        this.name = name;
    }

    /** Answers what still waits for an answer. */
    static void echo(Batch batch) {
        for (Item item : batch.unsettled()) {
            item.answer("r:" + item.body(), null);
        }
    }

    BatchRoute options(String newOptions) {
        options = "?" + newOptions;
        return this;
    }

    BatchRoute maxItems(int most) {
        maxItems = most;
        return this;
    }

    BatchRoute maxBytes(String most) {
        maxBytes = Setting.bytes("batch.max-bytes", most);
        return this;
    }

    BatchRoute maxWait(String wait) {
        maxWait = Setting.duration("batch.max-wait", wait);
        return this;
    }

    BatchRoute threads(int count) {
        threads = count;
        return this;
    }

    /** The step in front of the aggregator. */
    BatchRoute arrival(Processor newArrival) {
        arrival = newArrival;
        return this;
    }

    /** The one step that a batch goes through. */
    BatchRoute batch(BatchStep step) {
        return steps(route -> route.process(exchange -> step.process(Batches.of(exchange))));
    }

    BatchRoute steps(Consumer<AggregateDefinition> newSteps) {
        steps = newSteps;
        return this;
    }

    @FunctionalInterface
    interface BatchStep {
        void process(Batch batch) throws Exception;
    }

    @Override
    public void configure() {
        pool = new BatchPool("test-batch-" + name, threads);
        groups = new BatchGroups("saddlebag-max-wait", maxWait, pool, null);
        BatchStrategy strategy = new BatchStrategy(new BatchSize(maxItems, maxBytes, null), true);
        RouteDefinition route = from("batch:" + name + options).routeId(name);
        AggregateDefinition gather = route.errorHandler(noErrorHandler())
                .process(arrival)
                .aggregate(header(BatchConstants.KEY), strategy)
                .aggregationRepository(groups)
                .aggregateController(groups)
                .executorService(pool)
                .forceCompletionOnStop();
        gather.process(exchange -> batches.add(Batches.of(exchange)));
        steps.accept(gather);
    }

    /** The batches that left so far. */
    List<Batch> batches() {
        return List.copyOf(batches);
    }

    List<Integer> sizes() {
        return batches.stream().map(Batch::size).toList();
    }

    /** What waits for a thread. */
    int inLine() {
        return pool.getQueue().size();
    }

    BatchGroups groups() {
        return groups;
    }
}
