package io.github.saddlebag.batch;

import static io.github.saddlebag.batch.Batches.answer;
import static io.github.saddlebag.batch.Batches.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.aggregate.BatchGroups;
import io.github.saddlebag.aggregate.BatchStrategy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a batch leaves that is not full. */
@Timeout(120)
class BatchGroupsTest {

    private final Set<Thread> before = Thread.getAllStackTraces().keySet();

    private Thread timer() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("saddlebag-max-wait") && !before.contains(thread))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldLetABatchLeaveWhenItsOldestItemIsDueAlthoughNewOnesKeepArriving() throws Exception {
        BatchRoute route = new BatchRoute("x").maxItems(1_000_000).maxWait("200ms");
        try (Batches batches = Batches.start(route)) {
            long start = System.nanoTime();
            CompletableFuture<Exchange> oldest = batches.send("batch:x", "oldest");

            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> {
                        batches.send("batch:x", "new");
                        return oldest.isDone();
                    });

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
            assertThat(answer(oldest)).isEqualTo("r:oldest");
            assertThat(route.sizes().get(0)).isGreaterThan(1);
        }
    }

    @Test
    void shouldTimeEachKeyByItself() throws Exception {
        BatchRoute route =
                new BatchRoute("x").options("keyHeader=k").maxItems(2).maxWait("50ms");
        try (Batches batches = Batches.start(route)) {
            CompletableFuture<Exchange> a = batches.send("batch:x", "a", Map.of("k", "1"));
            CompletableFuture<Exchange> b = batches.send("batch:x", "b", Map.of("k", "2"));
            CompletableFuture<Exchange> c = batches.send("batch:x", "c", Map.of("k", "1"));

            assertThat(answer(a)).isEqualTo("r:a");
            assertThat(answer(b)).isEqualTo("r:b");
            assertThat(answer(c)).isEqualTo("r:c");
            assertThat(route.sizes()).containsExactlyInAnyOrder(2, 1);
        }
    }

    @Test
    void shouldWaitForNothingWhereTheMaxWaitIsNone() throws Exception {
        try (Batches batches = Batches.start(new BatchRoute("x").maxWait("0ms"))) {
            for (int i = 0; i < 20; i++) {
                assertThat(answer(batches.send("batch:x", i))).isEqualTo("r:" + i);
            }
        }
    }

    @Test
    void shouldLetADueBatchTakeWhatComesAsLongAsOthersWaitForAThread() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        BatchRoute route = new BatchRoute("x")
                .maxItems(2)
                .maxWait("1ms")
                .threads(1)
                .batch(batch -> {
                    answered.await();
                    BatchRoute.echo(batch);
                });
        try (Batches batches = Batches.start(route)) {
            batches.send("batch:x", List.of("a", "b"));
            batches.send("batch:x", "c");
            await().pollInterval(Duration.ofMillis(1)).until(() -> route.inLine() == 1);
            CompletableFuture<Exchange> last = batches.send("batch:x", "d");
            answered.countDown();

            assertThat(answer(last)).isEqualTo("r:d");
            assertThat(route.sizes()).containsExactly(2, 2);
        }
    }

    @Test
    void shouldRunNothingWhileNothingWaits() throws Exception {
        try (Batches batches = Batches.start(new BatchRoute("x").maxItems(2).maxWait("200ms"))) {
            CompletableFuture<Exchange> waiting = batches.send("batch:x", "a");
            await().pollInterval(Duration.ofMillis(2))
                    .untilAsserted(() -> assertThat(timer().getState())
                            .as("a batch will be due")
                            .isEqualTo(Thread.State.TIMED_WAITING));

            answer(waiting);

            await().untilAsserted(() ->
                    assertThat(timer().getState()).as("no batch is open").isEqualTo(Thread.State.WAITING));
        }
    }

    @Test
    void shouldEndItsTimerWithTheRoute() throws Exception {
        try (Batches batches = Batches.start(new BatchRoute("x").maxWait("1ms"))) {
            answer(batches.send("batch:x", "a"));
            Thread timer = timer();

            batches.context().getRouteController().stopRoute("x");

            await().until(() -> !timer.isAlive());
            batches.context().getRouteController().startRoute("x");
            assertThat(answer(batches.send("batch:x", "b"))).isEqualTo("r:b");
        }
    }

    /**
     * The batch is filled at the very moment when it is due, and the next one is opened at once: it must not leave with
     * the timer of the one before.
     */
    @Test
    void shouldNotLetTheNextBatchLeaveWithTheTimerOfOneThatLeftByItsSize() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Duration maxWait = Duration.ofMillis(4);
        Queue<Duration> agesOfDueBatches = new ConcurrentLinkedQueue<>();
        BatchRoute route = new BatchRoute("x")
                .maxItems(2)
                .maxWait("4ms")
                .steps(steps -> steps.process(exchange -> {
                    Batch batch = Batches.of(exchange);
                    if (exchange.getProperty(ExchangePropertyKey.AGGREGATED_COMPLETED_BY)
                            .equals("force")) {
                        agesOfDueBatches.add(Duration.ofNanos(System.nanoTime() - batch.openedNanos()));
                    }
                    BatchRoute.echo(batch);
                }));
        try (Batches batches = Batches.start(route)) {
            for (int i = 0; i < 400; i++) {
                long due = System.nanoTime() + maxWait.toNanos() + random.nextInt(400_000) - 100_000;
                CompletableFuture<Exchange> first = batches.send("batch:x", "first");
                while (System.nanoTime() < due) {
                    Thread.onSpinWait();
                }
                CompletableFuture<Exchange> second = batches.send("batch:x", "second");
                CompletableFuture<Exchange> third = batches.send("batch:x", "third");
                answer(first);
                answer(second);
                answer(third);
            }

            assertThat(agesOfDueBatches)
                    .as("seed %d", seed)
                    .isNotEmpty()
                    .allSatisfy(age -> assertThat(age).isGreaterThanOrEqualTo(maxWait));
        }
    }

    @Test
    void shouldFailTheItemsWhereItIsNotNamedAsController() throws Exception {
        BatchGroups groups = new BatchGroups("x-max-wait", Duration.ofMillis(50), Runnable::run, null);
        RouteBuilder route = new RouteBuilder() {
            @Override
            public void configure() {
                from("batch:x")
                        .aggregate(
                                header(BatchConstants.KEY), new BatchStrategy(new BatchSize(100, 5L << 20, null), true))
                        .aggregationRepository(groups)
                        .process(exchange -> BatchRoute.echo(Batches.of(exchange)));
            }
        };
        try (Batches batches = Batches.start(route)) {
            assertThat(failure(batches.send("batch:x", "a")))
                    .isInstanceOf(ItemFailedException.class)
                    .hasMessage(
                            "The route of batch:x failed before the batch was formed: BatchGroups is named as"
                                    + " aggregationRepository only: name it as aggregateController too, or no batch is ever due.");
        }
    }

    @Test
    void shouldRefuseToDiscardABatchThatCallersWaitFor() throws Exception {
        BatchRoute route = new BatchRoute("x").maxWait("1h");
        try (Batches batches = Batches.start(route)) {
            CompletableFuture<Exchange> waiting = batches.send("batch:x", "a");

            assertThatThrownBy(() -> route.groups().forceDiscardingOfAllGroups())
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessage("A batch is not discarded, for callers wait for it: let it leave (forceCompletion).");
            assertThatThrownBy(() -> route.groups().forceDiscardingOfGroup(BatchConstants.NO_KEY))
                    .isInstanceOf(UnsupportedOperationException.class);

            assertThat(route.groups().forceCompletionOfGroup("another")).isZero();
            assertThat(route.groups().forceCompletionOfAllGroups()).isEqualTo(1);
            assertThat(answer(waiting)).isEqualTo("r:a");
        }
    }
}
