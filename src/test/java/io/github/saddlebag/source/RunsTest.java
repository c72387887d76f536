package io.github.saddlebag.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.github.saddlebag.TestSettings;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.deliver.DeadLetterLine;
import io.github.saddlebag.deliver.ResultSink.Place;
import io.github.saddlebag.setting.Pipeline;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which inputs are opened, and which files are written for them. */
@Timeout(120)
class RunsTest {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final Map<String, String> settings = new HashMap<>();
    private Runs runs;

    @TempDir
    private Path folder;

    @BeforeEach
    void writeToTheFolder() {
        context.start();
        with("deliver.directory", folder.resolve("out").toString());
    }

    /** Others from now on. */
    private void with(String name, String value) {
        settings.put(name, value);
        runs = new Runs(
                TestSettings.of(settings.entrySet().stream()
                        .flatMap(each -> Stream.of(each.getKey(), each.getValue()))
                        .toArray(String[]::new)),
                Pipeline.OF_FILES);
        runs.setCamelContext(context);
    }

    @AfterEach
    void close() throws Exception {
        context.close();
    }

    private Path input(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Exchange open(Object body) throws Exception {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(body);
        runs.open(exchange);
        return exchange;
    }

    /** Answers each item by {@code 1}; those whose text begins with {@code bad} fail. */
    private List<String> run(Exchange exchange) throws Exception {
        Run run = (Run) runs.read(exchange);
        List<String> read = new ArrayList<>();
        while (run.hasNext()) {
            List<Outcome> outcomes = new ArrayList<>();
            List<Item> chunk = run.next();
            if (chunk.isEmpty()) {
                break;
            }
            for (Item item : chunk) {
                String text = new String((byte[]) item.body(), StandardCharsets.UTF_8);
                read.add(text);
                item.identify(text, false);
                if (text.startsWith("bad")) {
                    item.fail(new Failure("refused"), null);
                } else {
                    item.answer("1".getBytes(StandardCharsets.UTF_8), null);
                }
                outcomes.add(item.fate());
            }
            List<Outcome> failed = outcomes.stream().filter(Outcome::failed).toList();
            for (Outcome outcome : failed) {
                String letter = DeadLetterLine.of(outcome, Instant.EPOCH) + "\n";
                run.sink()
                        .deadLetter(
                                ((Place) outcome.item().position()).sequence(),
                                letter.getBytes(StandardCharsets.UTF_8));
            }
            run.sink().results(((Place) chunk.get(0).position()).sequence(), outcomes, Set.of());
        }
        runs.close(exchange);
        run.forget();
        return read;
    }

    /** The files below the output folder with their number of lines. */
    private Map<String, Long> written() throws IOException {
        Map<String, Long> files = new TreeMap<>();
        if (Files.exists(folder.resolve("out"))) {
            try (Stream<Path> all = Files.walk(folder.resolve("out"))) {
                for (Path file : all.filter(Files::isRegularFile)
                        .filter(file -> !file.toString().endsWith(".lock"))
                        .toList()) {
                    files.put(
                            folder.relativize(file).toString(),
                            Files.readString(file).lines().count());
                }
            }
        }
        return files;
    }

    @Test
    void shouldWriteTheResultsOfEachInputToAFileOfItsOwn() throws Exception {
        assertThat(run(open(input("a.jsonl", "x\ny\n")))).containsExactly("x", "y");
        assertThat(run(open(input("b.jsonl", "bad\nz\n")))).containsExactly("bad", "z");

        assertThat(written())
                .containsOnly(
                        entry("out/a.jsonl.results.jsonl", 2L),
                        entry("out/b.jsonl.results.jsonl", 2L),
                        entry("out/b.jsonl.failed.jsonl", 1L));
        assertThat(Files.readString(folder.resolve("out/a.jsonl.results.jsonl")))
                .isEqualTo("{\"id\":\"x\",\"result\":1}\n{\"id\":\"y\",\"result\":1}\n");
    }

    @Test
    void shouldOpenPathsFilesAndWhatTheFileComponentGives() throws Exception {
        Path path = input("a.jsonl", "x\n");
        GenericFile<java.io.File> wrapped = new GenericFile<>();
        wrapped.setFile(path.toFile());

        for (Object body : List.of(path, path.toFile(), wrapped)) {
            Exchange exchange = open(body);
            assertThat(((RunProgress) runs.read(exchange)).name()).isEqualTo("a.jsonl");
            assertThat(((RunProgress) runs.read(exchange)).inputBytes()).isEqualTo(2);
            assertThat(run(exchange)).containsExactly("x");
        }
    }

    @Test
    void shouldOpenAStream() throws Exception {
        Exchange exchange = open(new ByteArrayInputStream("{}\n".getBytes(StandardCharsets.UTF_8)));

        assertThat(((RunProgress) runs.read(exchange)).name()).isEqualTo("stdin");
        assertThat(((RunProgress) runs.read(exchange)).inputBytes()).isEqualTo(-1);
        assertThat(run(exchange)).containsExactly("{}");
        assertThat(written()).containsOnlyKeys("out/stdin.results.jsonl");
    }

    @Test
    void shouldWriteToTheFilesThatAreNamed() throws Exception {
        with("deliver.file", folder.resolve("out/deep/r.jsonl").toString());
        with("dead-letter.file", folder.resolve("out/other/d.jsonl").toString());

        run(open(input("a.jsonl", "x\nbad\n")));

        assertThat(written()).containsOnly(entry("out/deep/r.jsonl", 2L), entry("out/other/d.jsonl", 1L));
    }

    @Test
    void shouldMoveAsideWhatIsThereOfAnotherInputOfTheSameName() throws Exception {
        Path input = input("a.jsonl", "bad\n");
        run(open(input));
        assertThat(written()).containsKey("out/a.jsonl.failed.jsonl");
        Files.writeString(input, "good\n");

        run(open(input));

        assertThat(written())
                .hasSize(3)
                .containsEntry("out/a.jsonl.results.jsonl", 1L)
                .doesNotContainKey("out/a.jsonl.failed.jsonl");
        assertThat(written().keySet())
                .anyMatch(name -> name.matches("out/a.jsonl.results.jsonl.\\d{8}T\\d{6}.\\d{3}Z"))
                .anyMatch(name -> name.matches("out/a.jsonl.failed.jsonl.\\d{8}T\\d{6}.\\d{3}Z"));
    }

    /** As {@code /dev/null} stands there for dead letters that nobody wants. */
    @Test
    void shouldNotDeleteADeviceThatDeadLettersGoTo() throws Exception {
        Path device = Files.createSymbolicLink(folder.resolve("null"), Path.of("/dev/null"));
        with("dead-letter.file", device.toString());
        with("deliver.file", device.toString());

        run(open(input("a.jsonl", "bad\n")));

        assertThat(Files.isSymbolicLink(device)).isTrue();
    }

    @Test
    void shouldTellItsListenerOfEachInput() throws Exception {
        List<String> opened = new ArrayList<>();
        runs.listener(run -> opened.add(run.name()));

        open(input("a.jsonl", ""));
        open(input("b.jsonl", ""));

        assertThat(opened).containsExactly("a.jsonl", "b.jsonl");
    }

    @Test
    void shouldReadAFewBatchesAtOnceWithinTheRoomThereIs() throws Exception {
        String text = IntStream.range(0, 5000).mapToObj(i -> i + "\n").collect(Collectors.joining());
        Path input = input("a.jsonl", text);

        assertThat(firstChunk(input)).as("4 batches of 100").isEqualTo(400);
        with("batch.max-items", "10");
        assertThat(firstChunk(input)).as("4 batches of 10").isEqualTo(40);
        with("batch.max-items", "1000");
        assertThat(firstChunk(input)).as("never more than this").isEqualTo(1000);
        with("batch.max-in-flight", "100");
        assertThat(firstChunk(input)).as("a quarter of the room").isEqualTo(25);
        with("batch.max-in-flight", "1");
        assertThat(firstChunk(input)).as("at least one").isEqualTo(1);
    }

    private int firstChunk(Path input) throws Exception {
        Run run = (Run) runs.read(open(input));
        int size = run.next().size();
        run.abandon();
        return size;
    }

    @Test
    void shouldStopReadingWhenTheContextStops() throws Exception {
        Run run = (Run) runs.read(open(input("a.jsonl", "x\ny\n")));

        context.stop();

        assertThat(run.hasNext() && !run.next().isEmpty()).isFalse();
    }

    @Test
    void shouldWriteToStandardOutputAndLeaveItOpen() throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(out);
            with("deliver.file", "-");
            run(open(input("a.jsonl", "x\n")));
            out.println("the summary");
        } finally {
            System.setOut(before);
        }

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("{\"id\":\"x\",\"result\":1}", "the summary");
    }

    @Test
    void shouldFailWhereStandardOutputIsClosed() throws Exception {
        PrintStream before = System.out;
        try (PrintStream out = new PrintStream(new java.io.OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        })) {
            System.setOut(out);
            with("deliver.file", "-");
            assertThatThrownBy(() -> run(open(input("a.jsonl", "x\n"))))
                    .isInstanceOf(IOException.class)
                    .hasMessage("Standard output cannot be written: it was closed, or there is no room.");
        } finally {
            System.setOut(before);
        }
    }

    @Test
    void shouldRefuseToWriteOverItsInput() throws Exception {
        Path input = input("a.jsonl", "x\n");
        Path link = Files.createSymbolicLink(folder.resolve("link.jsonl"), input);

        with("deliver.file", link.toString());
        assertThatThrownBy(() -> open(input))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("saddlebag.deliver.file is '" + link
                        + "': it is the input, which would be lost. Name another file.");
        with("deliver.file", "");
        with("dead-letter.file", input.toString());
        assertThatThrownBy(() -> open(input))
                .hasMessage("saddlebag.dead-letter.file is '" + input
                        + "': it is the input, which would be lost. Name another file.");

        assertThat(Files.readString(input)).isEqualTo("x\n");
    }

    @Test
    void shouldRefuseToWriteResultsAndDeadLettersIntoOneFile() throws Exception {
        Path input = input("a.jsonl", "bad\n");
        String both = folder.resolve("both.jsonl").toString();
        with("deliver.file", both);
        with("dead-letter.file", both);

        assertThatThrownBy(() -> open(input))
                .hasMessage(
                        "saddlebag.dead-letter.file is '" + both + "': it is the result file too. Name another file.");
    }

    @Test
    void shouldCloseItsInputWhereTheResultsCannotBeOpened() throws Exception {
        AtomicBoolean closed = new AtomicBoolean();
        InputStream in = new ByteArrayInputStream(new byte[0]) {
            @Override
            public void close() {
                closed.set(true);
            }
        };
        with("deliver.file", folder.toString());

        assertThatThrownBy(() -> open(in)).isInstanceOf(IOException.class);

        assertThat(closed).isTrue();
    }

    @Test
    void shouldLeaveNoFileOpenWhereOneCannotBeOpened() throws Exception {
        Path letters = Files.createDirectories(folder.resolve("letters"));
        Files.writeString(letters.resolve("x"), "not empty");
        with("dead-letter.file", letters.toString());
        Path input = input("a.jsonl", "x\n");
        long before = openFiles();

        for (int i = 0; i < 50; i++) {
            assertThatThrownBy(() -> open(input)).isInstanceOf(IOException.class);
        }

        assertThat(openFiles() - before).isLessThan(50);
    }

    private static long openFiles() {
        java.lang.management.OperatingSystemMXBean os =
                java.lang.management.ManagementFactory.getOperatingSystemMXBean();
        return os instanceof com.sun.management.UnixOperatingSystemMXBean unix ? unix.getOpenFileDescriptorCount() : 0;
    }
}
