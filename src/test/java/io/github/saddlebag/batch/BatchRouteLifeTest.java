package io.github.saddlebag.batch;

import static io.github.saddlebag.batch.Batches.answer;
import static io.github.saddlebag.batch.Batches.failure;
import static io.github.saddlebag.batch.Batches.outcomes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.aggregate.BatchStrategy;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.testing.Async;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.spi.RouteController;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The one route that batches the items of a name: it starts, stops, fails, and is wrong. */
@Timeout(120)
class BatchRouteLifeTest {

    @Test
    void shouldServeWhoCameBeforeItStarted() throws Exception {
        BatchRoute route = new BatchRoute("x");
        try (Batches batches = Batches.of().begin()) {
            CompletableFuture<Exchange> single = batches.send("batch:x", "a");
            CompletableFuture<Exchange> list = batches.send("batch:x", List.of("b", "c"));
            CompletableFuture<Exchange> blocking = batches.send("batch:x?blockWhenFull=true", "d");
            assertThat(batches.hub("x").parked()).isEqualTo(3);
            assertThat(single).isNotDone();

            batches.context().addRoutes(route);

            assertThat(answer(single)).isEqualTo("r:a");
            assertThat(outcomes(list)).extracting(Outcome::answer).containsExactly("r:b", "r:c");
            assertThat(answer(blocking)).isEqualTo("r:d");
        }
    }

    @Test
    void shouldQueueWithinTheGateUntilItStarts() throws Exception {
        try (Batches batches =
                Batches.of(new BatchRoute("x").options("maxInFlight=2")).begin()) {
            batches.context().getRouteController().stopRoute("x");
            List<CompletableFuture<Exchange>> callers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                callers.add(batches.send("batch:x", i));
            }

            assertThat(batches.hub("x").inFlight()).isEqualTo(2);
            assertThat(batches.hub("x").waiting()).isEqualTo(8);
            batches.context().getRouteController().startRoute("x");

            for (int i = 0; i < 10; i++) {
                assertThat(answer(callers.get(i))).isEqualTo("r:" + i);
            }
        }
    }

    @Test
    void shouldServeAgainAfterAStopAndAStart() throws Exception {
        try (Batches batches = Batches.start(new BatchRoute("x"))) {
            RouteController routes = batches.context().getRouteController();
            for (int i = 0; i < 3; i++) {
                assertThat(answer(batches.send("batch:x", "before"))).isEqualTo("r:before");
                routes.stopRoute("x");
                CompletableFuture<Exchange> between = batches.send("batch:x", "between");
                assertThat(batches.hub("x").parked()).isEqualTo(1);
                routes.startRoute("x");
                assertThat(answer(between)).isEqualTo("r:between");
                assertThat(answer(batches.send("batch:x", "after"))).isEqualTo("r:after");
            }
            await().untilAsserted(() -> assertThat(batches.hub("x").inFlight()).isZero());
        }
    }

    @Test
    void shouldServeAgainAfterASuspendAndAResume() throws Exception {
        try (Batches batches = Batches.start(new BatchRoute("x"))) {
            RouteController routes = batches.context().getRouteController();
            routes.suspendRoute("x");
            CompletableFuture<Exchange> between = batches.send("batch:x", "between");
            routes.resumeRoute("x");

            assertThat(answer(between)).isEqualTo("r:between");
            assertThat(answer(batches.send("batch:x", "after"))).isEqualTo("r:after");
        }
    }

    @Test
    void shouldServeAgainAfterTheContextWasSuspendedAndResumed() throws Exception {
        try (Batches batches = Batches.start(new BatchRoute("x"))) {
            batches.context().suspend();
            CompletableFuture<Exchange> between = batches.send("batch:x", "between");
            batches.context().resume();

            assertThat(answer(between)).isEqualTo("r:between");
        }
    }

    @Test
    void shouldFinishWhatIsInABatchWhenItsRouteStops() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        BatchRoute route = new BatchRoute("x").maxItems(2).maxWait("1h").batch(batch -> {
            called.countDown();
            end.await();
            BatchRoute.echo(batch);
        });
        try (Batches batches = Batches.start(route)) {
            CompletableFuture<Exchange> underWay = batches.send("batch:x", List.of("a", "b"));
            CompletableFuture<Exchange> gathering = batches.send("batch:x", "c");
            called.await();

            CompletableFuture<Void> stop =
                    Async.run(() -> batches.context().getRouteController().stopRoute("x"));
            await().untilAsserted(() -> assertThat(route.batches()).hasSize(2));
            end.countDown();

            assertThat(outcomes(underWay)).extracting(Outcome::answer).containsExactly("r:a", "r:b");
            assertThat(answer(gathering)).isEqualTo("r:c");
            stop.get(15, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldGiveBackWhatDoesNotEndWhenItsRouteIsStoppedByForceAndServeTheRestLater() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        AtomicBoolean hangs = new AtomicBoolean(true);
        BatchRoute route = new BatchRoute("x").batch(batch -> {
            if (hangs.get()) {
                end.await();
            }
            BatchRoute.echo(batch);
        });
        try (Batches batches = Batches.start(route)) {
            CompletableFuture<Exchange> hanging = batches.send("batch:x", "a");
            await().untilAsserted(() -> assertThat(route.batches()).hasSize(1));

            batches.context().getRouteController().stopRoute("x", 1, TimeUnit.SECONDS);
            assertThat(failure(hanging)).isInstanceOf(StoppedException.class);
            CompletableFuture<Exchange> between = batches.send("batch:x", "b");
            hangs.set(false);
            batches.context().getRouteController().startRoute("x");

            assertThat(answer(between)).as("it queued for the next start").isEqualTo("r:b");
            end.countDown();
            await().untilAsserted(() -> assertThat(batches.hub("x").inFlight()).isZero());
        }
    }

    @Test
    void shouldServeACallerOfARouteThatWasReplaced() throws Exception {
        try (Batches batches = Batches.start(new BatchRoute("x"))) {
            batches.context().getRouteController().stopRoute("x");
            batches.context().removeRoute("x");
            CompletableFuture<Exchange> between = batches.send("batch:x", "a");

            batches.context()
                    .addRoutes(new BatchRoute("x")
                            .batch(batch -> batch.unsettled().forEach(item -> item.answer("new", null))));

            assertThat(answer(between)).isEqualTo("new");
        }
    }

    @Test
    void shouldRefuseASecondConsumerOfTheSameNameAndServeTheFirst() throws Exception {
        BatchRoute first = new BatchRoute("x");
        try (Batches batches = Batches.start(first)) {
            RouteBuilder second = new RouteBuilder() {
                @Override
                public void configure() {
                    from("batch:x?maxInFlight=7").routeId("second").to("log:x");
                }
            };

            assertThatThrownBy(() -> batches.context().addRoutes(second))
                    .hasStackTraceContaining("batch:x has a consumer already: only one route can start with it.");

            assertThat(answer(batches.send("batch:x", "a"))).isEqualTo("r:a");
            batches.context().getRouteController().stopRoute("second");
            batches.context().removeRoute("second");
            assertThat(answer(batches.send("batch:x", "b"))).isEqualTo("r:b");
        }
    }

    @Test
    void shouldKeepNamesApart() throws Exception {
        BatchRoute y = new BatchRoute("y").batch(batch -> batch.unsettled().forEach(item -> item.answer("y", null)));
        try (Batches batches = Batches.start(new BatchRoute("x"), y)) {
            assertThat(answer(batches.send("batch:x", "a"))).isEqualTo("r:a");
            assertThat(answer(batches.send("batch:y", "a"))).isEqualTo("y");
        }
    }

    @Test
    void shouldFailTheItemsThatAreLeftWithoutAnAnswer() throws Exception {
        Call call = new Call("b", null, 200, 1, List.of());
        BatchRoute route = new BatchRoute("x").batch(batch -> {
            batch.called(call);
            batch.items().get(1).answer("r", call);
        });
        try (Batches batches = Batches.start(route)) {
            List<Outcome> outcomes = outcomes(batches.send("batch:x", List.of("a", "b", "c")));

            assertThat(outcomes).extracting(Outcome::failed).containsExactly(true, false, true);
            assertThat(outcomes.get(0).failure().reason())
                    .isEqualTo("No answer for this item: its batch ended without one.");
            assertThat(outcomes.get(0).call()).isSameAs(call);
        }
    }

    @Test
    void shouldFailTheItemsOfABatchThatFailedWithTheReason() throws Exception {
        BatchRoute route = new BatchRoute("x").batch(batch -> {
            batch.items().get(0).answer("in time", null);
            throw new IllegalStateException("the table is gone");
        });
        try (Batches batches = Batches.start(route)) {
            List<Outcome> outcomes = outcomes(batches.send("batch:x", List.of("a", "b")));

            assertThat(outcomes.get(0).answer()).isEqualTo("in time");
            assertThat(outcomes.get(1).failure().reason()).isEqualTo("IllegalStateException: the table is gone");
            await().untilAsserted(() -> assertThat(batches.hub("x").inFlight()).isZero());
        }
    }

    @Test
    void shouldFailTheItemsOfABatchThatFailedWithoutAMessage() throws Exception {
        BatchRoute route = new BatchRoute("x").batch(batch -> {
            throw new UnsupportedOperationException();
        });
        try (Batches batches = Batches.start(route)) {
            assertThat(failure(batches.send("batch:x", "a"))).hasMessage("UnsupportedOperationException");
        }
    }

    @Disabled("Camel lets an Error kill the thread, and with it the exchange that should end the batch")
    @Test
    void shouldFailTheItemsOfABatchThatDiedOfAnError() throws Exception {
        BatchRoute route = new BatchRoute("x").batch(batch -> {
            throw new StackOverflowError("too deep");
        });
        try (Batches batches = Batches.start(route)) {
            assertThat(failure(batches.send("batch:x", "a"))).hasMessageContaining("too deep");
        }
    }

    @Test
    void shouldPreferTheReasonThatTheRouteDecidedOn() throws Exception {
        BatchRoute route = new BatchRoute("x").batch(batch -> {
            batch.decide(new Failure("decided"));
            throw new IllegalStateException("something else");
        });
        try (Batches batches = Batches.start(route)) {
            assertThat(failure(batches.send("batch:x", "a"))).hasMessage("decided");
        }
    }

    @Test
    void shouldGiveBackTheItemsOfABatchThatWasGivenBack() throws Exception {
        BatchRoute route = new BatchRoute("x").batch(Batch::giveBack);
        try (Batches batches = Batches.start(route)) {
            assertThat(failure(batches.send("batch:x", "a"))).isInstanceOf(StoppedException.class);
            assertThat(failure(batches.send("batch:x", List.of("b", "c")))).isInstanceOf(StoppedException.class);
            await().untilAsserted(() -> assertThat(batches.hub("x").inFlight()).isZero());
        }
    }

    @Test
    void shouldFailTheItemsOfARouteThatTakesNoneInsteadOfLooping() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        RouteBuilder route = new RouteBuilder() {
            @Override
            public void configure() {
                from("batch:x").process(exchange -> runs.incrementAndGet());
            }
        };
        try (Batches batches = Batches.start(route)) {
            String reason = "The route of batch:x took none of 2 items: it needs an aggregate with a BatchStrategy.";

            assertThat(outcomes(batches.send("batch:x", List.of("a", "b"))))
                    .extracting(o -> o.failure().reason())
                    .containsExactly(reason, reason);

            assertThat(runs).hasValue(1);
            assertThat(batches.hub("x").inFlight()).isZero();
        }
    }

    @Test
    void shouldFailTheItemsOfARouteThatFailsInFrontOfTheAggregator() throws Exception {
        BatchRoute route = new BatchRoute("x").arrival(exchange -> {
            throw new IllegalArgumentException("no such table");
        });
        try (Batches batches = Batches.start(route)) {
            assertThat(failure(batches.send("batch:x", "a")))
                    .hasMessage("The route of batch:x failed before the batch was formed: no such table");
            assertThat(batches.hub("x").inFlight()).isZero();
        }
    }

    @Test
    void shouldFailTheItemsWhereAnErrorIsThrownInFrontOfTheAggregator() throws Exception {
        BatchRoute route = new BatchRoute("x").arrival(exchange -> {
            throw new StackOverflowError();
        });
        try (Batches batches = Batches.start(route)) {
            // Camel counts the exchange that died as in flight
            batches.context().getShutdownStrategy().setTimeout(1);
            assertThat(outcomes(batches.send("batch:x", List.of("a", "b"))))
                    .extracting(o -> o.failure().reason())
                    .containsOnly("The route of batch:x failed before the batch was formed: StackOverflowError");
            assertThat(batches.hub("x").inFlight()).isZero();
        }
    }

    @Test
    void shouldNameWhatFailedInFrontOfTheAggregatorWithoutAMessage() throws Exception {
        BatchRoute route = new BatchRoute("x").arrival(exchange -> {
            throw new NullPointerException();
        });
        try (Batches batches = Batches.start(route)) {
            assertThat(failure(batches.send("batch:x", "a")))
                    .hasMessage("The route of batch:x failed before the batch was formed: NullPointerException");
        }
    }

    @Test
    void shouldNotLoseTheLineThatDoesNotFitIntoTheOpenBatch() throws Exception {
        BatchRoute route = new BatchRoute("x").maxWait("1h").arrival(BatchRouteLifeTest::readIds);
        try (Batches batches = Batches.start(route)) {
            CompletableFuture<Exchange> first = batches.send("batch:x", "same");

            CompletableFuture<Exchange> second = batches.send("batch:x", "same");

            assertThat(answer(first))
                    .as("its batch leaves, for the next item has the same id")
                    .isEqualTo("r:same");
            batches.context().getRouteController().stopRoute("x");
            assertThat(answer(second)).isEqualTo("r:same");
            assertThat(route.sizes()).containsExactly(1, 1);
        }
    }

    @Test
    void shouldNotLoseTheItemThatIsTooLargeForTheOpenBatch() throws Exception {
        BatchRoute route = new BatchRoute("x").maxBytes("10B").maxWait("1h").arrival(BatchRouteLifeTest::readIds);
        try (Batches batches = Batches.start(route)) {
            CompletableFuture<Exchange> first = batches.send("batch:x", "1234567");
            CompletableFuture<Exchange> second = batches.send("batch:x", "abcdefg");

            assertThat(answer(first)).isEqualTo("r:1234567");
            batches.context().getRouteController().stopRoute("x");
            assertThat(answer(second)).isEqualTo("r:abcdefg");
        }
    }

    @Test
    void shouldFailTheItemsWhereNothingClosesAFullBatch() throws Exception {
        BatchStrategy strategy = new BatchStrategy(new BatchSize(2, 5L << 20, null), true);
        RouteBuilder route = new RouteBuilder() {
            @Override
            public void configure() {
                from("batch:x")
                        .routeId("x")
                        .aggregate(header(BatchConstants.KEY), strategy)
                        .completionSize(1000)
                        .completionPredicate(constant(false))
                        .forceCompletionOnStop()
                        .process(exchange -> BatchRoute.echo(Batches.of(exchange)));
            }
        };
        try (Batches batches = Batches.start(route)) {
            CompletableFuture<Exchange> sent = batches.send("batch:x", List.of("a", "b", "c"));
            batches.context().getRouteController().stopRoute("x");

            assertThat(outcomes(sent)).extracting(Outcome::failed).containsExactly(false, false, true);
        }
    }

    /** Gives each item its body as its id and as its content. */
    private static void readIds(Exchange exchange) {
        for (Item item : exchange.getMessage().getBody(Arrival.class)) {
            item.identify(item.body().toString(), false);
            item.content(item.body().toString().getBytes());
        }
    }

    @Test
    void shouldNeverMixKeysInABatch() throws Exception {
        BatchRoute route = new BatchRoute("x").options("keyHeader=tenant").maxWait("50ms");
        try (Batches batches = Batches.start(route)) {
            List<Item> items = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                Map<String, Object> headers = new HashMap<>();
                if (i % 4 != 3) {
                    headers.put("tenant", "t" + i % 4);
                }
                items.add(new Item(i, headers, null));
            }

            List<Outcome> outcomes = outcomes(batches.send("batch:x", items));
            answer(batches.send("batch:x", "single", Map.of("Tenant", "t1")));

            assertThat(outcomes)
                    .extracting(o -> o.item().body())
                    .isEqualTo(items.stream().map(Item::body).toList());
            for (Batch batch : route.batches()) {
                assertThat(batch.items()).allMatch(item -> batch.key().equals(keyOf(item)));
            }
            assertThat(route.batches()).extracting(Batch::key).contains("t0", "t1", "t2", BatchConstants.NO_KEY);
        }
    }

    private static Object keyOf(Item item) {
        return item.headers().getOrDefault("tenant", BatchConstants.NO_KEY);
    }
}
