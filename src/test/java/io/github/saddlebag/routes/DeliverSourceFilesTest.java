package io.github.saddlebag.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.batch.Position;
import io.github.saddlebag.testing.Bundle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes from no file is appended to a pair of files for each source. */
@Timeout(120)
class DeliverSourceFilesTest {

    @TempDir
    private Path folder;

    private Path out;
    private final Bundle bundle = Bundle.of("50-", "51-", "54-", "91-", "93-", "94-");

    private record From(String source, long number) implements Position {}

    @BeforeEach
    void start() throws Exception {
        out = folder.resolve("in/out");
        bundle.with("saddlebag.deliver.directory", out);
    }

    @AfterEach
    void stop() {
        bundle.close();
    }

    private static Outcome outcome(String source, String id, boolean failed) {
        Item item = new Item("{}", Map.of(), source == null ? null : new From(source, 7));
        item.identify(id, false);
        return failed
                ? new Outcome(item, null, new Failure("It failed."), null)
                : new Outcome(item, "1".getBytes(StandardCharsets.UTF_8), null, null);
    }

    private Exchange deliver(Outcome... outcomes) {
        return bundle.template()
                .send(
                        "direct:saddlebag-deliver",
                        exchange -> exchange.getMessage().setBody(List.of(outcomes)));
    }

    @Test
    void shouldAppendResultsAndDeadLettersToTheFilesOfTheirSource() throws Exception {
        bundle.start();

        deliver(outcome("orders", "a", false), outcome("prices", "b", false));
        deliver(outcome("orders", "c", true));

        assertThat(out.resolve("orders.results.jsonl"))
                .hasContent("{\"id\":\"a\",\"result\":1}\n{\"id\":\"c\",\"error\":\"It failed.\"}\n");
        assertThat(out.resolve("prices.results.jsonl")).hasContent("{\"id\":\"b\",\"result\":1}\n");
        assertThat(Files.readAllLines(out.resolve("orders.failed.jsonl")))
                .singleElement()
                .asString()
                .contains("\"id\":\"c\"", "\"reason\":\"It failed.\"", "\"source\":\"orders\"", "\"line\":7");
    }

    @Test
    void shouldAppendWhatHasNoSourceToFilesOfItsOwn() throws Exception {
        bundle.start();

        deliver(outcome(null, "a", true));

        assertThat(Files.readAllLines(out.resolve("items.results.jsonl"))).hasSize(1);
        assertThat(Files.readAllLines(out.resolve("items.failed.jsonl"))).hasSize(1);
    }

    @Test
    void shouldAppendToTheFilesThatAreNamed() throws Exception {
        bundle.with("saddlebag.deliver.file", folder.resolve("r"))
                .with("saddlebag.dead-letter.file", folder.resolve("f"))
                .start();

        deliver(outcome("orders", "a", true), outcome(null, "b", false));

        assertThat(Files.readAllLines(folder.resolve("r"))).hasSize(2);
        assertThat(Files.readAllLines(folder.resolve("f"))).hasSize(1);
        assertThat(out).doesNotExist();
    }

    @Test
    void shouldRollTheFilesThatAreFull() throws Exception {
        bundle.with("saddlebag.deliver.roll", "30B").start();

        deliver(outcome("orders", "a", false));
        deliver(outcome("orders", "b", true));
        deliver(outcome("orders", "c", false));

        List<String> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(out)) {
            for (Path file : files.filter(each -> each.getFileName().toString().startsWith("orders.results.jsonl"))
                    .toList()) {
                assertThat(Files.readAllLines(file)).hasSize(1);
                all.addAll(Files.readAllLines(file));
            }
        }
        assertThat(all)
                .containsExactlyInAnyOrder(
                        "{\"id\":\"a\",\"result\":1}",
                        "{\"id\":\"b\",\"error\":\"It failed.\"}",
                        "{\"id\":\"c\",\"result\":1}");
        assertThat(out.resolve("orders.results.jsonl")).hasContent("{\"id\":\"c\",\"result\":1}\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/x", "..", ".", "", "a/../../x", "a\\..\\x", "\u0000", "C:x", "~"})
    void shouldStayInTheFolderWhateverTheSourceIsCalled(String source) throws Exception {
        bundle.start();

        assertThat(deliver(outcome(source, "a", true)).getException()).isNull();

        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile).map(Path::getParent))
                    .hasSize(4)
                    .containsOnly(out);
        }
    }
}
