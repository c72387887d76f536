package io.github.saddlebag.batch;

import static io.github.saddlebag.batch.Batches.ended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.testing.Async;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.apache.camel.spi.RouteController;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/** Everything at once: whatever happens, every caller gets one fate, its own, and all room comes back. */
@Timeout(120)
class BatchChaosTest {

    private static final int CALLERS = 3;
    private static final int MESSAGES = 400;
    private static final List<String> URIS = List.of(
            "batch:x",
            "batch:x?replyTimeout=1ms",
            "batch:x?replyTimeout=20ms",
            "batch:x?offerTimeout=1ms",
            "batch:x?blockWhenFull=true",
            "batch:x?blockWhenFull=true&replyTimeout=3ms",
            "batch:x?blockWhenFull=true&offerTimeout=2ms");

    private final AtomicBoolean calm = new AtomicBoolean();

    private record Sent(Object body, CompletableFuture<Exchange> exchange) {}

    @RepeatedTest(3)
    void shouldGiveEveryCallerOneFateAndAllRoomBack() throws Exception {
        long seed = System.nanoTime();
        BatchRoute route = new BatchRoute("x")
                .options("maxInFlight=25&keyHeader=key")
                .maxItems(6)
                .maxWait("1ms")
                .arrival(this::misbehave)
                .batch(this::misbehave);
        try (Batches batches = Batches.start(route)) {
            BatchHub hub = batches.hub("x");
            List<CompletableFuture<List<Sent>>> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                Random random = new Random(seed + i);
                callers.add(Async.call(() -> send(batches, random)));
            }
            RouteController routes = batches.context().getRouteController();
            routes.stopRoute("x", 1, TimeUnit.SECONDS);
            routes.startRoute("x");
            for (CompletableFuture<List<Sent>> caller : callers) {
                for (Sent sent : caller.get(60, TimeUnit.SECONDS)) {
                    check(seed, sent);
                }
            }

            assertThat(hub.parked()).as("seed %d", seed).isZero();
            await().untilAsserted(
                            () -> assertThat(hub.inFlight()).as("seed %d", seed).isZero());
            assertThat(hub.waiting()).as("seed %d", seed).isZero();
            await().untilAsserted(() ->
                    assertThat(hub.memory().used()).as("seed %d", seed).isZero());
            assertThat(batches.calledTwice()).as("seed %d", seed).isEmpty();
            calm.set(true);
            assertThat(Batches.answer(batches.send("batch:x", "still alive"))).isEqualTo("r:still alive");
        }
    }

    private static List<Sent> send(Batches batches, Random random) throws Exception {
        List<Sent> sent = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            Object body = random.nextInt(20) == 0 ? "x".repeat(100_000) : Integer.toString(random.nextInt());
            if (random.nextInt(3) == 0) {
                List<Object> list = new ArrayList<>();
                for (int j = random.nextInt(40); j > 0; j--) {
                    list.add(random.nextInt());
                }
                body = list;
            }
            String uri = URIS.get(random.nextInt(URIS.size()));
            sent.add(new Sent(body, batches.send(uri, body, Map.of("key", random.nextInt(3)))));
        }
        return sent;
    }

    /** In front of the aggregator. */
    private void misbehave(Exchange exchange) {
        if (!calm.get() && ThreadLocalRandom.current().nextInt(40) == 0) {
            throw new IllegalStateException("in front of the aggregator");
        }
        for (Item item : exchange.getMessage().getBody(Arrival.class)) {
            item.identify(item.body().toString(), false);
        }
    }

    private void misbehave(Batch batch) {
        int what = calm.get() ? 0 : ThreadLocalRandom.current().nextInt(20);
        if (what == 1) {
            throw new IllegalStateException("in the batch");
        }
        if (what == 2) {
            batch.giveBack();
        }
        if (what == 3) {
            batch.decide(new Failure("decided"));
        }
        long until = System.nanoTime() + (what == 4 ? 5_000_000 : 0);
        for (Item item : what < 6 ? batch.unsettled() : batch.items()) {
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            if (what != 3 && what != 5) {
                item.answer("r:" + item.body(), null);
            }
        }
    }

    private static void check(long seed, Sent sent) throws Exception {
        Exchange exchange = ended(sent.exchange);
        Exception failure = exchange.getException();
        if (failure != null) {
            assertThat(failure)
                    .as("seed %d", seed)
                    .isInstanceOfAny(ItemFailedException.class, GateFullException.class, StoppedException.class);
            return;
        }
        if (!(sent.body instanceof List<?> bodies)) {
            assertThat(exchange.getMessage().getBody()).as("seed %d", seed).isEqualTo("r:" + sent.body);
            return;
        }
        List<?> outcomes = exchange.getMessage().getBody(List.class);
        assertThat(outcomes).as("seed %d", seed).hasSameSizeAs(bodies);
        for (int i = 0; i < bodies.size(); i++) {
            Outcome outcome = (Outcome) outcomes.get(i);
            assertThat(outcome.item().body()).as("seed %d", seed).isEqualTo(bodies.get(i));
            assertThat(outcome.failed() ? null : outcome.answer())
                    .as("seed %d", seed)
                    .isEqualTo(outcome.failed() ? null : "r:" + bodies.get(i));
        }
    }
}
