package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.Saddlebag;
import io.github.saddlebag.batch.BatchClient;
import io.github.saddlebag.testing.Page;
import io.github.saddlebag.testing.TestApi;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The first five minutes go as README.md says, command by command. */
@Tag("slow")
@Timeout(120)
class ReadmeTest {

    private static final String SET_UP = "bin/saddlebag demo";
    private static final String PORT_OF_THE_PAGE = "9876";

    @TempDir
    private Path folder;

    private Page page;
    private CopiedCommands copied;

    @BeforeEach
    void read() throws Exception {
        page = Page.at(Path.of("README.md"));
        copied = new CopiedCommands(folder);
        copied.replace(" src/main/", " " + Path.of("src/main").toAbsolutePath() + "/");
    }

    @AfterEach
    void stop() throws Exception {
        copied.close();
    }

    @Test
    void shouldNeedTwoCommandsToBeSetUp() {
        List<String> commands = CopiedCommands.commands(page.code("sh").get(0));

        assertThat(commands).hasSize(2);
        assertThat(commands.get(0)).startsWith(SET_UP + " ");
        assertThat(commands.get(1)).startsWith("mvn verify ");
    }

    @Test
    void shouldLeadFromItemsToAnApiOfOnesOwn() throws Exception {
        try (ServerSocket free = new ServerSocket(0)) {
            copied.replace("--page " + PORT_OF_THE_PAGE, "--page " + free.getLocalPort());
        }

        // one that allows more requests refuses some of these as well, and is done sooner
        copied.replace("--rate 5 ", "--rate 15 ");

        copied.run(page.code("sh", "--rate 5"));
        List<String> results = Files.readAllLines(folder.resolve("results.jsonl"));
        assertThat(results)
                .hasSize(300)
                .first()
                .isEqualTo(page.code("json").get(0).strip());
        assertThat(copied.told())
                .contains("298 answered, 2 failed", "with 10.0 items each (100% full)")
                .containsPattern("[1-9]\\d* refused as too many")
                .containsPattern("paused +[1-9]");
        assertThat(Files.readAllLines(folder.resolve("results.jsonl.failed.jsonl")))
                .hasSize(2);

        copied.run(page.code("sh", "--batch-size 60"));
        assertThat(Files.readAllLines(folder.resolve("larger.jsonl"))).isEqualTo(results);
        assertThat(copied.told()).contains("with 60.0 items each (100% full)");

        Files.writeString(
                folder.resolve("my.properties"), copied.here(page.code("properties", "saddlebag.answer.id=")));
        copied.run(page.code("sh", "check --config my.properties"));
        assertThat(shown(copied.told())).containsAll(expected("Content-Type:"));
        copied.run(page.code("sh", "--try 3"));
        assertThat(shown(copied.told())).containsAll(expected("The answer, 200:"));
    }

    /** What the page shows of a command, with what stands for its addresses here. */
    private List<String> expected(String containing) {
        String block = page.code("text").stream()
                .filter(text -> text.contains(containing))
                .findFirst()
                .orElseThrow();
        return shown(copied.here(block));
    }

    private static List<String> shown(String text) {
        return new ArrayList<>(text.lines().map(String::stripTrailing).toList());
    }

    @Test
    void shouldBeEmbeddedByTwoLines() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo);
                DefaultCamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().addInitialProperty("saddlebag.pipeline.geocode.call.url", api.url());
            context.start();

            assertThat(position(context, item("a")).get(60, TimeUnit.SECONDS)).isEqualTo(echoOf("a"));
        }
        String test = Files.readString(Path.of("src/test/java/io/github/saddlebag/cli/ReadmeTest.java"))
                .replaceAll("\\s+", "");
        assertThat(page.code("java"))
                .singleElement()
                .satisfies(code -> assertThat(test).contains(code.replaceAll("\\s+", "")));
    }

    /** Stands in the page. */
    private static CompletableFuture<String> position(CamelContext context, String address) throws Exception {
        Saddlebag.addTo(context, "geocode");
        CompletableFuture<String> position =
                BatchClient.of(context, "batch:geocode").send(address, String.class);
        return position;
    }
}
