package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One request for each line: the flags, the result lines, the exit status. */
@Tag("slow")
@Timeout(120)
class ProcessSingleTest {

    @TempDir
    private Path folder;

    private final TestApi api = TestApi.start(Singles::echo);

    @AfterEach
    void stop() {
        api.close();
    }

    private CommandRun process(List<String> lines, String... more) throws Exception {
        Path input = Files.write(folder.resolve("items.jsonl"), lines);
        Stream<String> begin =
                Stream.of("process", "--mode", "single", "--input", input.toString(), "--output", output().toString());
        return CommandRun.of(Stream.concat(begin, Stream.of(more)).toArray(String[]::new));
    }

    private Path output() {
        return folder.resolve("results.jsonl");
    }

    private List<String> results() throws Exception {
        return Files.readAllLines(output());
    }

    @Test
    void shouldAnswerEachItemInTheOrderOfTheInput() throws Exception {
        CommandRun run = process(
                items(250),
                "--url",
                api.url(),
                "--concurrency",
                "8",
                "--batch-size",
                "100",
                "--linger-ms",
                "50",
                "--rate",
                "0");

        assertThat(run.status()).isZero();
        assertThat(results()).hasSize(250);
        for (int i = 1; i <= 250; i++) {
            assertThat(results().get(i - 1)).isEqualTo("{\"id\":\"i" + i + "\",\"result\":" + echoOf("i" + i) + "}");
        }
        assertThat(api.requests()).hasSize(250);
        assertThat(api.peakInFlight()).isLessThanOrEqualTo(8);
    }

    @Test
    void shouldTellTheDetailsOfMixedRequests() throws Exception {
        api.behave(request -> request.target().equals("/no")
                ? TestApi.answer(404, "{\"detail\":\"no such page\"}")
                : TestApi.answer(200, "text"));
        String host = "http://127.0.0.1:" + api.port();

        CommandRun run = process(
                List.of(
                        "\"/a?key=secret\"",
                        host + "/bare",
                        "[\"/no\"]",
                        "{\"id\":\"x\",\"url\":\"/b\"}",
                        "{\"id\":\"d\"}"),
                "--url",
                host + "/base",
                "--details");

        assertThat(run.status()).isEqualTo(3);
        assertThat(results().stream()
                        .map(line -> line.replaceAll("in \\d+\\.\\ds", "in 0.0s")
                                .replaceAll(",\"time\":\"20[^\"]*Z\",\"source\":\"items.jsonl\"}$", "}")))
                .containsExactly(
                        "{\"id\":1,\"result\":\"text\",\"success\":true,\"status\":200,\"url\":\"" + host
                                + "/a\",\"attempts\":1}",
                        "{\"id\":2,\"result\":\"text\",\"success\":true,\"status\":200,\"url\":\"" + host
                                + "/bare\",\"attempts\":1}",
                        "{\"id\":3,\"error\":\"The endpoint answered 404 Not Found (1 attempt in 0.0s). The endpoint says: no such page\""
                                + ",\"success\":false,\"status\":404,\"url\":\"" + host + "/no\",\"attempts\":1}",
                        "{\"id\":\"x\",\"result\":\"text\",\"success\":true,\"status\":200,\"url\":\"" + host
                                + "/b\",\"attempts\":1}",
                        "{\"id\":\"d\",\"result\":\"text\",\"success\":true,\"status\":200,\"url\":\"" + host
                                + "/base\",\"attempts\":1}");
        assertThat(Files.readAllLines(folder.resolve("results.jsonl.failed.jsonl")))
                .hasSize(1);
    }

    @Test
    void shouldNeedNoUrlWhereAllItemsHaveTheirOwn() throws Exception {
        api.behave(request -> TestApi.answer(200, "1"));

        CommandRun run = process(List.of("\"" + api.url() + "\""), "--allow-hosts", "public,127.0.0.1");

        assertThat(run.status()).isZero();
        assertThat(results()).containsExactly("{\"id\":1,\"result\":1}");
    }

    @Test
    void shouldTakeAddressesForDataWhereThatIsSaid() throws Exception {
        api.behave(request -> TestApi.answer(200, request.text()));

        CommandRun run =
                process(List.of("{\"id\":\"a\",\"url\":\"http://x.org/\"}"), "--url", api.url(), "--items", "data");

        assertThat(run.status()).isZero();
        assertThat(results()).containsExactly("{\"id\":\"a\",\"result\":{\"id\":\"a\",\"url\":\"http://x.org/\"}}");
    }

    @Test
    void shouldFollowNoRedirectsWhereNoneAreWanted() throws Exception {
        api.behave(request -> TestApi.answer(302, "").with("Location", "/x"));

        CommandRun run = process(items(1), "--url", api.url(), "--max-redirects", "0");

        assertThat(run.status()).isEqualTo(3);
        assertThat(api.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 405})
    void shouldGiveUpWhereTheEndpointIsOfNoUseForData(int status) throws Exception {
        api.behave(request -> TestApi.answer(status, ""));

        CommandRun run = process(items(1000), "--url", api.url());

        assertThat(run.status()).isEqualTo(1);
        assertThat(folder.resolve("results.jsonl.failed.jsonl")).doesNotExist();
        assertThat(api.requests().size()).isLessThan(500);
    }

    @Test
    void shouldGiveUpWhereNobodyListens() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }

        CommandRun run = process(items(3), "--url", "http://127.0.0.1:" + port + "/x");

        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void shouldGoOnWhereItIsTheItemsThatNameWhatIsNotThere() throws Exception {
        api.behave(request -> request.target().equals("/there") ? TestApi.answer(200, "1") : TestApi.answer(404, ""));

        CommandRun run = process(List.of("\"/1\"", "\"/2\"", "\"/3\"", "\"/4\"", "\"/there\""), "--url", api.url());

        assertThat(run.status()).isEqualTo(3);
        assertThat(run.summary().path("errors").intValue()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--items=all", "--allow-hosts=http://x", "--max-redirects=-1"})
    void shouldRefuseAFlagThatMeansNothing(String flag) throws Exception {
        CommandRun run = process(items(1), "--url", api.url(), flag);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("saddlebag.");
    }
}
