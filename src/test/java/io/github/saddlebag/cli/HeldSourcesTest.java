package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.IllFor;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
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

/** What speaks against all requests holds what has no end of its own, until a probe is answered well. */
@Tag("slow")
@Timeout(120)
class HeldSourcesTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    /** A minute, as it ships; and 20 refusals in a row. */
    private static final Duration PROBE = Duration.ofMillis(500);

    @TempDir
    private Path folder;

    private final TestApi api = TestApi.start(TestApi::echo);

    @AfterEach
    void stop() {
        api.close();
    }

    private IllFor ill(Answer refusal) {
        IllFor ill = new IllFor(3, refusal, TestApi::echo);
        api.behave(ill);
        return ill;
    }

    private CommandRun start(String command, String... settings) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(command, "--url=" + api.url(), "--batch-size=1"));
        arguments.add("--set=saddlebag.call.refused-in-row=8");
        arguments.add("--set=saddlebag.call.probe-interval=" + PROBE.toMillis() + "ms");
        for (String setting : settings) {
            arguments.add("--set=saddlebag." + setting);
        }
        return CommandRun.start(arguments.toArray(String[]::new));
    }

    /** After the requests that were under way there is one in each interval. */
    private static void awaitProbes(IllFor ill, int before) {
        await().atMost(LONG).until(() -> ill.refused() >= before);
        await().atMost(LONG)
                .until(() -> ill.refused() >= 2
                        && ill.lastGap().compareTo(PROBE.multipliedBy(2).dividedBy(3)) > 0);
        int first = ill.refused();
        long begin = System.nanoTime();
        await().atMost(LONG).until(() -> ill.refused() >= first + 2);
        long passed = System.nanoTime() - begin;
        assertThat(ill.refused() - first).isLessThanOrEqualTo((int) (passed / PROBE.toNanos()) + 2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "8  | 401 | {'error':'token expired'}",
                "8  | 404 | {'error':'no such path'}",
                "1  | 429 | {'error':{'code':'insufficient_quota'}}",
            })
    void shouldHoldTheFilesOfAFolder(int before, int status, String body) throws Exception {
        IllFor ill = ill(TestApi.answer(status, body.replace('\'', '"')));
        Path inbox = Files.createDirectories(folder.resolve("in"));
        Path file = Files.write(folder.resolve("a.jsonl"), items(40));
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
        Files.move(file, inbox.resolve("a.jsonl"));
        try (CommandRun run = start(
                "run",
                "source.file.enabled=true",
                "source.file.poll=50ms",
                "source.file.directory=" + inbox,
                "deliver.directory=" + folder.resolve("out"))) {
            awaitProbes(ill, before);
            assertThat(inbox.resolve("a.jsonl")).exists();

            ill.makeWell();

            await().atMost(LONG).until(() -> Files.exists(inbox.resolve(".done/a.jsonl")));
        }
        assertThat(Files.readAllLines(folder.resolve("out/a.jsonl.results.jsonl")))
                .hasSize(40)
                .doesNotHaveDuplicates()
                .noneMatch(line -> line.contains("\"error\""));
        assertThat(folder.resolve("out/a.jsonl.failed.jsonl")).doesNotExist();
    }

    @Test
    void shouldHoldTheTurnsOfAWatchList() throws Exception {
        IllFor ill = ill(TestApi.answer(401, "{\"error\":\"token expired\"}"));
        Path list = Files.write(folder.resolve("symbols.jsonl"), items(15));
        Path results = folder.resolve("out/symbols.jsonl.results.jsonl");
        try (CommandRun run = start(
                "run",
                "source.timer.enabled=true",
                "source.timer.period=50ms",
                "source.timer.list=" + list,
                "deliver.directory=" + folder.resolve("out"))) {
            awaitProbes(ill, 8);

            ill.makeWell();

            await().atMost(LONG)
                    .until(() ->
                            Files.exists(results) && Files.readAllLines(results).size() >= 30);
        }
        assertThat(Files.readAllLines(results)).noneMatch(line -> line.contains("\"error\""));
        try (var files = Files.list(folder.resolve("out"))) {
            assertThat(files).noneMatch(file -> file.toString().endsWith(".failed.jsonl"));
        }
    }

    @Test
    void shouldTellCallersOfServeTheReason() throws Exception {
        IllFor ill = new IllFor(
                0,
                TestApi.answer(403, "{\"error\":{\"code\":\"quota_exceeded\",\"message\":\"no more today\"}}"),
                TestApi::echo);
        api.behave(ill);
        try (CommandRun run = start("serve", "source.http.port=0")) {
            Matcher address = await().atMost(LONG)
                    .until(
                            () -> Pattern.compile(
                                            "http://127\\.0\\.0\\.1:(?!"
                                                    + URI.create(api.url()).getPort()
                                                    + "\\b)[1-9]\\d*\\S*?(?=[\\s,;]|\\.?$)",
                                            Pattern.MULTILINE)
                                    .matcher(run.err()),
                            Matcher::find);

            HttpResponse<String> first = ask(address.group());
            HttpResponse<String> second = ask(address.group());

            assertThat(List.of(first, second)).allSatisfy(answer -> {
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
                assertThat(answer.headers().firstValue("Retry-After")).isPresent();
                assertThat(answer.body()).contains("403", "quota_exceeded");
            });
            ill.makeWell();
            await().atMost(LONG).until(() -> ask(address.group()).statusCode() == 200);
        }
    }

    private static HttpResponse<String> ask(String address) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(address))
                                .timeout(Duration.ofSeconds(20))
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(item("a")))
                                .build(),
                        BodyHandlers.ofString());
    }
}
