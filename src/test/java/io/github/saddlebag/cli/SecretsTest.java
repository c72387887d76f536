package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.runtime.ExitCode;
import io.github.saddlebag.testing.Commands;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Behaviour;
import io.github.saddlebag.testing.TestApi.Delivery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Headers and query keys that open the endpoint go to the endpoint and nowhere else: a run in a JVM of its own, with
 * everything logged that Camel and the routes have to say, leaves none in its output and files.
 */
@Tag("slow")
@Timeout(120)
class SecretsTest {

    private static final String TOKEN = "tok-5ecret-4711";
    private static final String KEY = "key-5ecret-0815";
    private static final String PASSWORD = "pass-5ecret-1234";

    private static final Map<String, Behaviour> BEHAVIOURS = Map.of(
            "everything that goes wrong",
            request -> switch (request.number()) {
                case 1 -> TestApi.answer(429, "");
                case 2 -> TestApi.answer(503, "");
                case 3 -> TestApi.answer(200, "<html>");
                case 4 -> TestApi.echo(request).delivered(Delivery.TORN);
                case 5 -> TestApi.echo(request).delivered(Delivery.RESET);
                case 6 -> TestApi.answer(422, "{\"detail\":\"no such street\"}");
                default -> TestApi.echo(request);
            },
            "unauthorized",
            request -> TestApi.answer(401, "no"),
            "ill for good",
            request -> TestApi.answer(500, "oops"));

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"everything that goes wrong", "unauthorized", "ill for good"})
    void shouldNeverBeInLogsDeadLettersOrMessages(String fault) throws Exception {
        try (TestApi api = TestApi.start(BEHAVIOURS.get(fault))) {
            run(
                    api.url() + "?apiKey=" + KEY,
                    fault.equals("unauthorized") ? 1 : -1,
                    "--header",
                    "Authorization: Bearer " + TOKEN);

            assertThat(api.requests()).isNotEmpty().allSatisfy(request -> {
                assertThat(request.headers()).containsEntry("authorization", "Bearer " + TOKEN);
                assertThat(request.target()).endsWith("?apiKey=" + KEY);
            });
        }
        assertNoSecrets();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:" + PASSWORD + "@127.0.0.1:1/x?apiKey=" + KEY,
                "http://127.0.0.1:1/x?apiKey=" + KEY,
                "http://127.0.0.1:99999/x?apiKey=" + KEY,
                "ftp://user:" + PASSWORD + "@127.0.0.1/?apiKey=" + KEY,
                "http://no such host/?apiKey=" + KEY
            })
    void shouldNotBeShownInAnAddressThatIsOfNoUse(String url) throws Exception {
        Path input = Files.write(folder.resolve("items.jsonl"), items(20));
        String[] command = {
            "process",
            "--input",
            input.toString(),
            "--output",
            folder.resolve("r").toString(),
            "--url",
            url
        };

        CommandRun run = CommandRun.of(command);

        assertThat(run.status()).isIn(ExitCode.UNUSABLE_ENDPOINT, ExitCode.USAGE);
        assertThat(run.out() + run.err()).contains("saddlebag").doesNotContain(KEY, PASSWORD);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--header,hush1 | --header: there is no name and colon",
                "--header,Authorization:,Bearer,hush1 | in quotes",
                "--header,Authorization Basic hush1:word | is no name of a header",
                "--header,X-Key=hush1:word | is no name of a header",
                "--heder=X-Key: hush1 | Unknown option: '--heder'",
                "--set,saddlebag.auth.client-secret hush1 | --set: there is no =",
                "--header,X: {{env:NOBODY_SETS_THIS}}hush1 | {{env:NOBODY_SETS_THIS}} is used in a property",
                "--set,saddlebag.auth.bearer={{no.such.thing}}hush1 | {{no.such.thing}} is used in a property",
                "--header-file,@ | there is no such file",
                "--set,saddlebag.call.proxy=http://user:hush1@127.0.0.1:1 | saddlebag.call.proxy"
            })
    void shouldNotBeRepeatedByAMistake(String arguments, String message) throws Exception {
        Path input = Files.write(folder.resolve("items.jsonl"), items(1));
        List<String> command = new ArrayList<>(List.of("process", "--input", input.toString(), "--output", "-"));
        command.addAll(List.of("--url", "http://127.0.0.1:1/"));
        command.addAll(List.of(arguments.split(",")));

        CommandRun run = CommandRun.of(command.toArray(String[]::new));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains(message).doesNotContain("hush1");
    }

    @Test
    void shouldNotBeShownWhereATokenIsFetched() throws Exception {
        try (TestApi tokens = TestApi.start(
                        request -> TestApi.answer(200, "{\"access_token\":\"" + TOKEN + "\",\"expires_in\":3600}"));
                TestApi api = TestApi.start(BEHAVIOURS.get("everything that goes wrong"))) {
            run(
                    api.url(),
                    -1,
                    "--set",
                    "saddlebag.auth.token-url=" + tokens.url() + "?apiKey=" + KEY,
                    "--set",
                    "saddlebag.auth.client-id=me",
                    "--set",
                    "saddlebag.auth.client-secret=" + PASSWORD);

            assertThat(api.requests())
                    .isNotEmpty()
                    .allSatisfy(
                            request -> assertThat(request.headers()).containsEntry("authorization", "Bearer " + TOKEN));
        }
        assertNoSecrets();
    }

    @Test
    void shouldBeTakenFromAFileAsHeaders() throws Exception {
        Path input = Files.write(folder.resolve("items.jsonl"), items(1));
        Path headers = Files.writeString(
                folder.resolve("headers.txt"),
                "# of the API\n\nAuthorization: Bearer " + TOKEN + "\r\nX-Tenant: @seven\n");
        try (TestApi api = TestApi.start(TestApi::echo)) {
            CommandRun run = CommandRun.of(
                    "process",
                    "--input",
                    input.toString(),
                    "--output",
                    folder.resolve("r").toString(),
                    "--url",
                    api.url(),
                    "--header-file",
                    headers.toString());

            assertThat(run.status()).as(run.err()).isZero();
            assertThat(api.requests())
                    .singleElement()
                    .satisfies(request -> assertThat(request.headers())
                            .containsEntry("authorization", "Bearer " + TOKEN)
                            .containsEntry("x-tenant", "@seven"));
        }
    }

    private int run(String url, int expected, String... more) throws IOException, InterruptedException {
        Path input = Files.write(folder.resolve("items.jsonl"), items(20));
        List<String> command = Commands.java(Saddlebag.class.getName());
        command.addAll(List.of(
                "process",
                "--log-level",
                "trace",
                "--input",
                input.toString(),
                "--output",
                "results.jsonl",
                "--details"));
        command.addAll(List.of("--url", url, "--record", "run.rec", "--batch-size", "10"));
        command.addAll(List.of(more));
        Stream.of(
                        "call.back-off=5ms",
                        "call.max-back-off=5ms",
                        "call.retry-share=1",
                        "call.max-attempts=3",
                        "call.deadline=3s",
                        "call.response-timeout=3s",
                        "breaker.minimum-number-of-calls=1000")
                .forEach(setting -> command.addAll(List.of("--set", "saddlebag." + setting)));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("stdout.txt").toFile())
                .redirectError(folder.resolve("stderr.txt").toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        if (expected >= 0) {
            assertThat(process.exitValue()).isEqualTo(expected);
        }
        return process.exitValue();
    }

    private void assertNoSecrets() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile))
                    .hasSizeGreaterThanOrEqualTo(3)
                    .allSatisfy(file -> assertThat(Files.readString(file))
                            .as(file.getFileName().toString())
                            .doesNotContain(TOKEN, KEY, PASSWORD));
        }
    }
}
