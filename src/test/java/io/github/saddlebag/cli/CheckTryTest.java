package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.TestApi;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The first items are sent, once each, and what would fit better is said. */
@Tag("slow")
@Timeout(60)
class CheckTryTest {

    @TempDir
    private Path folder;

    private final TestApi api = TestApi.start(TestApi::echo);
    private Path input;

    @BeforeEach
    void write() throws IOException {
        input = Files.write(folder.resolve("items.jsonl"), items(50));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private CommandRun check(String... more) throws Exception {
        return CommandRun.of(
                Stream.concat(Stream.of("check", "--input", input.toString(), "--url", api.url()), Stream.of(more))
                        .toArray(String[]::new));
    }

    @Test
    void shouldSendTheFirstItemsOnceAndShowWhatCameAndProposeWhatFits() throws Exception {
        Path file = folder.resolve("my.properties");

        CommandRun run = check("--try", "--yes", "--header", "X-Api-Key: s3cret-s3cret", "--write", file.toString());

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(api.requests()).hasSize(1);
        assertThat(api.requests().get(0).ids()).containsExactly("i1", "i2", "i3");
        assertThat(api.requests().get(0).headers()).containsEntry("x-api-key", "s3cret-s3cret");
        assertThat(run.err().lines())
                .containsExactly(
                        "saddlebag check: sends 1 real request (POST " + api.url()
                                + ") with the first 3 items at most, each once.",
                        "saddlebag check: these properties would fit the answers better:",
                        "  saddlebag.answer.result=/result",
                        "saddlebag check: " + file + " has them, and what this command says besides headers and keys:"
                                + " give it by --config.");
        assertThat(run.outLines())
                .contains(
                        "POST " + api.url(),
                        "The answer, 200:",
                        "{\"id\":\"i1\",\"result\":{\"id\":\"i1\",\"result\":\"r:ti1\"}}");
        assertThat(run.out()).doesNotContain("s3cret");
        assertThat(file).hasContent("saddlebag.answer.result=/result\nsaddlebag.call.url=" + api.url() + "\n");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("items.jsonl", "my.properties");
        }
    }

    @Test
    void shouldFindTheAnswersByWhatItProposed() throws Exception {
        api.behave(request -> TestApi.answer(
                200,
                "{\"data\":" + new String(TestApi.echo(request).body(), "UTF-8").replace("\"id\"", "\"key\"") + "}"));
        Path file = folder.resolve("my.properties");

        CommandRun first = check("--try", "2", "--yes", "--write", file.toString());
        CommandRun second = check("--try", "2", "--yes", "--config", file.toString());

        assertThat(first.status()).isEqualTo(3);
        assertThat(first.err().lines()).contains("  saddlebag.answer.list=/data");
        assertThat(second.err().lines()).contains("  saddlebag.answer.id=/key");
        assertThat(api.requests()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 429, 500, 503})
    void shouldSendNothingAgainWhateverComesOfIt(int status) throws Exception {
        api.behave(request -> TestApi.answer(status, "{\"message\":\"expected an object\"}"));

        CommandRun run = check("--try", "4", "--yes");

        assertThat(run.status()).isEqualTo(3);
        assertThat(api.requests()).hasSize(1);
        assertThat(run.outLines()).contains("The answer, " + status + ":");
        assertThat(run.out()).contains("expected an object");
    }

    @Test
    void shouldSendItemsByGetWithoutBeingTold() throws Exception {
        api.behave(request -> TestApi.answer(200, "{\"name\":\"n\"}"));

        CommandRun run = CommandRun.of(
                "check",
                "--input",
                input.toString(),
                "--url",
                api.url() + "/${url:/id}",
                "--mode",
                "single",
                "--try",
                "2");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(api.requests()).extracting(TestApi.Request::target).containsExactly("/batch/i1", "/batch/i2");
        assertThat(api.requests()).extracting(TestApi.Request::method).containsOnly("GET");
        assertThat(run.err())
                .contains("sends 2 real requests (GET " + api.url() + "/${url:/id}) with the first 2 items");
        assertThat(run.outLines()).contains("{\"id\":\"i1\",\"result\":{\"name\":\"n\"}}");
    }

    @Test
    void shouldSendNothingAgainInTheModeSingle() throws Exception {
        api.behave(request -> TestApi.answer(503, "{\"message\":\"busy\"}"));

        CommandRun run = check("--mode", "single", "--try", "2", "--yes");

        assertThat(run.status()).isEqualTo(3);
        assertThat(api.requests()).hasSize(2);
        assertThat(run.outLines()).contains("The answer, 503:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldShowWhatACompressedResponseSays(String mode) throws Exception {
        api.behave(request -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (OutputStream zip = new GZIPOutputStream(bytes)) {
                zip.write("{\"message\":\"no such street\"}".getBytes(StandardCharsets.UTF_8));
            }
            return TestApi.answer(400, bytes.toByteArray()).with("Content-Encoding", "gzip");
        });

        CommandRun run = check("--mode", mode, "--try", "1", "--yes");

        assertThat(run.outLines())
                .as(run.err())
                .containsSequence("The answer, 400:", "{\"message\":\"no such street\"}");
    }

    @Test
    void shouldProposeBothListsOfAnAnswerThatHasTwo() throws Exception {
        api.behave(request -> TestApi.answer(
                200, "{\"done\":[{\"id\":\"i1\"},{\"id\":\"i3\"}],\"failed\":[{\"id\":\"i2\",\"why\":\"no\"}]}"));
        Path file = folder.resolve("my.properties");

        CommandRun first = check("--try", "3", "--yes", "--write", file.toString());
        CommandRun second = check("--try", "3", "--yes", "--config", file.toString());

        assertThat(first.err().lines())
                .contains("  saddlebag.answer.list=/done", "  saddlebag.answer.failures=/failed");
        assertThat(second.outLines())
                .contains("{\"id\":\"i1\",\"result\":{\"id\":\"i1\"}}", "{\"id\":\"i3\",\"result\":{\"id\":\"i3\"}}");
        assertThat(second.err()).doesNotContain("would fit");
    }

    @Test
    void shouldSayThatNobodyListens() throws Exception {
        api.close();

        CommandRun run = check("--try", "2", "--yes");

        assertThat(run.status()).isEqualTo(3);
        assertThat(run.out()).contains("No answer: ", "Connection refused");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--try          | --try: nobody sees here what is sent, and POST may change something at the endpoint; --yes says that it may be sent.",
                "--try 0 --yes  | --try 0: give how many items to send, from 1 to 10.",
                "--try 11 --yes | --try 11: give how many items to send, from 1 to 10.",
                "--try --yes --mode job | --try is not for the mode job: a submitted job continues, and nobody would poll its answers.",
                "--try --yes --first 5  | --try: it says how many items are sent, and the endpoint answers; leave out --first and --answer.",
                "--yes          | --yes is for --try; give both."
            })
    void shouldSendNothingWhereItIsNotClear(String options, String message) throws Exception {
        CommandRun run = check(options.split(" "));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err().lines()).containsExactly("saddlebag check: " + message);
        assertThat(api.requests()).isEmpty();
    }

    @Test
    void shouldSayThatThereIsNothingToSend() throws Exception {
        CommandRun run = CommandRun.of("check", "--url", api.url(), "--try", "--yes");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err().lines())
                .containsExactly("saddlebag check: --try: there is nothing to send; give the items with --input.");
        assertThat(api.requests()).isEmpty();
    }

    @Test
    void shouldNotWriteOverAFile() throws Exception {
        Path file = Files.writeString(folder.resolve("my.properties"), "mine\n");

        CommandRun run = check("--try", "--yes", "--write", file.toString());

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--write " + file + ": the file is there already; name another one.");
        assertThat(file).hasContent("mine\n");
        assertThat(api.requests()).isEmpty();
    }

    @Test
    void shouldSendNothingWithoutTry() throws Exception {
        CommandRun run = check();

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(api.requests()).isEqualTo(List.of());
    }
}
