package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is saved while {@code run --watch} runs. */
@Tag("slow")
@Timeout(240)
class WatchTest {

    private static final String HOME = "saddlebag.home";
    private static final int ITEMS = 15_000;

    @TempDir
    private Path folder;

    private Path config;
    private Path routes;

    @BeforeEach
    void copy() throws Exception {
        routes = Files.createDirectory(folder.resolve("routes"));
        for (Path file : Bundle.routeFiles()) {
            Files.copy(file, routes.resolve(file.getFileName()));
        }
        config = folder.resolve("application.properties");
        System.setProperty(HOME, folder.toString());
    }

    @AfterEach
    void forget() {
        System.clearProperty(HOME);
    }

    private void configure(String... lines) throws Exception {
        List<String> all = new ArrayList<>(List.of(
                "saddlebag.source.file.enabled=true",
                "saddlebag.source.file.directory=" + folder.resolve("in"),
                "saddlebag.source.file.min-age=0ms",
                "saddlebag.deliver.directory=" + folder.resolve("out"),
                "saddlebag.batch.max-in-flight=500",
                "saddlebag.call.back-off=5ms"));
        all.addAll(List.of(lines));
        save(config, String.join("\n", all) + "\n");
    }

    /** As editors do: nobody sees a half. */
    private void save(Path file, String text) throws Exception {
        Path next = Files.writeString(folder.resolve("next"), text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void awaitSaid(CommandRun run, int from, String... words) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(run.err().substring(from)).contains(words));
    }

    @Test
    void shouldGiveEachItemItsOutcomeWhateverIsSavedMeanwhile() throws Exception {
        Files.createDirectory(folder.resolve("in"));
        Files.write(folder.resolve("in/a.jsonl"), items(ITEMS));
        try (TestApi one = TestApi.start(request -> TestApi.echo(request).after(5));
                TestApi other = TestApi.start(request -> TestApi.echo(request).after(5))) {
            configure("saddlebag.call.url=" + one.url(), "saddlebag.call.rate=10");
            try (CommandRun run = CommandRun.start("run", "--watch", "--config", config.toString())) {
                awaitSaid(run, 0, "watching " + config);
                Path match = routes.resolve("40-match.camel.yaml");
                String text = Files.readString(match);
                for (int i = 0; i < 4; i++) {
                    TestApi to = i % 2 == 0 ? other : one;
                    TestApi before = i % 2 == 0 ? one : other;

                    int from = run.err().length();
                    configure("saddlebag.call.url=" + to.url(), "saddlebag.batch.max-items=0");
                    awaitSaid(run, from, "application.properties, line 8: saddlebag.batch.max-items is '0'", "goes on");

                    from = run.err().length();
                    configure("saddlebag.call.url=" + to.url(), "saddlebag.call.rate=" + (11 + i));
                    awaitSaid(run, from, "in effect now: saddlebag.call.rate, saddlebag.call.url");
                    int asked = before.requests().size();

                    from = run.err().length();
                    save(match, text.replace("      steps:", "      stepz:"));
                    awaitSaid(run, from, "40-match.camel.yaml, line ", "stepz", "goes on");

                    from = run.err().length();
                    save(match, text.replace("description: ", "description: Now " + i + ". "));
                    awaitSaid(run, from, "40-match.camel.yaml: its routes are the new ones");
                    assertThat(before.requests()).hasSize(asked);
                }
                int from = run.err().length();
                configure("saddlebag.call.url=" + one.url(), "saddlebag.source.http.port=1234");
                awaitSaid(run, from, "saddlebag.source.http.port needs a restart");
                from = run.err().length();
                Path read = routes.resolve("15-read.camel.yaml");
                save(read, Files.readString(read).replace("description: ", "description: Now. "));
                awaitSaid(run, from, "saddlebag-read holds", "needs a restart");
                configure("saddlebag.call.url=" + other.url(), "saddlebag.batch.max-items=500");

                await().atMost(Duration.ofSeconds(100)).until(() -> Files.exists(folder.resolve("in/.done/a.jsonl")));
            }
            List<String> results = Files.readAllLines(folder.resolve("out/a.jsonl.results.jsonl"));
            assertThat(results).hasSize(ITEMS).allMatch(line -> line.contains("\"result\""));
            assertThat(new HashSet<>(results)).hasSize(ITEMS);
            List<String> sent = new ArrayList<>();
            one.requests().forEach(request -> sent.addAll(request.ids()));
            other.requests().forEach(request -> sent.addAll(request.ids()));
            assertThat(sent)
                    .as("requests in flight end, so nothing is sent twice")
                    .hasSize(ITEMS);
            assertThat(Set.copyOf(sent)).hasSize(ITEMS);
        }
    }
}
