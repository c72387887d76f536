package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.ids;
import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.aggregate.BatchGroups;
import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.ItemFailedException;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Items become batches: by count, bytes, age of the oldest and id. */
@Timeout(120)
class BatchTest {

    /** A batch as the step after this route saw it. */
    private record Seen(List<String> ids, List<Item> items, long nanos) {}

    private final List<Seen> batches = new CopyOnWriteArrayList<>();
    private final Bundle bundle = Bundle.of("20-").stub("saddlebag-call-batch", this::answer);

    private void answer(Exchange exchange) {
        Batch batch = batchOf(exchange);
        batches.add(
                new Seen(batch.items().stream().map(Item::id).toList(), List.copyOf(batch.items()), System.nanoTime()));
        batch.items().forEach(item -> item.answer("1".getBytes(StandardCharsets.UTF_8), null));
    }

    private static Batch batchOf(Exchange exchange) {
        return exchange.getProperty(BatchConstants.BATCH, Batch.class);
    }

    private List<Integer> sizes() {
        return batches.stream().map(seen -> seen.ids.size()).sorted().toList();
    }

    @AfterEach
    void stop() {
        bundle.close();
    }

    @Test
    void shouldCloseABatchTheMomentItIsFullAndLetTheRestGoWhenItIsDue() throws Exception {
        bundle.with("saddlebag.batch.max-items", 10)
                .with("saddlebag.batch.max-wait", "800ms")
                .with("saddlebag.call.concurrency", 1)
                .start();
        long sent = System.nanoTime();

        List<Outcome> outcomes = bundle.ask(items(25));

        assertThat(outcomes).noneMatch(Outcome::failed).hasSize(25);
        assertThat(batches).extracting(seen -> seen.ids.size()).containsExactly(10, 10, 5);
        assertThat(millis(batches.get(1).nanos - sent)).isLessThan(800);
        assertThat(millis(batches.get(2).nanos - sent)).isGreaterThanOrEqualTo(800);
        assertThat(batches.stream().flatMap(seen -> seen.ids.stream())).containsExactlyElementsOf(ids(outcomes));
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    @Test
    void shouldGatherItemsOfManyCallersIntoOneBatch() throws Exception {
        bundle.with("saddlebag.batch.max-items", 30)
                .with("saddlebag.batch.max-wait", "1h")
                .start();

        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (String item : items(30)) {
            answers.add(bundle.askAsync(item));
        }
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);

        assertThat(sizes()).containsExactly(30);
    }

    @Test
    void shouldLetABatchGoWhenItsOldestItemIsDueThoughItemsKeepComing() throws Exception {
        bundle.with("saddlebag.batch.max-wait", "150ms").start();
        ScheduledExecutorService callers = Executors.newScheduledThreadPool(1);
        AtomicInteger number = new AtomicInteger();
        try {
            // an idle timeout would never pass
            callers.scheduleAtFixedRate(
                    () -> bundle.askAsync(item("i" + number.incrementAndGet())), 0, 10, TimeUnit.MILLISECONDS);

            await().atMost(Duration.ofSeconds(60)).until(() -> batches.size() >= 3);
        } finally {
            callers.shutdownNow();
        }
        assertThat(batches.get(0).ids).hasSizeBetween(2, 60);
    }

    @Test
    void shouldNeverOvershootTheBytesOnTheWire() throws Exception {
        bundle.with("saddlebag.batch.max-bytes", "1KB").start();
        String text = "x".repeat(280);
        List<String> items = IntStream.range(0, 10)
                .mapToObj(i -> "{\"id\":" + i + ",\"text\":\"" + text + "\"}")
                .toList();

        List<Outcome> outcomes = bundle.ask(items);

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(batches).allSatisfy(seen -> assertThat(bytes(seen)).isLessThanOrEqualTo(1024));
        assertThat(sizes()).containsExactly(1, 3, 3, 3);
    }

    private static int bytes(Seen seen) {
        return seen.items.stream().mapToInt(item -> item.wire().length + 1).sum();
    }

    @Test
    void shouldSendAnItemAloneThatIsLargerThanABatchMayBe() throws Exception {
        bundle.with("saddlebag.batch.max-bytes", "1KB").start();
        String large = "{\"id\":\"large\",\"text\":\"" + "x".repeat(3000) + "\"}";

        List<Outcome> outcomes = bundle.ask(List.of(item("a"), large, item("b")));

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(batches).extracting(Seen::ids).contains(List.of("large"));
    }

    @Test
    void shouldNeverPutAnIdTwiceInABatch() throws Exception {
        bundle.start();

        List<Outcome> outcomes =
                bundle.ask(List.of(item("a"), item("b"), item("a"), item("c"), item("a"), item("c"), item("d")));

        assertThat(outcomes).noneMatch(Outcome::failed).hasSize(7);
        assertThat(batches)
                .allSatisfy(seen -> assertThat(new HashSet<>(seen.ids)).hasSameSizeAs(seen.ids));
        assertThat(batches.stream().flatMap(seen -> seen.ids.stream()))
                .containsExactlyInAnyOrder("a", "b", "a", "c", "a", "c", "d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"id\":\"a\"", "{\"id\":\"a\"} {}", "no json", "", "[1,2", "{\"id\":\"a\",}"})
    void shouldFailAnItemThatIsNoJsonBeforeAnyBatch(String notJson) throws Exception {
        bundle.start();

        List<Outcome> outcomes = bundle.ask(List.of(item("b"), notJson, item("c")));

        assertThat(outcomes).extracting(Outcome::failed).containsExactly(false, true, false);
        assertThat(batches.stream().flatMap(seen -> seen.ids.stream())).containsExactlyInAnyOrder("b", "c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"name\":\"a\"}", "{\"id\":null}", "{\"id\":true}", "{\"id\":{\"a\":1}}", "[1]", "7"})
    void shouldFailAnItemWithoutAnId(String item) throws Exception {
        bundle.start();

        List<Outcome> outcomes = bundle.ask(List.of(item, item("b")));

        assertThat(outcomes.get(0).failure().reason()).contains("/id", "saddlebag.item.id");
        assertThat(outcomes.get(1).failed()).isFalse();
    }

    @Test
    void shouldTakeMapsAndKeepTheHeadersOfAnItem() throws Exception {
        bundle.start();

        bundle.template().requestBodyAndHeaders("batch:saddlebag", Map.of("id", "a", "n", 1), Map.of("tenant", "blue"));

        Item item = batches.get(0).items.get(0);
        assertThat(new String(item.wire(), StandardCharsets.UTF_8)).contains("\"id\":\"a\"", "\"n\":1");
        assertThat(item.headers()).containsEntry("tenant", "blue");
    }

    @Test
    void shouldFailWhatNoStepHasSettledWithAReason() throws Exception {
        try (Bundle forgetful = Bundle.of("20-")
                .stub(
                        "saddlebag-call-batch",
                        exchange -> batchOf(exchange).items().get(0).answer(new byte[] {'1'}, null))
                .start()) {

            List<Outcome> outcomes = forgetful.ask(items(3));

            assertThat(outcomes).extracting(Outcome::failed).containsExactly(false, true, true);
            assertThat(outcomes.get(1).failure().reason()).contains("No answer for this item");
        }
    }

    @Test
    void shouldFailTheItemsOfABatchWhoseStepFailedAndGoOnWithTheNext() throws Exception {
        try (Bundle failing = Bundle.of("20-")
                .with("saddlebag.batch.max-items", 2)
                .stub("saddlebag-call-batch", exchange -> {
                    if (batchOf(exchange).items().get(0).id().equals("i3")) {
                        throw new IllegalStateException("the database is shut");
                    }
                    answer(exchange);
                })
                .start()) {

            List<Outcome> outcomes = failing.ask(items(6));

            assertThat(outcomes).extracting(Outcome::failed).containsExactly(false, false, true, true, false, false);
            assertThat(outcomes.get(2).failure().reason()).contains("the database is shut");
            assertThatThrownBy(() -> failing.template().requestBody("batch:saddlebag", item("i3")))
                    .hasRootCauseInstanceOf(ItemFailedException.class);
        }
    }

    @Test
    void shouldHoldNoMoreItemsThanMaxInFlight() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger held = new AtomicInteger();
        try (Bundle holding = Bundle.of("20-")
                .with("saddlebag.batch.max-items", 5)
                .with("saddlebag.batch.max-in-flight", 20)
                .with("saddlebag.call.concurrency", 16)
                .stub("saddlebag-call-batch", exchange -> {
                    held.addAndGet(batchOf(exchange).size());
                    go.await();
                    answer(exchange);
                })
                .start()) {
            List<CompletableFuture<String>> answers = new ArrayList<>();
            for (String item : items(60)) {
                answers.add(holding.askAsync(item));
            }

            await().until(() -> held.get() == 20);
            await().during(Duration.ofMillis(200)).until(() -> held.get() == 20);
            go.countDown();

            CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
            assertThat(held).hasValue(60);
        }
    }

    @Test
    void shouldFinishTheOpenBatchAtOnceWhenTheRuntimeStops() throws Exception {
        bundle.with("saddlebag.batch.max-wait", "1h").start();
        CompletableFuture<String> answer = bundle.askAsync(item("a"));
        await().until(() -> !groups().getKeys().isEmpty());

        bundle.close();

        assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo("1");
    }

    private BatchGroups groups() {
        return bundle.context().getRegistry().lookupByNameAndType("saddlebagGroups", BatchGroups.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "saddlebag.batch.max-items=0",
                "saddlebag.batch.max-items=many",
                "saddlebag.batch.max-bytes=5",
                "saddlebag.batch.max-wait=500",
                "saddlebag.batch.max-wait=-1s",
                "saddlebag.batch.max-in-flight=0",
            })
    void shouldNotStartWithABadValue(String setting) {
        String[] parts = setting.split("=");
        bundle.with(parts[0], parts[1]);

        assertThatThrownBy(bundle::start).rootCause().hasMessageContaining(parts[1]);
    }
}
