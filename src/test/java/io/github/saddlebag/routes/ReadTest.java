package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.ids;
import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.deliver.ResultSink;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.testing.Bundle;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file or a stream becomes chunks of items, and each chunk is delivered with all its fates. */
@Timeout(120)
class ReadTest {

    @TempDir
    private Path folder;

    private final List<String> called = new CopyOnWriteArrayList<>();
    private final List<List<Outcome>> delivered = new CopyOnWriteArrayList<>();
    private final CountDownLatch go = new CountDownLatch(1);
    private volatile String held = "";
    private volatile Processor delivery = this::deliver;
    private final Bundle bundle = Bundle.of("15-", "16-", "20-")
            .with("saddlebag.batch.max-items", 5)
            .stub("saddlebag-call-batch", this::answer)
            .stub("saddlebag-deliver", exchange -> delivery.process(exchange));

    private void answer(Exchange exchange) throws InterruptedException {
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        List<String> ids = batch.items().stream().map(i -> i.id()).toList();
        called.addAll(ids);
        if (ids.contains(held)) {
            go.await();
        }
        batch.items().forEach(item -> item.answer(item.wire(), null));
    }

    @SuppressWarnings("unchecked")
    private void deliver(Exchange exchange) throws IOException {
        List<Outcome> outcomes = exchange.getMessage().getBody(List.class);
        if (outcomes.isEmpty()) {
            return;
        }
        delivered.add(outcomes);
        ResultSink.Place first = place(outcomes.get(0));
        first.sink().results(first.sequence(), outcomes, Set.of());
    }

    private static ResultSink.Place place(Outcome outcome) {
        return (ResultSink.Place) outcome.item().position();
    }

    @AfterEach
    void stop() {
        go.countDown();
        bundle.close();
    }

    private void start() throws Exception {
        bundle.with("saddlebag.deliver.directory", folder.resolve("out")).start();
    }

    private Path file(List<String> lines) throws IOException {
        return Files.write(folder.resolve("items.jsonl"), lines);
    }

    private CompletableFuture<Exchange> read(Object input) {
        return bundle.template()
                .asyncSend(
                        "direct:saddlebag-read",
                        exchange -> exchange.getMessage().setBody(input));
    }

    private Exception problemOf(Object input) throws Exception {
        return read(input).get(60, TimeUnit.SECONDS).getException();
    }

    private List<Outcome> outcomes() {
        return delivered.stream().flatMap(List::stream).toList();
    }

    @Test
    void shouldReadAPathAFileAndAStream() throws Exception {
        start();
        Path path = file(items(3));

        assertThat(problemOf(path)).isNull();
        assertThat(problemOf(path.toFile())).isNull();
        assertThat(problemOf(new ByteArrayInputStream(Files.readAllBytes(path))))
                .isNull();

        assertThat(ids(outcomes())).containsExactly("i1", "i2", "i3", "i1", "i2", "i3", "i1", "i2", "i3");
    }

    @Test
    void shouldKnowEachItemsSourceAndLine() throws Exception {
        start();

        read(file(List.of("", item("a"), "  ", "\t", item("b"), item("c"), ""))).get(60, TimeUnit.SECONDS);

        assertThat(outcomes()).extracting(o -> place(o).number()).containsExactly(2L, 5L, 6L);
        assertThat(outcomes()).extracting(o -> place(o).sequence()).containsExactly(0L, 1L, 2L);
        assertThat(outcomes()).extracting(o -> place(o).source()).containsOnly("items.jsonl");
    }

    @Test
    void shouldDeliverChunksThatFollowEachOtherWithoutAGap() throws Exception {
        start();

        assertThat(problemOf(file(items(203)))).isNull();

        assertThat(outcomes()).hasSize(203).noneMatch(Outcome::failed);
        assertThat(delivered)
                .hasSizeGreaterThan(5)
                .allSatisfy(chunk -> assertThat(chunk)
                        .extracting(outcome -> place(outcome).sequence())
                        .containsExactlyElementsOf(IntStream.range(0, chunk.size())
                                .mapToObj(i -> place(chunk.get(0)).sequence() + i)
                                .toList()));
        assertThat(outcomes().stream().map(o -> place(o).sequence()).sorted())
                .containsExactlyElementsOf(
                        IntStream.range(0, 203).mapToObj(i -> (long) i).toList());
    }

    @Test
    void shouldReadOnAndDeliverWhileAnEarlierBatchIsUnderWay() throws Exception {
        held = "i1";
        start();

        CompletableFuture<Exchange> run = read(file(items(100)));

        await().until(() -> outcomes().size() == 95);
        assertThat(run).isNotDone();
        go.countDown();
        assertThat(run.get(60, TimeUnit.SECONDS).getException()).isNull();
        assertThat(outcomes()).hasSize(100);
    }

    @Test
    void shouldReadOnPastWhatIsKeptBehindAnItemWithoutAnAnswer() throws Exception {
        held = "i1";
        bundle.with("saddlebag.batch.max-in-flight", 40);
        start();

        CompletableFuture<Exchange> run = read(file(items(300)));

        await().until(() -> outcomes().size() == 295);
        assertThat(run).isNotDone();
        Path out = folder.resolve("out/items.jsonl.results.jsonl");
        assertThat(out).isEmptyFile();
        go.countDown();
        assertThat(run.get(60, TimeUnit.SECONDS).getException()).isNull();
        assertThat(Files.readAllLines(out))
                .hasSize(300)
                .satisfies(lines -> assertThat(lines.get(0)).contains("\"i1\""))
                .satisfies(lines -> assertThat(lines.get(299)).contains("\"i300\""));
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.contains(".kept") || name.contains(".checkpoint"));
        }
    }

    @Test
    void shouldNotReadFurtherThanMaxInFlightPastWhatIsWrittenOrKept() throws Exception {
        held = "i1";
        bundle.with("saddlebag.batch.max-in-flight", 40).with("saddlebag.deliver.keep", "1B");
        start();

        CompletableFuture<Exchange> run = read(file(items(300)));

        await().until(() -> called.size() == 40);
        await().during(Duration.ofMillis(300)).until(() -> called.size() == 40);
        go.countDown();
        assertThat(run.get(60, TimeUnit.SECONDS).getException()).isNull();
        assertThat(outcomes()).hasSize(300);
    }

    @Test
    void shouldReadAFileThoughOnlyOneItemMayBeInFlight() throws Exception {
        bundle.with("saddlebag.batch.max-in-flight", 1);
        start();

        assertThat(problemOf(file(items(3)))).isNull();

        assertThat(ids(outcomes())).containsExactly("i1", "i2", "i3");
    }

    @Test
    void shouldFailALineThatIsTooLongAndReadTheNext() throws Exception {
        bundle.with("saddlebag.source.max-line", "1KB");
        start();

        read(file(List.of(item("a"), "{\"id\":\"b\",\"text\":\"" + "x".repeat(200_000) + "\"}", item("c"))))
                .get(60, TimeUnit.SECONDS);

        // it needs no request, so that it may be the first to be done
        assertThat(ids(outcomes())).containsExactlyInAnyOrder("a", "2", "c");
        assertThat(outcomes()).filteredOn(Outcome::failed).singleElement().satisfies(failed -> {
            assertThat(failed.item().id()).isEqualTo("2");
            assertThat(failed.failure().reason()).contains("line 2", "200020 bytes", "saddlebag.source.max-line");
        });
        assertThat(called).containsExactly("a", "c");
    }

    @Test
    void shouldHandOnTheLinesOfASlowStreamAsTheyCome() throws Exception {
        start();
        try (PipedOutputStream writer = new PipedOutputStream();
                PipedInputStream reader = new PipedInputStream(writer)) {
            CompletableFuture<Exchange> run = read(reader);

            writer.write((item("a") + "\n").getBytes(StandardCharsets.UTF_8));
            writer.flush();
            await().until(() -> delivered.size() == 1);
            writer.write((item("b") + "\n" + item("c")).getBytes(StandardCharsets.UTF_8));
            writer.close();

            assertThat(run.get(60, TimeUnit.SECONDS).getException()).isNull();
            assertThat(ids(outcomes())).containsExactlyInAnyOrder("a", "b", "c");
        }
    }

    @Test
    void shouldFailARunWhoseChunkCannotBeDelivered() throws Exception {
        delivery = exchange -> {
            throw new IOException("No space left on device");
        };
        start();

        assertThat(problemOf(file(items(3)))).hasMessageContaining("No space left");
    }

    @Test
    void shouldEndARunWhoseFirstChunkCannotBeDeliveredThoughMoreIsToBeRead() throws Exception {
        delivery = exchange -> {
            delivery = this::deliver;
            throw new IOException("No space left on device");
        };
        bundle.with("saddlebag.batch.max-in-flight", 40);
        start();

        assertThat(problemOf(file(items(300)))).hasMessageContaining("No space left");
    }

    @Test
    void shouldFailARunWhoseInputEndsInAnErrorAfterItDeliveredWhatCame() throws Exception {
        start();
        InputStream torn = new SequenceInputStream(
                new ByteArrayInputStream((item("a") + "\n" + item("b") + "\n").getBytes(StandardCharsets.UTF_8)),
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("the disk is gone");
                    }
                });

        assertThat(problemOf(torn)).hasMessageContaining("the disk is gone");
        assertThat(ids(outcomes())).containsExactly("a", "b");
    }

    @Test
    void shouldFailARunWhoseInputIsNotThere() throws Exception {
        start();

        assertThat(problemOf(folder.resolve("missing.jsonl"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void shouldDeliverNothingOfAnEmptyFileAndLeaveAnEmptyResult() throws Exception {
        start();

        assertThat(problemOf(file(List.of()))).isNull();

        assertThat(delivered).isEmpty();
        assertThat(folder.resolve("out/items.jsonl.results.jsonl")).isEmptyFile();
    }

    @Test
    void shouldGiveBackWhatIsNotDoneWhenTheRuntimeStops() throws Exception {
        held = "i1";
        bundle.with("saddlebag.batch.max-in-flight", 40).with("saddlebag.deliver.keep", "1B");
        start();
        CompletableFuture<Exchange> run = read(file(items(300)));
        await().until(() -> called.size() == 40);

        CompletableFuture<Void> stopped = CompletableFuture.runAsync(bundle::close);
        await().until(() -> bundle.context().isStopping());
        go.countDown();
        stopped.get(15, TimeUnit.SECONDS);

        assertThat(run.get(60, TimeUnit.SECONDS).getException()).isInstanceOf(StoppedException.class);
        assertThat(outcomes()).hasSizeLessThanOrEqualTo(40).noneMatch(Outcome::failed);
    }
}
