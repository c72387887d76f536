package io.github.saddlebag.batch;

import static io.github.saddlebag.batch.Batches.answer;
import static io.github.saddlebag.batch.Batches.failure;
import static io.github.saddlebag.batch.Batches.outcomes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.support.StoppedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens at a full gate. */
@Timeout(120)
class BatchBackPressureTest {

    private final CountDownLatch end = new CountDownLatch(1);

    /** A batch route whose batches last until {@link #end}. */
    private BatchRoute slow(int maxInFlight) {
        return new BatchRoute("x").options("maxInFlight=" + maxInFlight).batch(batch -> {
            end.await();
            BatchRoute.echo(batch);
        });
    }

    @Test
    void shouldRejectACallerWhomNoRoomCameFreeForWithinOfferTimeout() throws Exception {
        try (Batches batches = Batches.start(slow(2))) {
            CompletableFuture<Exchange> inside = batches.send("batch:x", List.of("a", "b"));

            Throwable failure = failure(batches.send("batch:x?offerTimeout=20ms", "c"));

            assertThat(failure)
                    .isInstanceOf(GateFullException.class)
                    .hasMessage("batch:x is full: 2 of 2 places are taken (maxInFlight), and no room came free within"
                            + " 20ms (offerTimeout). Send more slowly, or try again later.")
                    .hasNoCause();
            assertThat(batches.hub("x").waiting()).isZero();
            assertThat(batches.hub("x").parked()).isEqualTo(1);
            end.countDown();
            assertThat(outcomes(inside)).noneMatch(Outcome::failed);
        }
    }

    @Test
    void shouldRejectABlockedCallerWhomNoRoomCameFreeForWithinOfferTimeout() throws Exception {
        BatchRoute route = slow(1);
        try (Batches batches = Batches.start(route)) {
            CompletableFuture<Exchange> inside = batches.send("batch:x", "a");

            CompletableFuture<Exchange> blocked = batches.send("batch:x?blockWhenFull=true&offerTimeout=20ms", "b");

            assertThat(failure(blocked)).isInstanceOf(GateFullException.class);
            end.countDown();
            assertThat(answer(inside)).isEqualTo("r:a");
            assertThat(route.batches()).hasSize(1);
        }
    }

    @Test
    void shouldNotRejectACallerWhoIsInside() throws Exception {
        try (Batches batches = Batches.start(slow(2))) {
            CompletableFuture<Exchange> inside = batches.send("batch:x?offerTimeout=1ms", "a");
            CompletableFuture<Exchange> other = batches.send("batch:x?offerTimeout=1ms", "b");
            CompletableFuture<Exchange> waiting = batches.send("batch:x?offerTimeout=20ms", "c");
            assertThat(failure(waiting)).isInstanceOf(GateFullException.class);

            end.countDown();

            assertThat(answer(inside)).isEqualTo("r:a");
            assertThat(answer(other)).isEqualTo("r:b");
        }
    }

    @Test
    void shouldBlockTheCallingThreadOnlyWhereItIsAskedTo() throws Exception {
        try (Batches batches = Batches.start(slow(1))) {
            CompletableFuture<Exchange> inside = batches.send("batch:x", "a");
            CompletableFuture<CompletableFuture<Exchange>> blocked = new CompletableFuture<>();
            Thread reader = new Thread(() -> {
                try {
                    blocked.complete(batches.send("batch:x?blockWhenFull=true", "b"));
                } catch (Exception e) {
                    blocked.completeExceptionally(e);
                }
            });
            reader.start();

            await().untilAsserted(() -> assertThat(reader.getState()).isEqualTo(Thread.State.WAITING));
            CompletableFuture<Exchange> waiting = batches.send("batch:x", "c");
            assertThat(blocked).isNotDone();
            assertThat(batches.hub("x").waiting()).isEqualTo(2);

            end.countDown();

            assertThat(answer(inside)).isEqualTo("r:a");
            assertThat(answer(blocked.get())).isEqualTo("r:b");
            assertThat(answer(waiting)).isEqualTo("r:c");
        }
    }

    @Test
    void shouldLetABlockedCallerGoWhoIsInterrupted() throws Exception {
        try (Batches batches = Batches.start(slow(1))) {
            batches.send("batch:x", "a");
            CompletableFuture<CompletableFuture<Exchange>> blocked = new CompletableFuture<>();
            Thread reader = new Thread(() -> {
                try {
                    blocked.complete(batches.send("batch:x?blockWhenFull=true", "b"));
                } catch (Exception e) {
                    blocked.completeExceptionally(e);
                }
            });
            reader.start();
            await().untilAsserted(() -> assertThat(reader.getState()).isEqualTo(Thread.State.WAITING));

            reader.interrupt();

            assertThat(failure(blocked.get())).isInstanceOf(StoppedException.class);
            assertThat(batches.hub("x").waiting()).isZero();
            end.countDown();
        }
    }

    @Test
    void shouldLetABlockedCallerGoWhenItsReplyTimeoutIsOver() throws Exception {
        try (Batches batches = Batches.start(slow(1))) {
            batches.send("batch:x", "a");

            CompletableFuture<Exchange> blocked = batches.send("batch:x?blockWhenFull=true&replyTimeout=50ms", "b");

            assertThat(failure(blocked)).isInstanceOf(ItemFailedException.class);
            assertThat(batches.hub("x").waiting()).isZero();
            assertThat(batches.hub("x").inFlight()).isEqualTo(1);
            end.countDown();
        }
    }

    @Test
    void shouldKeep500CallersWaitingWithoutAThreadEach() throws Exception {
        try (Batches batches = Batches.start(slow(10))) {
            outcomes(batches.send("batch:x?replyTimeout=1ms", List.of("warm", "up")));
            List<CompletableFuture<Exchange>> callers = new ArrayList<>();
            int before = Thread.activeCount();

            for (int i = 0; i < 500; i++) {
                callers.add(batches.send("batch:x", "item-" + i));
            }

            assertThat(batches.hub("x").waiting()).isGreaterThanOrEqualTo(490);
            assertThat(Thread.activeCount() - before).isLessThan(10);
            end.countDown();
            for (int i = 0; i < 500; i++) {
                assertThat(answer(callers.get(i))).isEqualTo("r:item-" + i);
            }
        }
    }

    @Test
    void shouldTakeAsManyTimeoutsAsThereAreCallers() throws Exception {
        try (Batches batches = Batches.start(slow(3000))) {
            List<CompletableFuture<Exchange>> callers = new ArrayList<>();
            for (int i = 0; i < 6000; i++) {
                callers.add(batches.send("batch:x?replyTimeout=1h&offerTimeout=1h", i));
            }

            assertThat(callers).noneMatch(CompletableFuture::isDone);
            end.countDown();
            for (int i = 0; i < 6000; i++) {
                assertThat(answer(callers.get(i))).isEqualTo("r:" + i);
            }
        }
    }

    @Test
    void shouldLetAListInThatIsLargerThanTheGate() throws Exception {
        end.countDown();
        try (Batches batches = Batches.start(slow(10).maxItems(7))) {
            List<Integer> bodies = IntStream.range(0, 55).boxed().toList();

            CompletableFuture<Exchange> large = batches.send("batch:x", bodies);
            CompletableFuture<Exchange> behind = batches.send("batch:x", "a");

            assertThat(outcomes(large)).hasSize(55).noneMatch(Outcome::failed);
            assertThat(answer(behind)).isEqualTo("r:a");
            await().untilAsserted(() -> assertThat(batches.hub("x").inFlight()).isZero());
        }
    }

    @Test
    void shouldTakeMoreRoomForLargeItems() throws Exception {
        try (Batches batches = Batches.start(slow(10))) {
            batches.send("batch:x", new byte[9 * 16 * 1024]);
            batches.send("batch:x", "small");

            CompletableFuture<Exchange> third = batches.send("batch:x?offerTimeout=1ms", "small");

            assertThat(batches.hub("x").inFlight()).isEqualTo(10);
            assertThat(failure(third)).isInstanceOf(GateFullException.class);
            end.countDown();
        }
    }

    @Test
    void shouldNeverHaveMoreItemsInFlightThanThereIsRoomFor() throws Exception {
        AtomicInteger inFlight = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        BatchRoute route = new BatchRoute("x")
                .options("maxInFlight=20")
                .maxItems(6)
                .maxWait("1ms")
                .batch(batch -> {
                    most.accumulateAndGet(inFlight.addAndGet(batch.size()), Math::max);
                    Thread.yield();
                    inFlight.addAndGet(-batch.size());
                    BatchRoute.echo(batch);
                });
        try (Batches batches = Batches.start(route)) {
            List<CompletableFuture<Exchange>> callers = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                callers.add(batches.send(
                        "batch:x", IntStream.range(0, i % 9).boxed().toList()));
            }
            for (CompletableFuture<Exchange> caller : callers) {
                assertThat(outcomes(caller)).noneMatch(Outcome::failed);
            }
            assertThat(most.get()).isPositive().isLessThanOrEqualTo(20);
            await().untilAsserted(() -> assertThat(batches.hub("x").inFlight()).isZero());
            assertThat(batches.hub("x").parked()).isZero();
        }
    }

    @Test
    void shouldGoOnCallingWhileTheStepsBehindAreSlow() throws Exception {
        BatchRoute route = new BatchRoute("x").options("maxInFlight=5").maxItems(5);
        RouteBuilder source = new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:slow").to("batch:x").process(exchange -> end.await());
            }
        };
        try (Batches batches = Batches.start(route, source)) {
            List<CompletableFuture<Exchange>> callers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                callers.add(batches.send("direct:slow", "item-" + i));
            }

            await().untilAsserted(() -> assertThat(
                            route.sizes().stream().mapToInt(size -> size).sum())
                    .as("items that were called while nobody could go on")
                    .isEqualTo(100));
            assertThat(callers).noneMatch(CompletableFuture::isDone);
            end.countDown();
            for (CompletableFuture<Exchange> caller : callers) {
                answer(caller);
            }
        }
    }
}
