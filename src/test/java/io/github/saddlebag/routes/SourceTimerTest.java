package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.ids;
import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.timer.WatchList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A watch list is sent again in each period, one turn at a time, and what comes of it is delivered. */
@Timeout(120)
class SourceTimerTest {

    @TempDir
    private Path folder;

    private final TestApi api = TestApi.start(TestApi::echo);
    private final CountDownLatch go = new CountDownLatch(1);
    private final List<List<Outcome>> delivered = new CopyOnWriteArrayList<>();
    private Path list;
    private Bundle bundle;

    @BeforeEach
    @SuppressWarnings("unchecked")
    void makeList() throws Exception {
        list = Files.write(folder.resolve("symbols.jsonl"), items(5));
        bundle = Bundle.all()
                .with("saddlebag.call.url", api.url())
                .with("saddlebag.source.timer.enabled", true)
                .with("saddlebag.source.timer.list", list)
                .with("saddlebag.source.timer.period", "50ms")
                .without("50-")
                .stub(
                        "saddlebag-deliver",
                        exchange -> delivered.add(exchange.getMessage().getBody(List.class)));
    }

    @AfterEach
    void stop() {
        go.countDown();
        bundle.close();
        api.close();
    }

    private List<Outcome> outcomes() {
        return delivered.stream().flatMap(List::stream).toList();
    }

    @Test
    void shouldDeliverWhatIsAnsweredWhileOthersOfTheTurnAreUnderWay() throws Exception {
        api.behave(request -> {
            if (request.ids().contains("i4")) {
                go.await();
            }
            return TestApi.echo(request);
        });
        bundle.with("saddlebag.source.timer.period", "1h")
                .with("saddlebag.batch.max-items", 1)
                .start();

        await().until(() -> outcomes().size() == 4);
        assertThat(ids(outcomes())).doesNotContain("i4");
        go.countDown();

        await().until(() -> outcomes().size() == 5);
    }

    private long skipped() {
        return bundle.context()
                .getRegistry()
                .lookupByNameAndType("saddlebagWatchList", WatchList.class)
                .skipped();
    }

    @Test
    void shouldSendTheListInEachPeriodAndDeliverTheOutcomes() throws Exception {
        bundle.start();

        await().until(() -> delivered.size() >= 3);

        assertThat(List.copyOf(delivered)).allSatisfy(turn -> {
            assertThat(ids(turn)).containsExactly("i1", "i2", "i3", "i4", "i5");
            assertThat(turn).noneMatch(Outcome::failed);
            assertThat(turn.get(4).item().position().source()).isEqualTo("symbols.jsonl");
            assertThat(turn.get(4).item().position().number()).isEqualTo(5);
        });
    }

    @Test
    void shouldSkipAndCountTheTurnsThatWouldOverlap() throws Exception {
        api.behave(request -> {
            go.await();
            return TestApi.echo(request);
        });
        bundle.start();

        await().until(() -> skipped() >= 3 && !api.requests().isEmpty());
        assertThat(api.requests()).hasSize(1);
        assertThat(delivered).isEmpty();
        go.countDown();

        await().until(() -> delivered.size() >= 2);
    }

    @Test
    void shouldReadALongListInChunksThatLeaveRoomForOthers() throws Exception {
        Files.write(list, items(95));
        bundle.with("saddlebag.batch.max-in-flight", 20)
                .with("saddlebag.source.timer.period", "1h")
                .start();

        await().until(() -> outcomes().size() == 95);

        assertThat(delivered)
                .hasSizeGreaterThanOrEqualTo(10)
                .allSatisfy(chunk -> assertThat(chunk).hasSizeLessThanOrEqualTo(10));
    }

    @Test
    void shouldDeliverTheFailedToo() throws Exception {
        Files.write(list, List.of(item("a"), "no json", item("b")));
        bundle.with("saddlebag.source.timer.period", "1h").start();

        await().until(() -> outcomes().size() == 3);

        assertThat(outcomes().stream().filter(Outcome::failed))
                .singleElement()
                .satisfies(failed -> assertThat(failed.failure().reason()).startsWith("symbols.jsonl line 2: "));
    }

    @Test
    void shouldReadTheListAnewInEachTurnAndBearThatItIsGone() throws Exception {
        Files.delete(list);
        bundle.start();
        await().until(() -> bundle.context().getRoute("saddlebag-source-timer").getUptimeMillis() > 200);
        assertThat(delivered).isEmpty();

        Files.write(list, List.of(item("new")));

        await().until(() -> !delivered.isEmpty());
        assertThat(ids(delivered.get(0))).containsExactly("new");
    }

    @Test
    void shouldReadAListOfTheClassPath() throws Exception {
        bundle.with("saddlebag.source.timer.list", "classpath:cases/plain-array/items.jsonl")
                .start();

        await().until(() -> !delivered.isEmpty());

        assertThat(delivered.get(0)).hasSize(3).noneMatch(Outcome::failed);
        assertThat(delivered.get(0).get(0).item().position().source()).isEqualTo("items.jsonl");
    }

    @Test
    void shouldAppendResultsAndDeadLettersToTheFilesOfTheList() throws Exception {
        bundle.close();
        Path outbox = folder.resolve("outbox");
        Files.write(list, List.of(item("a"), "no json", item("b")));
        bundle = Bundle.all()
                .with("saddlebag.call.url", api.url())
                .with("saddlebag.source.timer.enabled", true)
                .with("saddlebag.source.timer.list", list)
                .with("saddlebag.source.timer.period", "50ms")
                .with("saddlebag.deliver.directory", outbox)
                .start();

        await().until(() -> lines(outbox.resolve("symbols.jsonl.results.jsonl")).size() >= 6);

        assertThat(lines(outbox.resolve("symbols.jsonl.results.jsonl")).subList(0, 3))
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).startsWith("{\"id\":\"a\",\"result\":"),
                        line -> assertThat(line).startsWith("{\"id\":2,\"error\":"),
                        line -> assertThat(line).startsWith("{\"id\":\"b\",\"result\":"));
        assertThat(lines(outbox.resolve("symbols.jsonl.failed.jsonl")).get(0))
                .contains("no json", "\"source\":\"symbols.jsonl\",\"line\":2");
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    @Test
    void shouldBeginAnewAfterATurnThatCouldNotBeDelivered() throws Exception {
        bundle.close();
        List<String> attempts = new CopyOnWriteArrayList<>();
        bundle = Bundle.all()
                .with("saddlebag.call.url", api.url())
                .with("saddlebag.source.timer.enabled", true)
                .with("saddlebag.source.timer.list", list)
                .with("saddlebag.source.timer.period", "50ms")
                .without("50-")
                .stub("saddlebag-deliver", exchange -> {
                    attempts.add("one");
                    throw new IllegalStateException("the disk is full");
                })
                .start();

        await().until(() -> attempts.size() >= 3);
    }

    @Test
    void shouldStopInTheMiddleOfATurn() throws Exception {
        api.behave(request -> TestApi.answer(500, ""));
        bundle.with("saddlebag.call.back-off", "30s")
                .with("saddlebag.call.max-back-off", "30s")
                .start();
        await().until(() -> !api.requests().isEmpty());

        bundle.context().stop();

        assertThat(delivered).isEmpty();
    }

    @Test
    void shouldRefuseAPeriodOfNothing() {
        bundle.with("saddlebag.source.timer.period", "0ms");

        assertThatThrownBy(bundle::start).rootCause().hasMessageContaining("saddlebag.source.timer.period is '0ms'");
    }

    @Test
    void shouldNotBeThereUnlessItIsEnabled() throws Exception {
        bundle.with("saddlebag.source.timer.enabled", false).start();

        assertThat(bundle.context().getRoute("saddlebag-source-timer")).isNull();
    }

    @Test
    void shouldEndATurnWhoseListCannotBeRead() throws Exception {
        Files.delete(list);
        Files.createDirectory(list);
        bundle.with("saddlebag.source.timer.period", "1h").start();
        WatchList watchList = bundle.context().getRegistry().lookupByNameAndType("saddlebagWatchList", WatchList.class);

        Iterator<List<Item>> turn = watchList.read(new DefaultExchange(bundle.context()));

        assertThatThrownBy(turn::hasNext).hasMessageContaining("directory");
        // asked again, as the Splitter does when it ends, it would fail once more, and that is logged with its stack
        assertThat(turn.hasNext()).isFalse();
    }
}
