package io.github.saddlebag.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.checkpoint.Trouble;
import io.github.saddlebag.deliver.DeadLetterLine;
import io.github.saddlebag.deliver.ResultSink.Place;
import io.github.saddlebag.input.LineReader;
import io.github.saddlebag.output.ResultShape;
import io.github.saddlebag.output.Rows;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.testing.Async;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One input from its first line to its last result. */
@Timeout(120)
class RunTest {

    private static RunOptions options(int chunk, int readAhead, boolean ordered, boolean details) {
        return new RunOptions(
                chunk,
                Long.MAX_VALUE,
                new Places(readAhead),
                false,
                ordered,
                ResultShape.LINES.details(details),
                Rows.LINES,
                false,
                false,
                false,
                Trouble.Limits.DEFAULT,
                Pipeline.OF_FILES);
    }

    private final ByteArrayOutputStream results = new ByteArrayOutputStream();
    private final ByteArrayOutputStream deadLetters = new ByteArrayOutputStream();
    private final AtomicBoolean stopped = new AtomicBoolean();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Run run(InputStream in, RunOptions settings) {
        return run(in, settings, results);
    }

    private Run run(InputStream in, RunOptions settings, OutputStream out) {
        return run(new LineReader(in, 50), settings, out, deadLetters);
    }

    private Run run(LineReader in, RunOptions settings, OutputStream out, OutputStream letters) {
        return new Run(new Run.Files("a.jsonl", in, 1234, out, letters, null), settings, stopped::get);
    }

    private Run run(String text, int chunk, int readAhead) {
        return run(new ByteArrayInputStream(bytes(text)), options(chunk, readAhead, true, false));
    }

    private static String lines(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> "line" + i + "\n").collect(Collectors.joining());
    }

    /** What the routes do with a chunk: each item gets its text as its answer. */
    private static void deliver(Run run, List<Item> chunk) throws IOException {
        if (chunk.isEmpty()) {
            return;
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Item item : chunk) {
            if (item.fate() == null) {
                item.identify(Long.toString(item.position().number()), true);
                item.answer(bytes("\"" + text(item) + "\""), null);
            }
            outcomes.add(item.fate());
        }
        List<Outcome> failed = outcomes.stream().filter(Outcome::failed).toList();
        for (Outcome outcome : failed) {
            String letter = DeadLetterLine.of(outcome, Instant.EPOCH) + "\n";
            run.sink().deadLetter(((Place) outcome.item().position()).sequence(), bytes(letter));
        }
        run.sink().results(((Place) chunk.get(0).position()).sequence(), outcomes, Set.of());
    }

    private static String text(Item item) {
        return new String((byte[]) item.body(), StandardCharsets.UTF_8);
    }

    /** Whether nothing more comes: an iterator that looks no further than it must may end with an empty chunk. */
    private static boolean atEnd(Run run) {
        return !run.hasNext() || run.next().isEmpty() && !run.hasNext();
    }

    private String written() {
        return results.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldReadASmallFileWhileAnotherOneIsRead() throws Exception {
        RunOptions together = options(100, 100, true, false);
        CountDownLatch isRead = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        InputStream slow = new InputStream() {
            @Override
            public int read() throws IOException {
                isRead.countDown();
                try {
                    goesOn.await();
                } catch (InterruptedException e) {
                    throw new InterruptedIOException();
                }
                return -1;
            }
        };
        Run first = new Run(
                new Run.Files("a.jsonl", new LineReader(slow, 50), 2, results, deadLetters, null),
                together,
                stopped::get);
        LineReader small = new LineReader(new ByteArrayInputStream(bytes("b\n")), 50);
        Run second = new Run(new Run.Files("b.jsonl", small, 2, results, deadLetters, null), together, stopped::get);
        CompletableFuture<Boolean> reading = CompletableFuture.supplyAsync(first::hasNext);
        isRead.await();

        CompletableFuture<List<Item>> chunk = CompletableFuture.supplyAsync(second::next);

        assertThat(chunk.get(60, TimeUnit.SECONDS)).hasSize(1);
        goesOn.countDown();
        reading.get(60, TimeUnit.SECONDS);
    }

    @Test
    void shouldReadChunksAndTellWhereEachItemCameFrom() throws Exception {
        Run run = run("a\n\nb\nc\n\n\nd\ne", 2, 100);

        List<List<String>> chunks = new ArrayList<>();
        List<String> places = new ArrayList<>();
        while (run.hasNext()) {
            List<Item> chunk = run.next();
            chunks.add(chunk.stream().map(RunTest::text).toList());
            for (Item item : chunk) {
                Place place = (Place) item.position();
                assertThat(place.sink()).isSameAs(run.sink());
                assertThat(item.headers()).isEmpty();
                places.add(place.source() + ":" + place.number() + "#" + place.sequence());
            }
        }

        assertThat(chunks).containsExactly(List.of("a", "b"), List.of("c", "d"), List.of("e"));
        assertThat(places).containsExactly("a.jsonl:1#0", "a.jsonl:3#1", "a.jsonl:4#2", "a.jsonl:7#3", "a.jsonl:8#4");
        assertThatThrownBy(run::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void shouldEndAtOnceWhereThereIsNothingToRead() throws Exception {
        for (String text : List.of("", "\n\n", "  ")) {
            Run run = run(text, 10, 100);

            assertThat(run.hasNext()).isFalse();
            run.finish();
        }
        assertThat(results.size()).isZero();
    }

    @Test
    void shouldWriteTheResultsInTheOrderOfTheInput() throws Exception {
        long seed = System.nanoTime();
        Run run = run(lines(500), 7, 1000);
        List<List<Item>> chunks = new ArrayList<>();
        run.forEachRemaining(chunks::add);
        Collections.shuffle(chunks, new Random(seed));

        for (List<Item> chunk : chunks) {
            deliver(run, chunk);
        }
        run.finish();

        String expected = IntStream.rangeClosed(1, 500)
                .mapToObj(i -> "{\"id\":" + i + ",\"result\":\"line" + i + "\"}\n")
                .collect(Collectors.joining());
        assertThat(written()).as("seed %d", seed).isEqualTo(expected);
        assertThat(run.written()).isEqualTo(500);
        assertThat(run.failed()).isZero();
    }

    @Test
    void shouldWriteTheResultsAsTheyComeWhereThatIsAskedFor() throws Exception {
        Run run = run(new ByteArrayInputStream(bytes(lines(4))), options(2, 100, false, false));
        List<Item> first = run.next();
        List<Item> second = run.next();

        deliver(run, second);
        deliver(run, first);
        run.finish();

        assertThat(written().lines().map(line -> line.substring(6, 7))).containsExactly("3", "4", "1", "2");
    }

    @Test
    void shouldTellHowFarItHasCome() throws Exception {
        Run run = run("12345\n\n67\n89", 2, 100);
        assertThat(run.name()).isEqualTo("a.jsonl");
        assertThat(run.inputBytes()).isEqualTo(1234);
        assertThat(run.bytesRead()).isZero();

        List<Item> chunk = run.next();

        assertThat(run.bytesRead()).isEqualTo(10);
        assertThat(run.written()).isZero();
        deliver(run, chunk);
        assertThat(run.written()).isEqualTo(2);
        deliver(run, run.next());
        assertThat(run.bytesRead()).isEqualTo(12);
        assertThat(run.written()).isEqualTo(3);
    }

    @Test
    void shouldNotReadFurtherAheadThanAllowed() throws Exception {
        Run run = run(lines(100), 5, 20);
        List<List<Item>> chunks = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            chunks.add(run.next());
        }
        CompletableFuture<List<Item>> fifth = Async.call(run::next);

        deliver(run, chunks.get(2));
        deliver(run, chunks.get(1));
        assertThat(fifth).as("what waits for its turn counts too").isNotDone();
        deliver(run, chunks.get(0));

        assertThat(fifth.get(60, TimeUnit.SECONDS)).extracting(RunTest::text).startsWith("line21");
    }

    @Test
    void shouldReadOnBehindASmallerChunkAtTheEndOfTheRoom() throws Exception {
        Run run = run(lines(100), 8, 10);
        List<String> read = new ArrayList<>();
        while (run.hasNext()) {
            List<Item> chunk = run.next();
            chunk.forEach(item -> read.add(text(item)));
            deliver(run, chunk);
        }
        run.finish();

        assertThat(read).hasSize(100);
    }

    @Test
    void shouldHandOnWhatIsThereInsteadOfWaitingForAFullChunk() throws Exception {
        PipedOutputStream typing = new PipedOutputStream();
        Run run = run(new PipedInputStream(typing), options(1000, 10_000, true, false));
        typing.write(bytes("a\nb\n\nhalf"));
        typing.flush();

        assertThat(run.next()).extracting(RunTest::text).containsExactly("a", "b");

        CompletableFuture<List<Item>> next = Async.call(run::next);
        typing.write(bytes(" a line\n"));
        typing.flush();
        assertThat(next.get(60, TimeUnit.SECONDS)).extracting(RunTest::text).containsExactly("half a line");
        typing.close();
        assertThat(atEnd(run)).isTrue();
    }

    /** Otherwise a chunk of long lines would fill the heap before it comes to the gate, which counts their bytes. */
    @Test
    void shouldMakeAChunkOfLongLinesSmaller() throws Exception {
        int length = 1 << 20;
        String lines = ("x".repeat(length) + "\n").repeat(20);
        Run run = run(
                new LineReader(new ByteArrayInputStream(bytes(lines)), 2 * length),
                options(100, 400, true, false),
                results,
                deadLetters);
        List<Integer> sizes = new ArrayList<>();

        run.forEachRemaining(chunk -> {
            if (!chunk.isEmpty()) {
                sizes.add(chunk.size());
            }
        });

        assertThat(sizes)
                .as("100 times 16 KiB, and what was begun")
                .containsOnly(2)
                .hasSize(10);
    }

    @Test
    void shouldFailALineThatIsTooLongAndGoOn() throws Exception {
        Run run = run("a\n" + "x".repeat(60) + "\nb\n", 10, 100);

        deliver(run, run.next());
        run.finish();

        String reason = "a.jsonl line 2: The line has 60 bytes, more than saddlebag.source.max-line allows.";
        assertThat(written().lines())
                .containsExactly(
                        "{\"id\":1,\"result\":\"a\"}",
                        "{\"id\":2,\"error\":\"" + reason + "\"}",
                        "{\"id\":3,\"result\":\"b\"}");
        assertThat(deadLetters.toString(StandardCharsets.UTF_8))
                .startsWith("{\"id\":2,\"text\":\"" + "x".repeat(60) + "\",\"reason\":\"" + reason + "\"")
                .contains("\"source\":\"a.jsonl\",\"line\":2");
        assertThat(run.failed()).isEqualTo(1);
        assertThat(run.written()).isEqualTo(3);
    }

    @Test
    void shouldAddDetailsWhereTheyAreAskedFor() throws Exception {
        Run run = run(new ByteArrayInputStream(bytes("a\n")), options(2, 100, true, true));

        deliver(run, run.next());
        run.finish();

        assertThat(written()).contains("\"success\":true");
    }

    @Test
    void shouldEndWhenItIsStopped() throws Exception {
        Run run = run(lines(100), 5, 100);
        deliver(run, run.next());
        deliver(run, run.next());

        stopped.set(true);

        assertThat(atEnd(run)).isTrue();
        assertThatThrownBy(run::finish)
                .isInstanceOf(StoppedException.class)
                .hasMessage("a.jsonl was read up to line 10 when the runtime stopped.");
        assertThat(written().lines()).hasSize(10);
    }

    @Test
    void shouldEndWhenItIsStoppedWhileItWaitsForRoom() throws Exception {
        Run run = run(lines(100), 5, 5);
        run.next();
        CompletableFuture<Boolean> end = Async.call(() -> atEnd(run));

        stopped.set(true);

        assertThat(end.get(60, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(run::finish).isInstanceOf(StoppedException.class);
    }

    @Test
    void shouldEndWhenItsThreadIsInterrupted() {
        Run run = run(lines(100), 5, 5);
        run.next();

        Thread.currentThread().interrupt();

        assertThat(atEnd(run)).isTrue();
        assertThat(Thread.interrupted()).as("it is passed on").isTrue();
        assertThatThrownBy(run::finish).isInstanceOf(StoppedException.class);
    }

    /** All lines are read, but the runtime gave a chunk back. */
    @Test
    void shouldNotBeDoneWhereAChunkWasGivenBack() throws Exception {
        Run run = run(lines(10), 5, 100);
        run.next();
        deliver(run, run.next());
        assertThat(atEnd(run)).isTrue();

        stopped.set(true);

        assertThatThrownBy(run::finish)
                .isInstanceOf(StoppedException.class)
                .hasMessage("a.jsonl: 10 of 10 items have no result line yet; the runtime stopped.");
    }

    @Test
    void shouldNotBeDoneWhereAChunkWasNotDelivered() throws Exception {
        Run run = run(lines(10), 5, 100);
        deliver(run, run.next());
        run.next();
        assertThat(atEnd(run)).isTrue();

        assertThatThrownBy(run::finish)
                .isInstanceOf(IOException.class)
                .hasMessage("a.jsonl: 5 of 10 items have no result line, for their delivery failed.");
        assertThat(written().lines()).hasSize(5);
    }

    @Test
    void shouldSayWhatWentWrongWhereTheInputCannotBeReadToItsEnd() throws Exception {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is gone");
            }
        };
        Run run = run(
                new SequenceInputStream(new ByteArrayInputStream(bytes(lines(7))), broken),
                options(5, 100, true, false));

        deliver(run, run.next());
        deliver(run, run.next());

        assertThat(atEnd(run)).isTrue();
        assertThat(run.hasNext()).as("again").isFalse();
        assertThatThrownBy(run::finish).isInstanceOf(IOException.class).hasMessage("the disk is gone");
        assertThat(written().lines()).as("what was read before").hasSize(7);
    }

    @Test
    void shouldEndWhereResultsCannotBeWritten() throws Exception {
        Full out = new Full();
        Run run = run(new ByteArrayInputStream(bytes(lines(100))), options(5, 10, true, false), out);
        List<Item> first = run.next();
        List<Item> second = run.next();
        CompletableFuture<Boolean> end = Async.call(() -> atEnd(run));

        assertThatThrownBy(() -> deliver(run, first)).isInstanceOf(IOException.class);

        assertThat(end.get(60, TimeUnit.SECONDS))
                .as("nothing more is read, although no room came free")
                .isTrue();
        assertThatThrownBy(() -> deliver(run, second)).as("nor written").isInstanceOf(IOException.class);
        assertThatThrownBy(run::finish).isInstanceOf(IOException.class).hasMessage("No space left on device");
        assertThat(run.written()).isZero();
        assertThat(out.closed).isTrue();
    }

    @Test
    void shouldEndWhereDeadLettersCannotBeWritten() throws Exception {
        Run run = run(
                new LineReader(new ByteArrayInputStream(bytes(lines(100))), 50),
                options(5, 10, true, false),
                results,
                new Full());
        List<Item> first = run.next();
        run.next();
        CompletableFuture<Boolean> end = Async.call(() -> atEnd(run));
        first.get(0).fail(new Failure("refused"), null);

        assertThatThrownBy(() -> deliver(run, first)).isInstanceOf(IOException.class);

        assertThat(end.get(60, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(run::finish).isInstanceOf(IOException.class).hasMessage("No space left on device");
        assertThat(run.failed()).isZero();
    }

    @Test
    void shouldSayWhereTheLastResultsCannotBeWritten() throws Exception {
        Full out = new Full();
        Run run = run(
                new ByteArrayInputStream(bytes(lines(3))),
                options(5, 10, true, false),
                new java.io.BufferedOutputStream(out));
        assertThatThrownBy(() -> deliver(run, run.next())).isInstanceOf(IOException.class);
        assertThat(atEnd(run)).isTrue();

        assertThatThrownBy(run::finish).isInstanceOf(IOException.class).hasMessage("No space left on device");
        assertThat(out.closed).isTrue();
    }

    @Test
    void shouldCloseAllItsFiles() throws Exception {
        AtomicBoolean inClosed = new AtomicBoolean();
        Full letters = new Full();
        InputStream in = new ByteArrayInputStream(new byte[0]) {
            @Override
            public void close() {
                inClosed.set(true);
            }
        };
        Run run = run(new LineReader(in, 50), options(5, 10, true, false), results, letters);
        assertThat(atEnd(run)).isTrue();

        run.finish();

        assertThat(inClosed).isTrue();
        assertThat(letters.closed).isTrue();
    }

    /** The routes deliver on other threads while the reader goes on. */
    @Test
    void shouldLoseNothingWhereManyThreadsDeliver() throws Exception {
        Run run = run(lines(5000), 7, 100);
        List<CompletableFuture<Void>> deliveries = new ArrayList<>();

        while (run.hasNext()) {
            List<Item> chunk = run.next();
            deliveries.add(Async.run(() -> deliver(run, chunk)));
        }
        deliveries.forEach(CompletableFuture::join);
        run.finish();

        assertThat(written().lines())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 5000)
                        .mapToObj(i -> "{\"id\":" + i + ",\"result\":\"line" + i + "\"}")
                        .toList());
        await().untilAsserted(() -> assertThat(run.written()).isEqualTo(5000));
    }

    /** A disk without room. */
    private static final class Full extends OutputStream {

        private boolean closed;

        @Override
        public void write(int b) throws IOException {
            throw new IOException("No space left on device");
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
