package io.github.saddlebag.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.testing.Async;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A file goes through all routes: it is done when every item has its result line, and not before. */
@Timeout(120)
class ReadFlowTest {

    @TempDir
    private Path folder;

    private Path results;

    private Bundle bundle(TestApi api) {
        results = folder.resolve("results.jsonl");
        return Bundle.all()
                .with("saddlebag.call.url", api.url())
                .with("saddlebag.deliver.file", results)
                .with("saddlebag.dead-letter.file", folder.resolve("failed.jsonl"))
                .with("saddlebag.batch.max-items", 10);
    }

    private static String items(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"id\":" + i + ",\"text\":\"t" + i + "\"}\n")
                .collect(Collectors.joining());
    }

    private Path input(String text) throws IOException {
        return Files.writeString(folder.resolve("items.jsonl"), text);
    }

    private static CompletableFuture<Exchange> read(Bundle bundle, Path input) {
        return Async.call(() -> bundle.template()
                .send("direct:saddlebag-read", exchange -> exchange.getMessage().setBody(input)));
    }

    private List<Integer> ids() throws IOException {
        return Files.readString(results)
                .lines()
                .map(line -> {
                    try {
                        return TestApi.JSON.readTree(line);
                    } catch (IOException e) {
                        throw new IllegalStateException(line, e);
                    }
                })
                .map((JsonNode node) -> node.path("id").asInt())
                .toList();
    }

    @Test
    void shouldWriteAResultForEachLineInTheOrderOfTheFile() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo);
                Bundle bundle = bundle(api).start()) {
            Exchange read = read(bundle, input(items(1234))).get(60, TimeUnit.SECONDS);

            assertThat(read.getException()).isNull();
            assertThat(ids()).isEqualTo(IntStream.range(0, 1234).boxed().toList());
            assertThat(folder.resolve("failed.jsonl")).doesNotExist();
        }
    }

    @Test
    void shouldReadATextThatWasWrittenOnWindows() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo);
                Bundle bundle = bundle(api).start()) {
            Exchange read = read(bundle, input("\uFEFF" + items(3).replace("\n", "\r\n")))
                    .get(60, TimeUnit.SECONDS);

            assertThat(read.getException()).isNull();
            assertThat(ids()).containsExactly(0, 1, 2);
            assertThat(api.requests().get(0).text()).doesNotContain("\uFEFF", "\r");
        }
    }

    @Test
    void shouldKeepTheResultsOfAServerThatPrintsPrettilyOnOneLineEach() throws Exception {
        try (TestApi api = TestApi.start(request -> TestApi.answer(
                        200, TestApi.JSON.readTree(TestApi.echo(request).body()).toPrettyString()));
                Bundle bundle = bundle(api).start()) {
            Exchange read = read(bundle, input(items(25))).get(60, TimeUnit.SECONDS);

            assertThat(read.getException()).isNull();
            assertThat(ids()).isEqualTo(IntStream.range(0, 25).boxed().toList());
        }
    }

    @Test
    void shouldWriteADeadLetterForEachItemThatFailed() throws Exception {
        String text = items(2) + "not json\n\n" + "{\"text\":\"no id\"}\n" + "{\"id\":7,\"text\":\"a\"}";
        try (TestApi api = TestApi.start(TestApi::echo);
                Bundle bundle = bundle(api).start()) {
            Exchange read = read(bundle, input(text)).get(60, TimeUnit.SECONDS);

            assertThat(read.getException()).isNull();
            assertThat(Files.readAllLines(results))
                    .hasSize(5)
                    .filteredOn(line -> line.contains("\"error\""))
                    .hasSize(2);
            List<JsonNode> letters = new ArrayList<>();
            for (String line : Files.readAllLines(folder.resolve("failed.jsonl"))) {
                letters.add(TestApi.JSON.readTree(line));
            }
            assertThat(letters)
                    .extracting(letter -> letter.path("line").asInt())
                    .containsExactly(3, 5);
            assertThat(letters)
                    .allMatch(letter -> letter.path("source").asText().equals("items.jsonl"));
            assertThat(letters.get(0).path("text").asText()).isEqualTo("not json");
        }
    }

    /** One caller's bytes are no reason for the endpoint to refuse the batches of others. */
    @Test
    void shouldNotSendWhatIsNoUtf8() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo);
                Bundle bundle =
                        bundle(api).with("saddlebag.batch.max-wait", "100ms").start()) {
            List<Object> bodies = List.of(
                    "{\"id\":1,\"text\":\"a\"}",
                    "\uFEFF{\"id\":2,\"text\":\"a\"}",
                    "{\"id\":3,\"text\":\"a\"}".getBytes(StandardCharsets.UTF_16LE));

            Exchange sent = bundle.template()
                    .send("batch:saddlebag", exchange -> exchange.getMessage().setBody(bodies));

            assertThat(sent.getException()).isNull();
            List<?> outcomes = sent.getMessage().getBody(List.class);
            assertThat(outcomes)
                    .extracting(outcome -> ((Outcome) outcome).failed())
                    .containsExactly(false, false, true);
            assertThat(((Outcome) outcomes.get(2)).failure().reason()).contains("not UTF-8");
            assertThat(api.requests().get(0).text()).startsWith("[{").doesNotContain("\uFEFF", "\u0000");
        }
    }

    @EnabledOnOs(OS.LINUX)
    @Test
    void shouldNotBeDoneWhereTheResultsCannotBeWritten() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo);
                Bundle bundle = bundle(api)
                        .with("saddlebag.deliver.file", "/dev/full")
                        .with("saddlebag.deliver.retry-for", "0s")
                        .with("saddlebag.batch.max-in-flight", 100)
                        .start()) {
            Exchange few = read(bundle, input(items(5))).get(60, TimeUnit.SECONDS);
            assertThat(few.getException()).isInstanceOf(IOException.class);

            Exchange many = read(bundle, input(items(20_000))).get(60, TimeUnit.SECONDS);
            assertThat(many.getException()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void shouldNotBeDoneWhereTheRuntimeStops() throws Exception {
        try (TestApi api = TestApi.start(request -> request.number() == 1
                        ? TestApi.echo(request)
                        : TestApi.echo(request).delivered(TestApi.Delivery.HANG));
                Bundle bundle = bundle(api).start()) {
            bundle.context().getShutdownStrategy().setTimeout(1);
            CompletableFuture<Exchange> read = read(bundle, input(items(50)));
            await().until(() -> api.requests().size() > 1);

            bundle.close();

            Exchange exchange = read.get(60, TimeUnit.SECONDS);
            assertThat(exchange.getException())
                    .isInstanceOfAny(StoppedException.class, RejectedExecutionException.class);
            assertThat(folder.resolve("failed.jsonl"))
                    .as("a stop is no failure")
                    .doesNotExist();
        }
    }

    @Test
    void shouldMoveAFileAwayWhenItIsDoneAndKeepItWhereTheRuntimeStops() throws Exception {
        Path inbox = Files.createDirectories(folder.resolve("inbox"));
        Files.writeString(inbox.resolve("a.jsonl"), items(20));
        try (TestApi api = TestApi.start(TestApi::echo);
                Bundle bundle = bundle(api)
                        .with("saddlebag.source.file.enabled", "true")
                        .with("saddlebag.source.file.directory", inbox)
                        .with("saddlebag.source.file.min-age", "0ms")
                        .with("saddlebag.source.file.poll", "100ms")
                        .start()) {
            bundle.context().getShutdownStrategy().setTimeout(1);
            await().untilAsserted(
                            () -> assertThat(inbox.resolve(".done/a.jsonl")).exists());
            assertThat(ids()).hasSize(20);
            int before = api.requests().size();
            api.behave(request -> TestApi.echo(request).delivered(TestApi.Delivery.HANG));

            Files.writeString(inbox.resolve("b.jsonl"), items(20));
            await().until(() -> api.requests().size() > before);
            bundle.close();

            assertThat(inbox.resolve("b.jsonl")).exists();
            assertThat(inbox.resolve(".done/b.jsonl")).doesNotExist();
        }
    }
}
