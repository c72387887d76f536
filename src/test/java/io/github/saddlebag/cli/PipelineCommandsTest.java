package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.TestApi;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands where the properties file lists several pipelines. */
@Tag("slow")
@Timeout(120)
class PipelineCommandsTest {

    private final TestApi geocode = TestApi.start(TestApi::echo);
    private final TestApi prices = TestApi.start(TestApi::echo);

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        geocode.close();
        prices.close();
    }

    private String[] with(String command, List<String> options, String... lines) throws Exception {
        List<String> text = new ArrayList<>(List.of(
                "saddlebag.pipelines=geocode,prices",
                "saddlebag.pipeline.geocode.call.url=" + geocode.url(),
                "saddlebag.pipeline.prices.call.url=" + prices.url()));
        text.addAll(List.of(lines));
        Path config = Files.write(folder.resolve("application.properties"), text);
        List<String> all = new ArrayList<>(List.of(command, "--config", config.toString()));
        all.addAll(options);
        return all.toArray(String[]::new);
    }

    private Path file() throws Exception {
        Path file = Files.write(folder.resolve("a.jsonl"), items(3));
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
        return file;
    }

    private String output() {
        return folder.resolve("out.jsonl").toString();
    }

    @Test
    void shouldProcessAFileByThePipelineThatIsNamed() throws Exception {
        CommandRun run = CommandRun.of(with(
                "process",
                List.of(
                        "--pipeline",
                        "prices",
                        "--batch-size",
                        "2",
                        "--input",
                        file().toString(),
                        "--output",
                        output()),
                "saddlebag.auth.bearer=shared-token",
                "saddlebag.pipeline.prices.auth.bearer=own-token",
                "saddlebag.pipeline.prices.answer.result=/result"));

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(Files.readAllLines(Path.of(output()))).first().isEqualTo("{\"id\":\"i1\",\"result\":\"r:ti1\"}");
        assertThat(geocode.requests()).isEmpty();
        assertThat(prices.requests())
                .hasSize(2)
                .allSatisfy(sent -> assertThat(sent.headers()).containsEntry("authorization", "Bearer own-token"));
    }

    @Test
    void shouldReplayByThePipelineThatIsNamedWithItsSettings() throws Exception {
        Path letters = Files.writeString(
                folder.resolve("failed.jsonl"),
                "{\"id\":\"a\",\"item\":{\"id\":\"a\",\"text\":\"ta\"},\"reason\":\"The endpoint was away.\"}\n");

        CommandRun unnamed = CommandRun.of(with("replay", List.of(letters.toString(), "--output", output())));
        assertThat(unnamed.status()).isEqualTo(2);
        assertThat(unnamed.err()).contains("geocode, prices", "--pipeline");

        CommandRun run = CommandRun.of(with(
                "replay",
                List.of("--pipeline", "prices", letters.toString(), "--output", output()),
                "saddlebag.auth.bearer=shared-token",
                "saddlebag.pipeline.prices.auth.bearer=own-token",
                "saddlebag.pipeline.prices.answer.result=/result"));

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(Files.readAllLines(Path.of(output()))).containsExactly("{\"id\":\"a\",\"result\":\"r:ta\"}");
        assertThat(letters).doesNotExist();
        assertThat(geocode.requests()).isEmpty();
        assertThat(prices.requests())
                .singleElement()
                .satisfies(sent -> assertThat(sent.headers()).containsEntry("authorization", "Bearer own-token"));
    }

    @Test
    void shouldAskWhichPipelineIsMeant() throws Exception {
        CommandRun run = CommandRun.of(with("process", List.of("--input", file().toString(), "--output", output())));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("geocode, prices", "--pipeline");
    }

    @Test
    void shouldNameThoseThatThereAreWhereAnotherOneIsAskedFor() throws Exception {
        CommandRun run = CommandRun.of(with("check", List.of("--pipeline", "geocod")));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--pipeline geocod", "geocode, prices", "Did you mean geocode?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "saddlebag.pipeline.geocod.call.rate=1|saddlebag.pipeline.geocode.call.rate?",
                "saddlebag.pipeline.geocode.call.rat=1|saddlebag.pipeline.geocode.call.rate?",
                "saddlebag.pipeline.saddlebag.call.rate=1|saddlebag.call.rate?",
                "saddlebag.pipeline.geocode.source.http.port=1|set saddlebag.source.http.port",
                "saddlebag.pipeline.geocode.call.rate=x|saddlebag.pipeline.geocode.call.rate is 'x'",
                "saddlebag.pipeline.prices.batch.max-items=0|saddlebag.pipeline.prices.batch.max-items is '0'",
                "saddlebag.batch.max-items=0|saddlebag.batch.max-items is '0'",
                "saddlebag.pipeline.prices.source.file.enabled=yes|saddlebag.pipeline.prices.source.file.enabled is 'yes'",
                "saddlebag.pipeline.prices.call.mode=bach|saddlebag.pipeline.prices.call.mode is 'bach'",
                "saddlebag.pipeline.prices.call.format=envelop|saddlebag.pipeline.prices.call.format is 'envelop'",
                "saddlebag.pipeline.prices.call.url=|saddlebag.pipeline.prices.call.url is not set",
                "saddlebag.source.kafka.enabled=true|both read the topic items",
                "saddlebag.pipelines=geocode,Prices|'Prices' is no name of a pipeline",
            })
    void shouldNotRunWithAMistakeAndNameItsProperty(String line, String expected) throws Exception {
        CommandRun run = CommandRun.of(with("run", List.of(), line));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains(expected);
    }

    @Test
    void shouldRunThemAllEachWithFilesOfItsOwn() throws Exception {
        Path inbox = folder.resolve("in");
        Path outbox = folder.resolve("out");
        try (CommandRun run = CommandRun.start(with(
                "run",
                List.of(),
                "saddlebag.source.file.enabled=true",
                "saddlebag.source.file.directory=" + inbox,
                "saddlebag.deliver.directory=" + outbox))) {
            await().atMost(Duration.ofSeconds(60)).until(() -> run.err().contains("stop with"));
            assertThat(run.err())
                    .contains("geocode: files dropped into " + inbox + "/geocode/ go to " + geocode.url())
                    .contains("prices: files dropped into " + inbox + "/prices/ go to " + prices.url())
                    .contains("prices: results and dead letters are written to " + outbox + "/prices/");

            Files.copy(file(), Files.createDirectories(inbox.resolve("geocode")).resolve("g.jsonl"));
            Files.move(file(), inbox.resolve("prices/p.jsonl"));
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Files.exists(inbox.resolve("geocode/.done/g.jsonl"))
                            && Files.exists(inbox.resolve("prices/.done/p.jsonl")));

            assertThat(outbox.resolve("geocode/g.jsonl.results.jsonl")).exists();
            assertThat(outbox.resolve("prices/p.jsonl.results.jsonl")).exists();
            assertThat(geocode.requests()).hasSize(1);
            assertThat(prices.requests()).hasSize(1);
        }
    }

    @Test
    void shouldServeThePipelineThatIsNamedAtTheRoot() throws Exception {
        try (CommandRun run = CommandRun.start(with("serve", List.of("--pipeline", "geocode", "--port", "0")))) {
            await().atMost(Duration.ofSeconds(60)).until(() -> run.err().contains("stop with"));
            Matcher address = Pattern.compile("http://127.0.0.1:\\d+/").matcher(run.err());
            assertThat(address.find()).as(run.err()).isTrue();

            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(address.group()))
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(item("a")))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(geocode.requests()).hasSize(1);
        }
    }

    @Test
    void shouldCheckThePipelineThatIsNamedAndShowNoSecretOfIt() throws Exception {
        CommandRun run = CommandRun.of(with(
                "check",
                List.of("--pipeline", "prices", "--input", file().toString()),
                "saddlebag.pipeline.prices.call.header.X-Some=geheim",
                "saddlebag.pipeline.prices.auth.bearer=t0p-5ecret",
                "saddlebag.pipeline.prices.answer.index=/i"));

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .contains(prices.url(), "X-Some", "\"id\":\"i1\"")
                .doesNotContain("t0p-5ecret", geocode.url());
        assertThat(run.err()).contains("saddlebag.pipeline.prices.answer.index");
        assertThat(prices.requests()).isEmpty();
    }

    @Test
    void shouldShowTheSchemeOfTheAddressToWhichThePipelineThatIsNamedSends() throws Exception {
        CommandRun run = CommandRun.of(with(
                "check",
                List.of("--pipeline", "prices", "--input", file().toString()),
                "saddlebag.pipeline.prices.call.url=https://api.example.com/v1"));

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("https://api.example.com/v1").doesNotContain("http://");
    }
}
