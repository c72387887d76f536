package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Call;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.source.RunProgress;
import io.github.saddlebag.source.Runs;
import io.github.saddlebag.testing.Bundle;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Outcomes become result lines. */
@Timeout(120)
class DeliverFileTest {

    @TempDir
    private Path folder;

    private Path results;
    private final AtomicReference<RunProgress> run = new AtomicReference<>();
    private final LongAdder answered = new LongAdder();
    private String last = "";
    private BooleanSupplier othersDone = () -> true;
    private String answer = "{\"ok\":true}";
    private final Bundle bundle = Bundle.of("15-", "16-", "20-", "50-", "51-", "54-", "91-", "93-", "94-")
            .with("saddlebag.batch.max-items", 2)
            .stub("saddlebag-call-batch", this::answer);

    /** Fails the items whose ids begin with x. */
    private void answer(Exchange exchange) {
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        if (batch.items().stream().anyMatch(item -> item.id().equals(last))) {
            await().until(othersDone::getAsBoolean);
        }
        for (Item item : batch.items()) {
            if (item.id().startsWith("x")) {
                item.fail(
                        new Failure("It was \"refused\".", "too old"),
                        new Call("b1", "http://h/", 422, 3, List.of(), 1_764_416_096_789L));
            } else {
                item.answer(
                        answer.getBytes(StandardCharsets.UTF_8),
                        new Call("b1", "http://h/", 200, 1, List.of(), 1_764_416_096_000L));
            }
            answered.increment();
        }
    }

    @BeforeEach
    void nameFiles() {
        results = folder.resolve("new/results.jsonl");
        bundle.with("saddlebag.deliver.file", results)
                .with("saddlebag.dead-letter.file", folder.resolve("failed.jsonl"));
    }

    @AfterEach
    void stop() {
        bundle.close();
    }

    private Exchange read(List<String> lines) throws Exception {
        Path input = Files.write(folder.resolve("items.jsonl"), lines);
        if (bundle.template() == null) {
            bundle.start();
            bundle.context()
                    .getRegistry()
                    .lookupByNameAndType("saddlebagRuns", Runs.class)
                    .listener(run::set);
        }
        return bundle.template()
                .send("direct:saddlebag-read", exchange -> exchange.getMessage().setBody(input));
    }

    @Test
    void shouldWriteALineForEachItem() throws Exception {
        read(List.of(item("a"), item("x1"), "{\"id\":7}", "no json"));

        assertThat(results).content().startsWith("""
                {"id":"a","result":{"ok":true}}
                {"id":"x1","error":"It was \\"refused\\". The endpoint says: too old"}
                {"id":7,"result":{"ok":true}}
                {"id":4,"error":"items.jsonl line 4: """).endsWith("}\n");
        assertThat(Files.readAllLines(results)).hasSize(4);
    }

    @Test
    void shouldKeepTheOrderOfTheInputThoughTheFirstIsDoneLast() throws Exception {
        last = "i1";
        othersDone = () -> answered.sum() == 38;

        read(items(40));

        assertThat(Files.readAllLines(results))
                .containsExactlyElementsOf(items(40).stream().map(this::line).toList());
    }

    private String line(String item) {
        return item.substring(0, item.indexOf(',')) + ",\"result\":" + answer + "}";
    }

    @Test
    void shouldWriteAsTheyComeWhereTheOrderDoesNotMatter() throws Exception {
        last = "i1";
        othersDone = () -> run.get().written() == 38;
        bundle.with("saddlebag.deliver.ordered", false);

        read(items(40));

        List<String> lines = Files.readAllLines(results);
        assertThat(lines)
                .containsExactlyInAnyOrderElementsOf(
                        items(40).stream().map(this::line).toList());
        assertThat(lines.indexOf(line(item("i1")))).isEqualTo(38);
    }

    @Test
    void shouldWriteEachAnswerSoonThoughItsNeighboursHaveNone() throws Exception {
        last = "i3";
        othersDone = () -> linesOf(results) == 38;
        bundle.with("saddlebag.deliver.ordered", false);

        assertThat(read(items(40)).getException()).isNull();

        assertThat(Files.readAllLines(results)).hasSize(40).noneMatch(line -> line.contains("\"error\""));
    }

    @Test
    void shouldWriteEachAnswerOfAStreamSoon() throws Exception {
        last = "i3";
        othersDone = () -> linesOf(results) == 38;
        bundle.with("saddlebag.deliver.ordered", false).start();
        byte[] input = String.join("\n", items(40)).getBytes(StandardCharsets.UTF_8);

        Exchange read = bundle.template()
                .send(
                        "direct:saddlebag-read",
                        exchange -> exchange.getMessage().setBody(new ByteArrayInputStream(input)));

        assertThat(read.getException()).isNull();
        assertThat(Files.readAllLines(results)).hasSize(40).noneMatch(line -> line.contains("\"error\""));
    }

    private static int linesOf(Path file) {
        try {
            return Files.readAllLines(file).size();
        } catch (IOException e) {
            return -1;
        }
    }

    @Test
    void shouldAddTheDetailsOfTheCall() throws Exception {
        bundle.with("saddlebag.deliver.details", true);

        read(List.of(item("a"), item("x1")));

        assertThat(results).hasContent("""
                {"id":"a","result":{"ok":true},"success":true,"status":200,"url":"http://h/","attempts":1,"time":"2025-11-29T11:34:56Z","source":"items.jsonl"}
                {"id":"x1","error":"It was \\"refused\\". The endpoint says: too old","success":false,"status":422,"url":"http://h/","attempts":3,"time":"2025-11-29T11:34:56.789Z","source":"items.jsonl"}
                """);
    }

    @Test
    void shouldWriteOneLineForAnAnswerThatHasMany() throws Exception {
        answer = "{\n  \"ok\":\r\n\ttrue\n}";

        read(List.of(item("a"), item("b")));

        assertThat(Files.readAllLines(results)).hasSize(2);
    }

    @Test
    void shouldNameTheFileAfterItsInputWhereNoneIsNamed() throws Exception {
        bundle.with("saddlebag.deliver.file", "").with("saddlebag.deliver.directory", folder.resolve("outbox"));

        read(List.of(item("a")));

        assertThat(folder.resolve("outbox/items.jsonl.results.jsonl")).isNotEmptyFile();
    }

    @Test
    void shouldWriteTheFileAnew() throws Exception {
        read(List.of(item("a"), item("b")));

        read(List.of(item("c")));

        assertThat(results).hasContent(line(item("c")));
    }

    @Test
    void shouldFailTheRunWhereNobodyReadsStdoutAnyMore() throws Exception {
        bundle.with("saddlebag.deliver.file", "-");
        PrintStream own = System.out;
        System.setOut(new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        }));
        try {
            assertThat(read(items(3)).getException()).hasMessageContaining("Standard output cannot be written");
        } finally {
            System.setOut(own);
        }
    }

    @Test
    void shouldFailTheRunWhereTheFileCannotBeWritten() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full), "no device that is always full");
        bundle.with("saddlebag.deliver.file", full).with("saddlebag.deliver.retry-for", "0s");

        assertThat(read(items(2000)).getException()).isNotNull().hasMessageContaining("No space left");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "direct"})
    void shouldFinishAFileWhoseResultsGoElsewhereInPart(String other) throws Exception {
        List<String> elsewhere = new CopyOnWriteArrayList<>();
        bundle.with("saddlebag.deliver.to-rule", "${iif(${body} contains 'tx'," + other + ",file)}")
                .stub(
                        "saddlebag-deliver-direct",
                        exchange -> elsewhere.add(
                                "" + exchange.getMessage().getBody(List.class).size()));

        Exchange exchange = read(List.of(item("a"), item("x1"), item("b"), item("x2"), item("c")));

        assertThat(exchange.getException()).isNull();
        assertThat(Files.readAllLines(results)).hasSize(3).noneMatch(line -> line.contains("x"));
        assertThat(elsewhere.isEmpty()).isEqualTo(other.equals("none"));
    }

    @Test
    void shouldFinishAFileOfWhichNothingIsKept() throws Exception {
        bundle.with("saddlebag.deliver.to", "none");

        assertThat(read(items(5)).getException()).isNull();
        assertThat(results).isEmptyFile();
    }
}
