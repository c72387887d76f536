package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.Saddlebag;
import io.github.saddlebag.batch.BatchClient;
import io.github.saddlebag.testing.Page;
import io.github.saddlebag.testing.TestApi;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/pipelines.md says is what runs here, with addresses and folders of this machine. */
@Tag("slow")
@Timeout(120)
class PipelinesAreDocumentedTest {

    private final Page page = Page.of("pipelines.md");
    private final TestApi geocode = TestApi.start(TestApi::echo);
    private final TestApi prices = TestApi.start(TestApi::echo);

    @TempDir
    private Path folder;

    PipelinesAreDocumentedTest() throws Exception {}

    @AfterEach
    void stop() {
        geocode.close();
        prices.close();
    }

    private String properties() {
        return page.code("properties", "saddlebag.pipelines=")
                .replace("https://geo.example.com/batch", geocode.url())
                .replace("https://prices.example.com/v1/lookup", prices.url())
                .replace("=inbox", "=" + folder.resolve("inbox"))
                .replace("=outbox", "=" + folder.resolve("outbox"));
    }

    /** The words of a documented command behind the launcher. */
    private List<String> command(String containing) throws Exception {
        Path config = Files.writeString(folder.resolve("application.properties"), properties());
        String[] words = page.code("sh", containing).strip().split(" ");
        List<String> command = new ArrayList<>(List.of(words).subList(1, words.length));
        command.replaceAll(
                word -> word.endsWith(".jsonl") ? folder.resolve(word).toString() : word);
        command.addAll(List.of("--config", config.toString()));
        return command;
    }

    @Test
    void shouldRunBothAsDocumented() throws Exception {
        Path file = Files.write(folder.resolve("a.jsonl"), items(3));
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
        Path inbox = Files.createDirectories(folder.resolve("inbox/geocode"));
        Files.createDirectories(folder.resolve("inbox/prices"));
        Files.copy(file, folder.resolve("inbox/prices/a.jsonl"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.move(file, inbox.resolve("a.jsonl"));
        try (CommandRun run = CommandRun.start(command("run").toArray(String[]::new))) {
            for (String name : List.of("geocode", "prices")) {
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> Files.exists(folder.resolve("inbox/" + name + "/.done/a.jsonl")));
                assertThat(folder.resolve("outbox/" + name + "/a.jsonl.results.jsonl"))
                        .exists();
            }
        }
        assertThat(geocode.requests())
                .singleElement()
                .satisfies(sent -> assertThat(sent.headers()).containsEntry("authorization", "Bearer none"));
        assertThat(prices.requests())
                .singleElement()
                .satisfies(sent -> assertThat(sent.headers()).doesNotContainKey("authorization"));
    }

    @Test
    void shouldProcessByOneAsDocumented() throws Exception {
        Files.write(folder.resolve("items.jsonl"), items(3));

        CommandRun run = CommandRun.of(command("process").toArray(String[]::new));

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(Files.readAllLines(folder.resolve("results.jsonl"))).hasSize(3);
        assertThat(geocode.requests()).hasSize(1);
        assertThat(prices.requests()).isEmpty();
    }

    @Test
    void shouldCallOneInAHostAsDocumented() throws Exception {
        Properties properties = new Properties();
        properties.load(new StringReader(properties()));
        properties.remove("saddlebag.pipelines");
        properties.remove("saddlebag.source.file.enabled");
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().setInitialProperties(properties);
            add(context);
            context.start();

            assertThat(ask(context, item("a")).get(60, TimeUnit.SECONDS)).isEqualTo(echoOf("a"));
        }
    }

    /** Stands in the page. */
    private static void add(CamelContext context) throws Exception {
        Saddlebag.addTo(context, "geocode");
        Saddlebag.addTo(context, "prices");
    }

    /** Stands in the page. */
    private static CompletableFuture<String> ask(CamelContext context, String address) {
        BatchClient geocode = BatchClient.of(context, "batch:geocode?replyTimeout=30s");
        CompletableFuture<String> position = geocode.send(address, String.class);
        return position;
    }

    @Test
    void shouldShowOnlyJavaThatRunsHere() throws Exception {
        String test = Files.readString(Path.of("src/test/java/io/github/saddlebag/cli/PipelinesAreDocumentedTest.java"))
                .replaceAll("\\s+", "");

        assertThat(page.code("java"))
                .hasSize(2)
                .allSatisfy(code -> assertThat(test).contains(code.replaceAll("\\s+", "")));
    }
}
