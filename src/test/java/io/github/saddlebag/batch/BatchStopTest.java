package io.github.saddlebag.batch;

import static io.github.saddlebag.batch.Batches.answer;
import static io.github.saddlebag.batch.Batches.failure;
import static io.github.saddlebag.batch.Batches.outcomes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.testing.Async;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stop is not a fate: what can be finished is finished, the rest is given back. */
@Timeout(40)
class BatchStopTest {

    private final CountDownLatch end = new CountDownLatch(1);

    private BatchRoute slow() {
        return new BatchRoute("x").batch(batch -> {
            end.await();
            BatchRoute.echo(batch);
        });
    }

    private static CompletableFuture<Void> stop(Batches batches) {
        return Async.run(batches::close);
    }

    private static void ends(CompletableFuture<Void> stop) throws Exception {
        stop.get(20, TimeUnit.SECONDS);
    }

    @Test
    void shouldFinishTheBatchesThatAreInFlight() throws Exception {
        BatchRoute route = slow().maxItems(5);
        Batches batches = Batches.start(route);
        BatchHub hub = batches.hub("x");
        CompletableFuture<Exchange> list =
                batches.send("batch:x", IntStream.range(0, 23).boxed().toList());
        CompletableFuture<Exchange> single = batches.send("batch:x", "a");
        await().untilAsserted(() -> assertThat(route.batches()).isNotEmpty());

        CompletableFuture<Void> stop = stop(batches);
        await().until(hub::isStopping);
        end.countDown();

        assertThat(outcomes(list)).hasSize(23).noneMatch(Outcome::failed);
        assertThat(answer(single)).isEqualTo("r:a");
        ends(stop);
        assertThat(hub.parked()).isZero();
        // the places come back when the batch is done, which is a moment after its items are
        await().untilAsserted(() -> assertThat(hub.inFlight()).isZero());
    }

    @Test
    void shouldLetAnOpenBatchLeaveAtOnce() throws Exception {
        Batches batches = Batches.start(new BatchRoute("x").maxWait("1h"));
        CompletableFuture<Exchange> gathering = batches.send("batch:x", "a");

        ends(stop(batches));

        assertThat(answer(gathering)).isEqualTo("r:a");
    }

    @Test
    void shouldGiveBackAtOnceWhoWaitsAtTheGate() throws Exception {
        Batches batches = Batches.start(slow().options("maxInFlight=1"));
        BatchHub hub = batches.hub("x");
        CompletableFuture<Exchange> inside = batches.send("batch:x", "a");
        CompletableFuture<Exchange> single = batches.send("batch:x", "b");
        CompletableFuture<Exchange> list = batches.send("batch:x", List.of("c", "d"));
        CompletableFuture<CompletableFuture<Exchange>> blocked =
                sendOnAnotherThread(batches, "batch:x?blockWhenFull=true");
        await().untilAsserted(() -> assertThat(hub.waiting()).isEqualTo(3));

        CompletableFuture<Void> stop = stop(batches);

        String reason = "batch:x is stopping: what is unfinished is returned, to be done at the next start.";
        assertThat(failure(single)).isInstanceOf(StoppedException.class).hasMessage(reason);
        assertThat(failure(list)).isInstanceOf(StoppedException.class);
        assertThat(failure(blocked.get(10, TimeUnit.SECONDS))).isInstanceOf(StoppedException.class);
        assertThat(inside).as("it is finished").isNotDone();
        assertThat(stop).isNotDone();
        end.countDown();
        assertThat(answer(inside)).isEqualTo("r:a");
        ends(stop);
        assertThat(hub.parked()).isZero();
    }

    private static CompletableFuture<CompletableFuture<Exchange>> sendOnAnotherThread(Batches batches, String uri) {
        return Async.call(() -> batches.send(uri, "blocked"));
    }

    @Test
    void shouldGiveBackAtOnceWhoWaitsForARouteThatIsStopped() throws Exception {
        Batches batches = Batches.start(slow());
        CompletableFuture<Exchange> underWay = batches.send("batch:x", "a");
        end.countDown();
        answer(underWay);
        batches.context().getRouteController().stopRoute("x");
        CompletableFuture<Exchange> waiting = batches.send("batch:x", "b");

        ends(stop(batches));

        assertThat(failure(waiting)).isInstanceOf(StoppedException.class);
    }

    /** Its source route counts as busy as long as the caller waits, and would hold up the stop. */
    @Test
    void shouldGiveBackAtOnceWhoWaitsForARouteThatIsNotThere() throws Exception {
        RouteBuilder source = new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:source").to("batch:none");
            }
        };
        Batches batches = Batches.start(new BatchRoute("x"), source);
        batches.context().getShutdownStrategy().setTimeout(30);
        BatchHub hub = batches.hub("none");
        CompletableFuture<Exchange> waiting = batches.send("direct:source", "a");
        assertThat(hub.parked()).isEqualTo(1);

        CompletableFuture<Void> stop = stop(batches);

        assertThat(failure(waiting)).isInstanceOf(StoppedException.class);
        ends(stop);
        assertThat(hub.parked()).isZero();
    }

    @Test
    void shouldGiveBackWhoComesWhileItStops() throws Exception {
        Batches batches = Batches.start(slow());
        BatchHub hub = batches.hub("x");
        CompletableFuture<Exchange> underWay = batches.send("batch:x", "a");
        CompletableFuture<Void> stop = stop(batches);
        await().until(hub::isStopping);

        CompletableFuture<Exchange> late = batches.send("batch:x", "b");

        assertThat(failure(late)).isInstanceOf(StoppedException.class);
        end.countDown();
        assertThat(answer(underWay)).isEqualTo("r:a");
        ends(stop);
    }

    @Test
    void shouldGiveEverythingBackAndNotHangWhereACallNeverEnds() throws Exception {
        BatchRoute route = slow().options("maxInFlight=4").maxItems(2).maxWait("1h");
        Batches batches = Batches.start(route);
        batches.context().getShutdownStrategy().setTimeout(1);
        BatchHub hub = batches.hub("x");
        CompletableFuture<Exchange> underWay = batches.send("batch:x", List.of("a", "b"));
        CompletableFuture<Exchange> gathering = batches.send("batch:x", "c");
        CompletableFuture<Exchange> list = batches.send("batch:x", List.of("d", "e", "f"));
        await().untilAsserted(() -> assertThat(route.batches()).isNotEmpty());

        ends(stop(batches));

        assertThat(failure(underWay)).isInstanceOf(StoppedException.class);
        assertThat(failure(gathering)).isInstanceOf(StoppedException.class);
        assertThat(failure(list)).isInstanceOf(StoppedException.class);
        assertThat(hub.parked()).isZero();
        end.countDown();
    }

    @Test
    void shouldNotHangWhereAStepInFrontOfTheAggregatorNeverEnds() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        BatchRoute route = new BatchRoute("x").options("maxInFlight=1").arrival(exchange -> {
            entered.countDown();
            end.await();
        });
        Batches batches = Batches.start(route);
        batches.context().getShutdownStrategy().setTimeout(1);
        CompletableFuture<CompletableFuture<Exchange>> hanging = sendOnAnotherThread(batches, "batch:x");
        entered.await();
        CompletableFuture<Exchange> waiting = batches.send("batch:x", "b");

        ends(stop(batches));

        assertThat(failure(waiting)).isInstanceOf(StoppedException.class);
        assertThat(batches.hub("x").parked()).isZero();
        end.countDown();
        assertThat(failure(hanging.get(10, TimeUnit.SECONDS))).isInstanceOf(StoppedException.class);
    }

    @Test
    void shouldGiveBackWhatFailsBecauseItStops() throws Exception {
        BatchRoute route = new BatchRoute("x").batch(batch -> {
            end.await();
            batch.items().get(0).answer("in time", null);
            throw new IllegalStateException("the connection was closed under my feet");
        });
        Batches batches = Batches.start(route);
        CompletableFuture<Exchange> single = batches.send("batch:x", "a");
        CompletableFuture<Exchange> list = batches.send("batch:x", List.of("b", "c"));
        CompletableFuture<Void> stop = stop(batches);
        await().until(batches.hub("x")::isStopping);

        end.countDown();

        assertThat(answer(single)).isEqualTo("in time");
        assertThat(failure(list)).isInstanceOf(StoppedException.class);
        ends(stop);
    }

    @Test
    void shouldFailWhatWasDecidedOnEvenWhileItStops() throws Exception {
        BatchRoute route = new BatchRoute("x").batch(batch -> {
            end.await();
            batch.decide(new Failure("the endpoint refused it"));
        });
        Batches batches = Batches.start(route);
        CompletableFuture<Exchange> single = batches.send("batch:x", "a");
        CompletableFuture<Void> stop = stop(batches);
        await().until(batches.hub("x")::isStopping);

        end.countDown();

        assertThat(failure(single)).isInstanceOf(ItemFailedException.class).hasMessage("the endpoint refused it");
        ends(stop);
    }

    @Test
    void shouldGiveBackWhatARejectedRedeliveryLeftUndone() throws Exception {
        BatchRoute route = new BatchRoute("x").batch(batch -> {
            throw new RejectedExecutionException("Redelivery not allowed while stopping");
        });
        try (Batches batches = Batches.start(route)) {
            assertThat(failure(batches.send("batch:x", "a"))).isInstanceOf(StoppedException.class);
        }
    }

    @Test
    void shouldGiveBackWhatIsRejectedInFrontOfTheAggregator() throws Exception {
        BatchRoute route = new BatchRoute("x").arrival(exchange -> {
            throw new RejectedExecutionException("Run not allowed");
        });
        try (Batches batches = Batches.start(route)) {
            assertThat(failure(batches.send("batch:x", List.of("a", "b")))).isInstanceOf(StoppedException.class);
            assertThat(batches.hub("x").inFlight()).isZero();
        }
    }

    @Test
    void shouldLeaveNobodyParkedWhenItStopsUnderLoad() throws Exception {
        BatchRoute route =
                new BatchRoute("x").options("maxInFlight=50").maxItems(7).maxWait("1ms");
        Batches batches = Batches.start(route);
        BatchHub hub = batches.hub("x");
        List<CompletableFuture<Exchange>> sent = new ArrayList<>();
        CompletableFuture<Void> stop = null;
        for (int i = 0; i < 3000; i++) {
            if (i == 1000) {
                stop = stop(batches);
            }
            sent.add(batches.send("batch:x?replyTimeout=1h", i % 3 == 0 ? List.of(i, i) : i));
        }

        ends(stop);

        for (CompletableFuture<Exchange> one : sent) {
            try {
                answer(one);
            } catch (ExecutionException e) {
                assertThat(e.getCause()).isInstanceOf(StoppedException.class);
            }
        }
        assertThat(hub.parked()).isZero();
    }

    @Test
    void shouldLeaveNoRoomTakenByThoseWhomItGaveBackAtTheGate() throws Exception {
        try (Batches batches = Batches.start(slow().options("maxInFlight=1"))) {
            BatchHub hub = batches.hub("x");
            CompletableFuture<Exchange> inside = batches.send("batch:x", "a");
            CompletableFuture<CompletableFuture<Exchange>> blocked =
                    sendOnAnotherThread(batches, "batch:x?blockWhenFull=true");
            await().untilAsserted(() -> assertThat(hub.waiting()).isEqualTo(1));
            CompletableFuture<Exchange> waiting = batches.send("batch:x", "b");

            hub.stop();
            assertThat(failure(blocked.get(10, TimeUnit.SECONDS))).isInstanceOf(StoppedException.class);
            assertThat(failure(waiting)).isInstanceOf(StoppedException.class);
            end.countDown();
            assertThat(answer(inside)).isEqualTo("r:a");
            batches.context().getRouteController().stopRoute("x");
            batches.context().getRouteController().startRoute("x");

            assertThat(answer(batches.send("batch:x", "c"))).isEqualTo("r:c");
            await().untilAsserted(() -> assertThat(hub.inFlight()).isZero());
            assertThat(hub.waiting()).isZero();
        }
    }

    @Test
    void shouldServeAgainAfterTheContextWasStoppedAndStarted() throws Exception {
        try (Batches batches = Batches.start(new BatchRoute("x"))) {
            answer(batches.send("batch:x", "before"));
            batches.close();

            batches.begin();

            assertThat(answer(batches.send("batch:x", "after"))).isEqualTo("r:after");
        }
    }
}
