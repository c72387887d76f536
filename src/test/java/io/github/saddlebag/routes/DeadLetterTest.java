package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.batch.Attempt;
import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Call;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Failed items are kept with their reason and history. */
@Timeout(120)
class DeadLetterTest {

    private static final List<Attempt> FAILED =
            List.of(new Attempt(Instant.EPOCH, 503, "Busy."), new Attempt(Instant.EPOCH, 0, "Cut \ud83d off."));

    @TempDir
    private Path folder;

    private Path results;
    private Path letters;
    private final Bundle bundle = Bundle.of("15-", "16-", "20-", "50-", "51-", "54-", "91-", "93-", "94-")
            .stub("saddlebag-call-batch", this::answer);

    /** Fails the items whose ids begin with x. */
    private void answer(Exchange exchange) {
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        for (Item item : batch.items()) {
            if (item.id().startsWith("x")) {
                item.fail(new Failure("It was refused.", "too old"), new Call("b1", "http://h/", 422, 3, FAILED));
            } else {
                item.answer("1".getBytes(StandardCharsets.UTF_8), null);
            }
        }
    }

    @BeforeEach
    void nameFiles() {
        results = folder.resolve("results.jsonl");
        letters = folder.resolve("failed/letters.jsonl");
        bundle.with("saddlebag.deliver.file", results).with("saddlebag.dead-letter.file", letters);
    }

    @AfterEach
    void stop() {
        bundle.close();
    }

    private Exchange read(List<String> lines) throws Exception {
        Path input = Files.write(folder.resolve("items.jsonl"), lines);
        if (bundle.template() == null) {
            bundle.start();
        }
        return bundle.template()
                .send("direct:saddlebag-read", exchange -> exchange.getMessage().setBody(input));
    }

    private List<JsonNode> letters() throws IOException {
        List<JsonNode> read = new ArrayList<>();
        for (String line : Files.readAllLines(letters)) {
            read.add(TestApi.JSON.readTree(line));
        }
        return read;
    }

    @Test
    void shouldKeepTheItemItsReasonAndItsHistory() throws Exception {
        Instant before = Instant.now();

        read(List.of(item("a"), "", "{ \"n\": 1.50, \"id\": \"x1\" }"));

        assertThat(Files.readString(letters)).contains("\"item\":{ \"n\": 1.50, \"id\": \"x1\" }");
        JsonNode letter = letters().get(0);
        assertThat(letters()).hasSize(1);
        assertThat(letter.path("id").asText()).isEqualTo("x1");
        assertThat(letter.path("reason").asText()).isEqualTo("It was refused.");
        assertThat(letter.path("detail").asText()).isEqualTo("too old");
        assertThat(letter.path("status").asInt()).isEqualTo(422);
        assertThat(letter.path("url").asText()).isEqualTo("http://h/");
        assertThat(letter.path("tries").asInt()).isEqualTo(3);
        assertThat(letter.at("/attempts/0/status").asInt()).isEqualTo(503);
        assertThat(letter.at("/attempts/0/error").asText()).isEqualTo("Busy.");
        assertThat(letter.at("/attempts/1/error").asText()).isEqualTo("Cut \ud83d off.");
        assertThat(letter.path("source").asText()).isEqualTo("items.jsonl");
        assertThat(letter.path("line").asInt()).isEqualTo(3);
        assertThat(Instant.parse(letter.path("time").asText())).isBetween(before, Instant.now());
    }

    @Test
    void shouldKeepWhatIsNoJsonAsText() throws Exception {
        read(List.of("no \"json\""));

        assertThat(letters().get(0).path("text").asText()).isEqualTo("no \"json\"");
        assertThat(letters().get(0).path("id").asInt()).isEqualTo(1);
        assertThat(letters().get(0).has("item")).isFalse();
    }

    @Test
    void shouldKeepALetterForEachErrorLine() throws Exception {
        List<String> lines = new ArrayList<>(items(500));
        lines.add(17, item("x1"));
        lines.add(250, item("x2"));
        lines.add(251, "no json");
        lines.add(item("x3"));

        read(lines);

        assertThat(Files.readAllLines(results))
                .filteredOn(line -> line.contains("\"error\""))
                .hasSize(4);
        assertThat(letters()).extracting(l -> l.path("line").asInt()).containsExactlyInAnyOrder(18, 251, 252, 504);
    }

    @Test
    void shouldLeaveNoFileWhereNothingFailedNotEvenAnOldOne() throws Exception {
        Files.createDirectories(letters.getParent());
        Files.writeString(letters, "{\"id\":\"of an earlier run\"}\n");

        read(items(3));

        assertThat(letters).doesNotExist();
    }

    @Test
    void shouldSendLettersElsewhereWhereThatIsAskedFor() throws Exception {
        List<String> sent = new CopyOnWriteArrayList<>();
        bundle.with("saddlebag.dead-letter.to", "direct:mine")
                .stub("mine", exchange -> sent.add(exchange.getMessage().getBody(String.class)));

        read(List.of(item("x1"), item("a"), item("x2")));

        assertThat(sent).hasSize(2);
        assertThat(TestApi.JSON.readTree(sent.get(1)).path("id").asText()).isEqualTo("x2");
        assertThat(letters).doesNotExist();
        assertThat(Files.readAllLines(results)).hasSize(3);
    }

    @Test
    void shouldFailTheRunWhereALetterCannotBeSentElsewhere() throws Exception {
        bundle.with("saddlebag.dead-letter.to", "direct:mine")
                .with("saddlebag.deliver.retry-for", "0s")
                .stub("mine", exchange -> {
                    throw new IOException("The queue is full.");
                });

        assertThat(read(List.of(item("x1"))).getException()).hasMessageContaining("The queue is full.");
        assertThat(results).isEmptyFile();
    }

    @Test
    void shouldFailTheRunWhereALetterCannotBeWritten() throws Exception {
        // within a file there is no folder
        bundle.with("saddlebag.dead-letter.file", folder.resolve("items.jsonl").resolve("letters.jsonl"));

        Exchange exchange = read(List.of(item("x1")));

        assertThat(exchange.getException()).isInstanceOf(IOException.class);
        assertThat(results).as("nothing was begun").doesNotExist();
    }
}
