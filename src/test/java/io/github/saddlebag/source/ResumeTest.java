package io.github.saddlebag.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.TestSettings;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.checkpoint.CheckpointFile;
import io.github.saddlebag.deliver.ResultSink.Place;
import io.github.saddlebag.input.InputFormat;
import io.github.saddlebag.setting.Pipeline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a run that was left unfinished does when it is started again. */
@Timeout(120)
class ResumeTest {

    private static final int WINDOW = 40;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final long seed = Long.getLong("saddlebag.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    private Path folder;

    private Path input;
    private Path results;
    private Path letters;
    private Path checkpoint;
    private boolean ordered = true;
    private String dependOn = "";

    @BeforeEach
    void nameFiles() {
        context.start();
        input = folder.resolve("items");
        results = folder.resolve("results.jsonl");
        letters = folder.resolve("failed.jsonl");
        checkpoint = folder.resolve("results.jsonl.checkpoint");
    }

    @AfterEach
    void close() throws Exception {
        context.close();
    }

    private Run open(String format) throws Exception {
        Runs runs = new Runs(
                TestSettings.of(
                        "deliver.file",
                        results.toString(),
                        "dead-letter.file",
                        letters.toString(),
                        "batch.max-in-flight",
                        "" + WINDOW,
                        "batch.max-items",
                        "2",
                        "source.format",
                        format,
                        "deliver.ordered",
                        "" + ordered),
                Pipeline.OF_FILES);
        runs.setCamelContext(context);
        runs.setResultsDependOn(dependOn);
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(input);
        runs.open(exchange);
        return (Run) runs.read(exchange);
    }

    /** Every seventh item fails. */
    private static void deliver(Run run, List<Item> chunk) throws IOException {
        List<Outcome> outcomes = new ArrayList<>();
        for (Item item : chunk) {
            item.identify(Long.toString(item.position().number()), true);
            if (item.position().number() % 7 == 0) {
                item.fail(new Failure("refused"), null);
                run.sink()
                        .deadLetter(
                                ((Place) item.position()).sequence(),
                                bytes(item.position().number() + "\n"));
            } else {
                item.answer(item.body(), null);
            }
            outcomes.add(item.fate());
        }
        run.sink().results(((Place) chunk.get(0).position()).sequence(), outcomes, Set.of());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Delivers chunks in any order, and stops somewhere; true: it came to its end. */
    private boolean live(Run run, boolean toTheEnd) throws Exception {
        int chunks = toTheEnd ? Integer.MAX_VALUE : random.nextInt(60);
        List<List<Item>> open = new ArrayList<>();
        for (int i = 0; i < chunks && run.hasNext(); i++) {
            List<Item> next = run.next();
            if (!next.isEmpty()) {
                open.add(next);
            }
            while (!open.isEmpty() && random.nextInt(3) == 0) {
                deliver(run, open.remove(random.nextInt(open.size())));
            }
            // else there would be no room for the next
            while (!open.isEmpty() && run.read() - first(open.get(0)) > WINDOW / 2) {
                deliver(run, open.remove(0));
            }
        }
        if (toTheEnd) {
            for (List<Item> chunk : open) {
                deliver(run, chunk);
            }
            assertThat(run.hasNext() && !run.next().isEmpty()).isFalse();
            run.finish();
        }
        return toTheEnd;
    }

    private static long first(List<Item> chunk) {
        return ((Place) chunk.get(0).position()).sequence();
    }

    private void write(InputFormat format, int count) throws IOException {
        List<String> items = IntStream.rangeClosed(1, count)
                .mapToObj(i -> "item " + "x".repeat(i % 50) + i)
                .toList();
        List<String> text = new ArrayList<>();
        switch (format) {
            case JSONL -> items.forEach(i -> text.add("\"" + i + "\""));
            case LINES -> text.addAll(items);
            case CSV -> {
                text.add("a,b");
                items.forEach(i -> text.add(i + ",\"x\n" + i + "\""));
            }
            case JSON -> {
                items.forEach(i -> text.add((text.isEmpty() ? "[" : ",") + "{\"a\":\"" + i + "\"}"));
                text.add("]");
            }
        }
        Files.write(input, text);
    }

    private List<String> expected(InputFormat format, int count) throws Exception {
        Path kept = results;
        Path keptLetters = letters;
        boolean keptOrder = ordered;
        results = folder.resolve("expected.jsonl");
        letters = folder.resolve("expected.failed.jsonl");
        ordered = true;
        Run run = open(format.word());
        live(run, true);
        run.forget();
        List<String> lines = Files.readAllLines(results);
        assertThat(lines).hasSize(count);
        results = kept;
        letters = keptLetters;
        ordered = keptOrder;
        return lines;
    }

    @ParameterizedTest
    @EnumSource(value = InputFormat.class, mode = EnumSource.Mode.EXCLUDE, names = "DOCUMENT")
    void shouldWriteEachResultOnceInOrderWhereverItEnded(InputFormat format) throws Exception {
        write(format, 2000);
        List<String> expected = expected(format, 2000);

        liveUntilDone(format);

        assertThat(Files.readAllLines(results)).as("seed %d", seed).isEqualTo(expected);
        assertThat(letters).as("seed %d", seed).hasSameTextualContentAs(folder.resolve("expected.failed.jsonl"));
    }

    @Test
    void shouldWriteEachResultOnceWhereNoOrderIsAskedFor() throws Exception {
        ordered = false;
        write(InputFormat.JSONL, 2000);
        List<String> expected = expected(InputFormat.JSONL, 2000);

        liveUntilDone(InputFormat.JSONL);

        assertThat(Files.readAllLines(results)).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(Files.readAllLines(letters))
                .containsExactlyInAnyOrderElementsOf(Files.readAllLines(folder.resolve("expected.failed.jsonl")));
    }

    private void liveUntilDone(InputFormat format) throws Exception {
        boolean done = false;
        long mostRead = 0;
        for (int life = 0; !done; life++) {
            Run run = open(format.word());
            long before = run.read();
            assertThat(mostRead - before).as("read again; seed %d", seed).isLessThanOrEqualTo(WINDOW);
            done = live(run, life > 20);
            mostRead = Math.max(mostRead, run.read());
            assertThat(run.written()).isEqualTo(done ? 2000 : run.written());
            if (done) {
                assertThat(run.failed()).isEqualTo(Files.readAllLines(letters).size());
                run.forget();
            } else {
                // what a crash leaves: torn lines behind the checkpoint
                run.abandon();
                Files.writeString(results, "{\"id\":", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                if (Files.exists(letters)) {
                    Files.writeString(letters, "{\"to", StandardOpenOption.APPEND);
                }
            }
        }
        assertThat(checkpoint).doesNotExist();
    }

    /** Leaves a run behind that has done some of its items. */
    private void leaveUnfinished() throws Exception {
        write(InputFormat.JSONL, 200);
        Run run = open("jsonl");
        for (int i = 0; i < 5; i++) {
            deliver(run, run.next());
        }
        await().until(() -> CheckpointFile.read(checkpoint).written().items() == 40);
        run.abandon();
    }

    private Run assertGoesOn(boolean goesOn) throws Exception {
        long done = CheckpointFile.read(checkpoint).written().items();
        assertThat(done).isPositive();
        Run run = open("jsonl");
        assertThat(run.writtenBefore()).isEqualTo(goesOn ? done : 0);
        return run;
    }

    @Test
    void shouldGoOnWhereTheInputHasGrown() throws Exception {
        leaveUnfinished();
        Files.writeString(input, "\"one more\"\n", StandardOpenOption.APPEND);

        Run run = assertGoesOn(true);
        live(run, true);

        assertThat(Files.readAllLines(results)).hasSize(201);
    }

    @Test
    void shouldBeginAnewWhereTheInputWasReplaced() throws Exception {
        leaveUnfinished();
        List<String> lines = Files.readAllLines(input);
        lines.set(0, "\"another\"");
        Files.write(input, lines);

        assertGoesOn(false);
        assertThat(results).isEmptyFile();
    }

    @Test
    void shouldGoOnWhereTheInputWasCopiedToItsPlace() throws Exception {
        leaveUnfinished();
        Path copy = Files.copy(input, folder.resolve("copy"));
        Files.delete(input);
        Files.move(copy, input);

        assertGoesOn(true);
    }

    @Test
    void shouldBeginAnewWithAnotherInput() throws Exception {
        leaveUnfinished();
        input = Files.copy(input, folder.resolve("other"));

        assertGoesOn(false);
    }

    @Test
    void shouldBeginAnewWithOtherSettings() throws Exception {
        leaveUnfinished();
        dependOn = "http://another.address/";

        assertGoesOn(false);
    }

    @Test
    void shouldBeginAnewWhereTheResultsAreGone() throws Exception {
        leaveUnfinished();
        Files.delete(results);

        assertGoesOn(false);
    }

    @Test
    void shouldBeginAnewWhereTheResultsAreCut() throws Exception {
        leaveUnfinished();
        Files.writeString(results, "");

        assertGoesOn(false);
    }

    @Test
    void shouldBeginAnewWhereTheCheckpointIsNone() throws Exception {
        leaveUnfinished();
        for (String text : List.of("", "{", "{\"version\":99}", "[]", "\u0000\u0000\u0000")) {
            Files.writeString(checkpoint, text);

            Run run = open("jsonl");

            assertThat(run.writtenBefore()).isZero();
            run.abandon();
        }
    }

    /** Killed between its last line and the end of its process. */
    @Test
    void shouldDoNothingAgainWhereAllWasDone() throws Exception {
        write(InputFormat.JSONL, 100);
        Run first = open("jsonl");
        live(first, true);
        first.release();
        List<String> lines = Files.readAllLines(results);

        Run again = open("jsonl");

        assertThat(again.writtenBefore()).isEqualTo(100);
        assertThat(again.hasNext() && !again.next().isEmpty()).isFalse();
        again.finish();
        again.forget();
        assertThat(Files.readAllLines(results)).isEqualTo(lines);
        assertThat(checkpoint).doesNotExist();
        assertThat(open("jsonl").writtenBefore())
                .as("it is done; the next one writes anew")
                .isZero();
    }

    @Test
    void shouldBeginNothingWhereTheCheckpointCannotBeWritten() throws Exception {
        write(InputFormat.JSONL, 100);
        Files.writeString(Files.createDirectory(checkpoint).resolve("x"), "in the way");

        assertThatThrownBy(() -> open("jsonl")).isInstanceOf(IOException.class).hasMessageContaining("checkpoint");

        assertThat(results).doesNotExist();
    }

    /** The older of the two stands, whatever became of the newer. */
    @Test
    void shouldGoOnFromTheCheckpointBeforeOneThatWasTorn() throws Exception {
        for (int slot = 0; slot < 2; slot++) {
            leaveUnfinished();
            byte[] bytes = Files.readAllBytes(checkpoint);
            bytes[slot * CheckpointFile.SLOT + 100] ^= 1;
            Files.write(checkpoint, bytes);

            Run run = open("jsonl");
            live(run, true);
            run.forget();

            assertThat(Files.readAllLines(results)).hasSize(200).doesNotHaveDuplicates();
        }
    }

    @Test
    void shouldNotReadAgainWhatIsKeptBehindAnItemWithoutAnAnswer() throws Exception {
        ordered = true;
        write(InputFormat.JSONL, 200);
        Run run = open("jsonl");
        List<Item> first = run.next();
        while (run.hasNext()) {
            List<Item> chunk = run.next();
            if (!chunk.isEmpty()) {
                deliver(run, chunk);
            }
        }
        assertThatThrownBy(run::finish).isInstanceOf(IOException.class);
        assertThat(run.kept()).isEqualTo(200 - first.size());
        assertThat(results).isEmptyFile();

        Run again = open("jsonl");
        assertThat(again.kept()).isEqualTo(200 - first.size());
        List<Item> open = new ArrayList<>();
        while (again.hasNext()) {
            open.addAll(again.next());
        }
        assertThat(open).hasSameSizeAs(first);
        deliver(again, open);
        again.finish();
        again.forget();

        assertThat(Files.readAllLines(results)).hasSize(200).doesNotHaveDuplicates();
        assertThat(Files.readAllLines(results).get(0)).startsWith("{\"id\":1,");
        assertThat(Files.readAllLines(results).get(199)).startsWith("{\"id\":200,");
        assertThat(Files.readAllLines(letters)).hasSize(28);
        try (Stream<Path> left = Files.list(results.getParent())) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.contains(".kept") || name.contains(".checkpoint"));
        }
    }

    /** What is kept belongs to the items that it was asked for. */
    @Test
    void shouldUseNothingThatIsKeptOfOtherContent() throws Exception {
        ordered = true;
        write(InputFormat.JSONL, 200);
        Run run = open("jsonl");
        List<Item> first = run.next();
        while (run.hasNext()) {
            List<Item> chunk = run.next();
            if (!chunk.isEmpty()) {
                deliver(run, chunk);
            }
        }
        assertThatThrownBy(run::finish).isInstanceOf(IOException.class);
        List<String> lines = new ArrayList<>(Files.readAllLines(input));
        lines.remove(first.size() + 20);
        Files.write(input, lines);

        Run again = open("jsonl");

        assertThat(again.kept()).isZero();
        live(again, true);
        assertThat(Files.readAllLines(results)).hasSize(199);
    }
}
