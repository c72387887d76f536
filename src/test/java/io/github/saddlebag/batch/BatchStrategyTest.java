package io.github.saddlebag.batch;

import static io.github.saddlebag.batch.Batches.outcomes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.aggregate.BatchStrategy;
import io.github.saddlebag.memory.Memory;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.testing.Async;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How arriving items become batches. */
@Timeout(120)
class BatchStrategyTest {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final ScheduledExecutorService pool = Executors.newSingleThreadScheduledExecutor();
    private final BatchHub hub = new BatchHub("x", pool, pool, pool, new Memory());
    private final List<Batch> left = new ArrayList<>();
    private BatchStrategy strategy = strategy(100, "5MB");
    private Exchange open;

    @AfterEach
    void close() throws Exception {
        pool.shutdownNow();
        context.close();
    }

    private static BatchStrategy strategy(int maxItems, String maxBytes) {
        return strategy(maxItems, maxBytes, true);
    }

    private static BatchStrategy strategy(int maxItems, String maxBytes, boolean uniqueIds) {
        return new BatchStrategy(new BatchSize(maxItems, Setting.bytes("batch.max-bytes", maxBytes), null), uniqueIds);
    }

    private Item item(String id, int size) {
        Item item = new Item(id, Map.of(), null);
        item.identify(id, false);
        item.content(new byte[size]);
        item.handOver(null, hub);
        return item;
    }

    /** What the aggregator and {@code from: batch:} do with a list. */
    private void arrive(List<Item> items) {
        Arrival arrival = new Arrival(hub, items);
        while (arrival.peek() != null) {
            Exchange arriving = new DefaultExchange(context);
            arriving.getMessage().setHeader(BatchConstants.KEY, BatchConstants.NO_KEY);
            arriving.getMessage().setBody(arrival);
            open = strategy.aggregate(open, arriving);
            if (strategy.matches(open)) {
                left.add(Batches.of(open));
                open = null;
            }
            assertThat(arrival.hasMoved()).as("something was taken or closed").isTrue();
        }
    }

    private void arrive(Item... items) {
        arrive(List.of(items));
    }

    private static List<List<String>> ids(List<Batch> batches) {
        return batches.stream()
                .map(batch -> batch.items().stream().map(Item::id).toList())
                .toList();
    }

    private List<String> openIds() {
        return open == null
                ? List.of()
                : Batches.of(open).items().stream().map(Item::id).toList();
    }

    @Test
    void shouldMakeFullBatchesOfListsOfAnyLengthAtOnce() throws Exception {
        BatchRoute route = new BatchRoute("x").maxItems(100).maxWait("1h");
        try (Batches batches = Batches.start(route)) {
            List<CompletableFuture<Exchange>> lists = new ArrayList<>();
            for (int length : List.of(60, 100, 350, 7, 1)) {
                lists.add(batches.send(
                        "batch:x", IntStream.range(0, length).boxed().toList()));
            }

            await().untilAsserted(() -> assertThat(route.sizes()).containsExactly(100, 100, 100, 100, 100));
            batches.context().getRouteController().stopRoute("x");
            assertThat(route.sizes()).containsExactly(100, 100, 100, 100, 100, 18);
            for (CompletableFuture<Exchange> list : lists) {
                assertThat(outcomes(list)).noneMatch(Outcome::failed);
            }
        }
    }

    @Test
    void shouldLetTheRestLeaveAtTheMaxWait() throws Exception {
        BatchRoute route = new BatchRoute("x").maxItems(100).maxWait("100ms");
        try (Batches batches = Batches.start(route)) {
            outcomes(batches.send("batch:x", IntStream.range(0, 118).boxed().toList()));

            assertThat(route.sizes()).containsExactly(100, 18);
        }
    }

    @Test
    void shouldCloseABatchWithItsLastItemAndOpenTheNextWithTheRest() {
        strategy = strategy(2, "5MB");

        arrive(item("a", 1), item("b", 1), item("c", 1));

        assertThat(ids(left)).containsExactly(List.of("a", "b"));
        assertThat(openIds()).containsExactly("c");
        assertThat(left.get(0).key()).isEqualTo(BatchConstants.NO_KEY);
        assertThat(left.get(0).name()).isEqualTo("x");
        assertThat(left.get(0).id()).isNotBlank();
    }

    @Test
    void shouldFillABatchToItsLastByte() {
        strategy = strategy(100, "12B");

        arrive(item("a", 5), item("b", 5), item("c", 1));

        assertThat(ids(left)).as("5 and 5 bytes with 2 separators are 12").containsExactly(List.of("a", "b"));
        assertThat(left.get(0).bytes()).isEqualTo(12);
        assertThat(openIds()).containsExactly("c");
    }

    @Test
    void shouldNotOvershootTheBytes() {
        strategy = strategy(100, "11B");

        arrive(item("a", 5), item("b", 5));

        assertThat(ids(left)).containsExactly(List.of("a"));
        assertThat(openIds()).containsExactly("b");
    }

    @Test
    void shouldLetAnItemGoAloneThatIsLargerThanABatch() {
        strategy = strategy(100, "10B");

        arrive(item("a", 2), item("huge", 50), item("b", 2), item("c", 2));

        assertThat(ids(left)).containsExactly(List.of("a"), List.of("huge"));
        assertThat(openIds()).containsExactly("b", "c");
    }

    @Test
    void shouldNotTakeAnIdTwiceIntoABatch() {
        arrive(item("a", 1), item("b", 1), item("a", 1), item("c", 1));
        arrive(item("c", 1));

        assertThat(ids(left)).containsExactly(List.of("a", "b"), List.of("a", "c"));
        assertThat(openIds()).containsExactly("c");
        assertThat(left).allMatch(Batch::hasUniqueIds);
    }

    @Test
    void shouldTakeAnIdTwiceWhereNobodyMatchesById() {
        strategy = strategy(100, "5MB", false);

        arrive(item("a", 1), item("a", 1));

        assertThat(left).isEmpty();
        assertThat(openIds()).containsExactly("a", "a");
        assertThat(Batches.of(open).hasUniqueIds()).isFalse();
    }

    @Test
    void shouldTakeItemsThatHaveNoId() {
        Item one = new Item("a", Map.of(), null);
        Item other = new Item("b", Map.of(), null);
        one.handOver(null, hub);
        other.handOver(null, hub);

        arrive(one, other);

        assertThat(Batches.of(open).items()).containsExactly(one, other);
        assertThat(Batches.of(open).hasUniqueIds()).isFalse();
    }

    @Test
    void shouldHoldWhatItTookAndNothingElse() {
        strategy = strategy(2, "5MB");
        Item heldByAnother = item("a", 1);
        heldByAnother.handOver(hub, "another");
        Item own = item("b", 1);

        arrive(heldByAnother, own);

        assertThat(openIds()).containsExactly("b");
        assertThat(own.handOver(Batches.of(open), "next")).isTrue();
        assertThat(heldByAnother.handOver("another", "next")).isTrue();
    }

    /** Random limits, lists, sizes and ids: nothing is lost, doubled, reordered or too much, and no room is wasted. */
    @Test
    void shouldPutEveryItemIntoExactlyOneBatchWithinTheLimits() {
        long seed = System.nanoTime();
        for (int round = 0; round < 1000; round++) {
            checkRandomRound(seed + round);
        }
    }

    private void checkRandomRound(long seed) {
        Random random = new Random(seed);
        int maxItems = 1 + random.nextInt(12);
        int maxBytes = 1 + random.nextInt(60);
        boolean unique = random.nextBoolean();
        strategy = strategy(maxItems, maxBytes + "B", unique);
        left.clear();
        open = null;
        List<Item> all = new ArrayList<>();
        for (int list = random.nextInt(8); list >= 0; list--) {
            List<Item> items = new ArrayList<>();
            for (int i = random.nextInt(30); i >= 0; i--) {
                items.add(item("id" + random.nextInt(20), random.nextInt(random.nextInt(10) == 0 ? 100 : 12)));
            }
            all.addAll(items);
            arrive(items);
        }
        int closed = left.size();
        if (open != null) {
            left.add(Batches.of(open));
        }

        assertThat(left.stream().flatMap(batch -> batch.items().stream()))
                .as("seed %d: all items, in their order", seed)
                .containsExactlyElementsOf(all);
        for (int i = 0; i < left.size(); i++) {
            Batch batch = left.get(i);
            long bytes = batch.items().stream()
                    .mapToLong(item -> item.wire().length + 1)
                    .sum();
            assertThat(batch.bytes()).as("seed %d", seed).isEqualTo(bytes);
            assertThat(batch.size()).as("seed %d", seed).isBetween(1, maxItems);
            if (batch.size() > 1) {
                assertThat(bytes).as("seed %d", seed).isLessThanOrEqualTo(maxBytes);
            }
            if (unique) {
                assertThat(distinctIds(batch)).as("seed %d", seed).hasSize(batch.size());
            }
            if (i < closed && i + 1 < left.size()) {
                Item next = left.get(i + 1).items().get(0);
                boolean full = batch.size() == maxItems
                        || bytes + next.wire().length + 1 > maxBytes
                        || unique && distinctIds(batch).contains(next.id());
                assertThat(full)
                        .as("seed %d: batch %d left although there was room", seed, i)
                        .isTrue();
            }
        }
    }

    private static Set<String> distinctIds(Batch batch) {
        Set<String> ids = new HashSet<>();
        batch.items().forEach(item -> ids.add(item.id()));
        return ids;
    }

    /** The same with a real aggregator, many callers at once and timers in between. */
    @Test
    void shouldPutEveryItemOfManyCallersIntoExactlyOneBatch() throws Exception {
        long seed = System.nanoTime();
        BatchRoute route = new BatchRoute("x")
                .maxItems(7)
                .maxBytes("100B")
                .maxWait("1ms")
                .arrival(exchange -> exchange.getMessage()
                        .getBody(Arrival.class)
                        .forEach(item -> {
                            item.identify(item.body().toString(), false);
                            item.content(item.body().toString().getBytes());
                        }));
        try (Batches batches = Batches.start(route)) {
            List<CompletableFuture<List<CompletableFuture<Exchange>>>> callers = new ArrayList<>();
            for (int caller = 0; caller < 3; caller++) {
                Random random = new Random(seed + caller);
                callers.add(Async.call(() -> sendLists(batches, random)));
            }
            List<Item> all = Collections.synchronizedList(new ArrayList<>());
            for (CompletableFuture<List<CompletableFuture<Exchange>>> caller : callers) {
                for (CompletableFuture<Exchange> list : caller.join()) {
                    for (Outcome outcome : outcomes(list)) {
                        assertThat(outcome.answer())
                                .as("seed %d", seed)
                                .isEqualTo("r:" + outcome.item().body());
                        all.add(outcome.item());
                    }
                }
            }
            List<Item> batched =
                    route.batches().stream().flatMap(b -> b.items().stream()).toList();
            assertThat(batched).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(all);
            assertThat(route.batches()).as("seed %d", seed).allMatch(b -> b.hasUniqueIds() && b.bytes() <= 100);
        }
    }

    private static List<CompletableFuture<Exchange>> sendLists(Batches batches, Random random) throws Exception {
        List<CompletableFuture<Exchange>> sent = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            List<Integer> bodies = new ArrayList<>();
            for (int j = random.nextInt(20); j >= 0; j--) {
                bodies.add(random.nextInt(1000));
            }
            sent.add(batches.send("batch:x", bodies));
        }
        return sent;
    }
}
