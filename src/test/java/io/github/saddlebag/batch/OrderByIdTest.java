package io.github.saddlebag.batch;

import static io.github.saddlebag.batch.Batches.ended;
import static io.github.saddlebag.batch.Batches.outcomes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.aggregate.OrderById;
import io.github.saddlebag.support.StoppedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Items of one id: one at a time, in the order in which they came, whatever befalls them. */
@Timeout(120)
class OrderByIdTest {

    private record Change(String id, int version) {}

    private record Place(String source, long number, AtomicBoolean end) implements Position {
        @Override
        public boolean isSourceEnded() {
            return end.get();
        }
    }

    /** An endpoint that keeps what it was sent, and sees what comes at the same time. */
    private static final class Store {
        private final Map<String, List<Integer>> versions = new ConcurrentHashMap<>();
        private final Set<String> underWay = ConcurrentHashMap.newKeySet();
        private final Queue<String> atOnce = new ConcurrentLinkedQueue<>();

        private static String key(Item item) {
            return item.position().source() + "/" + ((Change) item.body()).id();
        }

        void begin(List<Item> items) {
            items.forEach(item -> {
                if (!underWay.add(key(item))) {
                    atOnce.add(key(item));
                }
            });
        }

        void end(List<Item> items) {
            items.forEach(item -> {
                versions.computeIfAbsent(key(item), k -> new ArrayList<>()).add(((Change) item.body()).version());
                underWay.remove(key(item));
            });
        }
    }

    private final Store store = new Store();
    private final AtomicBoolean end = new AtomicBoolean();

    private Item item(String source, int number, String id, int version) {
        return new Item(new Change(id, version), Map.of(), new Place(source, number, end));
    }

    private static BatchRoute route(int maxInFlight, String order) {
        OrderById byId = new OrderById(order, item -> true);
        return new BatchRoute("x").options("maxInFlight=" + maxInFlight).arrival(exchange -> {
            for (Item item : exchange.getMessage().getBody(Arrival.class)) {
                item.identify(item.body() instanceof Change change ? change.id() : "same", false);
            }
            byId.process(exchange);
        });
    }

    /** Answers some, puts some back, and does the rest in parts, as halves and jobs do. */
    private void call(Batch batch, Random random) {
        List<Item> items = batch.unsettled();
        store.begin(items);
        Thread.yield();
        List<Item> later = new ArrayList<>();
        List<Item> now = new ArrayList<>();
        for (Item item : items) {
            int fate = random.nextInt(10);
            (fate < 6 ? now : later).add(item);
        }
        store.end(items);
        now.forEach(item -> item.answer("ok", null));
        if (!later.isEmpty() && random.nextBoolean()) {
            later.forEach(item -> batch.putBack(item, Duration.ofMillis(random.nextInt(3))));
        } else if (later.size() > 1) {
            int half = later.size() / 2;
            for (List<Item> some : List.of(later.subList(0, half), later.subList(half, later.size()))) {
                Batch part = batch.part(some, 1, new BatchSize(100, 5L << 20, null));
                call(part, random);
                part.close(null);
            }
        } else {
            later.forEach(item -> item.fail(new Failure("no"), null));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
    void shouldKeepTheOrderOfEachIdWhateverBefallsItsItems(int run) throws Exception {
        long seed = run < 6 ? run : System.nanoTime();
        Random random = new Random(seed);
        int ids = 1 + random.nextInt(6);
        BatchRoute route = route(1 + random.nextInt(60), "auto")
                .maxItems(1 + random.nextInt(20))
                .maxWait(random.nextInt(3) + "ms")
                .batch(batch -> call(batch, ThreadLocalRandom.current()));
        Map<String, Integer> sent = new HashMap<>();
        List<List<List<Item>>> sources = new ArrayList<>();
        for (int source = 0; source < 1 + random.nextInt(3); source++) {
            List<List<Item>> chunks = new ArrayList<>();
            for (int chunk = 0; chunk < 10; chunk++) {
                List<Item> items = new ArrayList<>();
                for (int i = 0; i <= random.nextInt(15); i++) {
                    String id = "i" + random.nextInt(ids);
                    int version = sent.merge(source + "/" + id, 1, Integer::sum) - 1;
                    items.add(item(Integer.toString(source), i, id, version));
                }
                chunks.add(items);
            }
            sources.add(chunks);
        }
        try (Batches batches = Batches.start(route)) {
            Queue<CompletableFuture<Exchange>> parked = new ConcurrentLinkedQueue<>();
            List<CompletableFuture<Void>> readers = sources.stream()
                    .map(chunks -> CompletableFuture.runAsync(() -> chunks.forEach(chunk -> {
                        try {
                            parked.add(batches.send("batch:x?blockWhenFull=true", chunk));
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    })))
                    .toList();
            readers.forEach(CompletableFuture::join);
            for (CompletableFuture<Exchange> one : parked) {
                assertThat(outcomes(one)).as("seed %d", seed).isNotEmpty();
            }

            assertThat(store.atOnce).as("seed %d", seed).isEmpty();
            sent.forEach((key, count) -> assertThat(
                            store.versions.get(key).stream().distinct())
                    .as("seed %d, %s", seed, key)
                    .isEqualTo(IntStream.range(0, count).boxed().toList())
                    .satisfies(distinct -> assertThat(store.versions.get(key)).isSorted()));
            await().until(() -> batches.hub("x").inFlight() == 0);
            assertThat(batches.hub("x").lines().places()).isZero();
        }
    }

    @Test
    void shouldLetOthersPassThoseWhoWait() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        BatchRoute route = route(100, "auto").maxItems(1).batch(batch -> {
            if (batch.items().get(0).id().equals("slow")) {
                answered.await();
            }
            BatchRoute.echo(batch);
        });
        try (Batches batches = Batches.start(route)) {
            CompletableFuture<Exchange> slow =
                    batches.send("batch:x", List.of(item("f", 1, "slow", 1), item("f", 2, "slow", 2)));
            CompletableFuture<Exchange> other = batches.send("batch:x", List.of(item("f", 3, "other", 1)));
            CompletableFuture<Exchange> elsewhere = batches.send("batch:x", List.of(item("g", 1, "other", 1)));

            assertThat(outcomes(other)).hasSize(1);
            assertThat(outcomes(elsewhere)).hasSize(1);
            assertThat(slow).isNotDone();
            // places are given back behind the answer
            await().until(() -> batches.hub("x").inFlight() == 2);
            answered.countDown();
            assertThat(outcomes(slow)).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "false"})
    void shouldNotLetCallersWaitForEachOther(String order) throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        BatchRoute route = route(100, order).maxItems(1).batch(batch -> {
            both.countDown();
            both.await();
            BatchRoute.echo(batch);
        });
        try (Batches batches = Batches.start(route)) {
            CompletableFuture<Exchange> a = batches.send("batch:x", "a");
            CompletableFuture<Exchange> b = batches.send("batch:x", "b");

            assertThat(Batches.answer(a)).isEqualTo("r:a");
            assertThat(Batches.answer(b)).isEqualTo("r:b");
        }
    }

    @Test
    void shouldLetABatchLeaveAtOnceThatNothingCanJoinAsTheGateIsFull() throws Exception {
        BatchRoute route = route(10, "auto").maxItems(1000).maxWait("1h");
        try (Batches batches = Batches.start(route)) {
            List<CompletableFuture<Exchange>> chunks = new ArrayList<>();
            CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 100; i += 5) {
                    List<Item> chunk = new ArrayList<>();
                    end.set(i == 95);
                    for (int j = i; j < i + 5; j++) {
                        chunk.add(item("f", j, "i" + j % 2, j));
                    }
                    try {
                        chunks.add(batches.send("batch:x?blockWhenFull=true", chunk));
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }
            });
            reader.join();
            for (CompletableFuture<Exchange> chunk : chunks) {
                assertThat(outcomes(chunk)).hasSize(5);
            }
        }
    }

    @Test
    void shouldLetABatchLeaveAtOnceThatNothingCanJoinAsTheSourceIsAtItsEnd() throws Exception {
        end.set(true);
        BatchRoute route = route(1000, "auto").maxItems(1000).maxWait("1h");
        try (Batches batches = Batches.start(route)) {
            CompletableFuture<Exchange> all = batches.send(
                    "batch:x",
                    IntStream.range(0, 20)
                            .mapToObj(i -> item("f", i, "i" + i % 2, i))
                            .toList());

            assertThat(outcomes(all)).hasSize(20);
            assertThat(route.sizes()).hasSize(10).containsOnly(2);
        }
    }

    @Test
    void shouldGiveBackThoseWhoWaitWhenTheRuntimeStops() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        BatchRoute route = route(100, "auto").maxItems(1).batch(batch -> {
            called.countDown();
            await().until(() -> batch.items().get(0).parked().hub().isStopping());
            BatchRoute.echo(batch);
        });
        RouteBuilder parts = new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:parts").process(exchange -> {});
            }
        };
        try (Batches batches = Batches.start(route, parts)) {
            String uri = "batch:x?partsTo=direct:parts";
            CompletableFuture<Exchange> first = batches.send(uri, List.of(item("f", 1, "a", 1)));
            called.await();
            CompletableFuture<Exchange> second = batches.send(uri, List.of(item("f", 2, "a", 2)));
            batches.context().stop();

            assertThat(ended(first).getException()).isNull();
            assertThat(ended(second).getException()).isInstanceOf(StoppedException.class);
            assertThat(route.batches()).hasSize(1);
        }
    }

    @Test
    void shouldRefuseAnOrderThatIsNone() {
        assertThatThrownBy(() -> new OrderById("yes", item -> true))
                .hasMessage("saddlebag.batch.order-by-id is 'yes': give auto, true or false.");
    }
}
