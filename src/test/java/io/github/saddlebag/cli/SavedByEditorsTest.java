package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Properties, routes, profiles and secrets mean the same in whichever of these ways an editor saves them. */
@Tag("slow")
@Timeout(180)
class SavedByEditorsTest {

    private static final String HOME = "saddlebag.home";
    private static final String MARK = "\uFEFF";

    @TempDir
    private Path folder;

    private final TestApi api = TestApi.start(TestApi::echo);
    private Path config;
    private Path routes;

    @BeforeEach
    void copy() throws Exception {
        routes = Files.createDirectory(folder.resolve("routes"));
        Bundle.copyRoutes(routes);
        config = folder.resolve("application.properties");
        System.setProperty(HOME, folder.toString());
    }

    @AfterEach
    void forget() {
        System.clearProperty(HOME);
        api.close();
    }

    private static byte[] saved(String way, String text) {
        return switch (way) {
            case "mark" -> (MARK + text).getBytes(StandardCharsets.UTF_8);
            case "mark and ends of lines" -> (MARK + text.replace("\n", "\r\n")).getBytes(StandardCharsets.UTF_8);
            default -> text.getBytes(StandardCharsets.UTF_8);
        };
    }

    /** The first line counts, and no blank behind a value. */
    private String properties(String... more) {
        return "saddlebag.call.header.X-First=gr\u00fcn \nsaddlebag.call.url=" + api.url()
                + "\t \nsaddlebag.call.mode=batch  \nsaddlebag.batch.max-items=2 \n" + String.join("\n", more) + "\n";
    }

    private CommandRun process(Path in) throws Exception {
        return CommandRun.of(
                "process",
                "--config",
                config.toString(),
                "--input",
                in.toString(),
                "--output",
                folder.resolve("out.jsonl").toString());
    }

    private void assertSent(TestApi.Request request) {
        assertThat(request.headers()).containsEntry("x-first", "gr\u00fcn").containsEntry("authorization", "Bearer t0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mark", "mark and ends of lines", "blanks"})
    void shouldReadEachWayInEachCommand(String way) throws Exception {
        Path token = Files.write(folder.resolve("token"), saved(way, "Bearer t0\n"));
        Path profile = Files.write(
                folder.resolve("my.properties"),
                saved(way, "saddlebag.answer.result=/result \nsaddlebag.call.rate=1000 \n"));
        for (String name : List.of("00-beans", "40-match", "90-on-error")) {
            Path file = routes.resolve(name + ".camel.yaml");
            Files.write(file, saved(way, Files.readString(file)));
        }
        Files.write(
                config,
                saved(
                        way,
                        properties(
                                "saddlebag.call.profile=" + profile + " ",
                                "saddlebag.call.header.Authorization=file:" + token + " ")));
        Path in = Files.write(folder.resolve("in.jsonl"), items(3));

        CommandRun check = CommandRun.of("check", "--config", config.toString(), "--input", in.toString());
        assertThat(check.err() + check.out()).contains("X-First: gr\u00fcn").doesNotContain(MARK);
        assertThat(check.status()).as(check.err()).isZero();

        CommandRun run = process(in);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).doesNotContain("no property");
        assertThat(Files.readAllLines(folder.resolve("out.jsonl")))
                .hasSize(3)
                .allMatch(line -> line.contains("\"result\":\"r:"));
        assertThat(api.requests()).hasSize(2).allSatisfy(this::assertSent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mark", "mark and ends of lines", "blanks"})
    void shouldTakeEachWayWhileARuntimeRuns(String way) throws Exception {
        Files.writeString(folder.resolve("token"), "Bearer t0");
        String more = "saddlebag.call.header.Authorization=file:" + folder.resolve("token")
                + "\nsaddlebag.source.http.enabled=true\nsaddlebag.source.http.port=0";
        Files.write(config, saved(way, properties(more)));
        try (CommandRun run = CommandRun.start("run", "--watch", "--config", config.toString())) {
            awaitSaid(run, "watching " + config);

            Files.write(config, saved(way, properties(more, "saddlebag.call.rate=7 ")));
            awaitSaid(run, "in effect now: saddlebag.call.rate.");

            Path match = routes.resolve("40-match.camel.yaml");
            Files.write(match, saved(way, Files.readString(match).replace("description: ", "description: Now. ")));
            awaitSaid(run, "40-match.camel.yaml: its routes are the new ones now.");

            Files.write(config, saved("plain", properties(more, "saddlebag.call.rate=7")));
            awaitSaid(run, "no property has another value");
        }
    }

    @Test
    void shouldStartCopiesOfMarkedFilesForEachPipeline() throws Exception {
        for (Path file : Bundle.routeFiles()) {
            Files.write(routes.resolve(file.getFileName()), saved("mark and ends of lines", Files.readString(file)));
        }
        Files.writeString(folder.resolve("token"), "Bearer t0");
        Files.write(
                config,
                saved(
                        "mark",
                        "saddlebag.pipelines=geocode \n"
                                + properties("saddlebag.call.header.Authorization=file:" + folder.resolve("token"))));
        Path in = Files.write(folder.resolve("in.jsonl"), items(3));

        CommandRun run = process(in);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(api.requests()).hasSize(2).allSatisfy(this::assertSent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ISO-8859-1", "UTF-16", "UTF-16LE"})
    void shouldNameAFileThatIsWrittenInAnotherWay(String charset) throws Exception {
        Charset other = Charset.forName(charset);
        Files.write(config, properties().getBytes(other));
        assertRefused("application.properties: it is not UTF-8 (line 1): save it as UTF-8.");

        Files.write(config, saved("plain", properties("saddlebag.call.profile=" + folder.resolve("my.properties"))));
        Files.write(folder.resolve("my.properties"), "\nsaddlebag.call.header.X-A=\u00fc".getBytes(other));
        assertRefused("my.properties: it is not UTF-8 (line");

        Path token = Files.write(folder.resolve("token"), "t\u00fc".getBytes(other));
        Files.write(config, saved("plain", properties("saddlebag.call.header.Authorization=file:" + token)));
        assertRefused("saddlebag.call.header.Authorization is ", "it is not UTF-8 (line 1): save it as UTF-8.");

        Files.write(config, saved("plain", properties()));
        Path match = routes.resolve("40-match.camel.yaml");
        Files.write(match, ("# gr\u00fcn\n" + Files.readString(match)).getBytes(other));
        assertRefused("40-match.camel.yaml: it is not UTF-8 (line 1): save it as UTF-8.");
    }

    @Test
    void shouldNameTheBackslashesOfAPathOfWindows() throws Exception {
        Files.writeString(config, properties("saddlebag.deliver.directory=C:\\users\\out"));
        assertRefused("application.properties: it has \\u without four hexadecimal digits. Write a backslash as two.");
    }

    private void assertRefused(String... words) throws Exception {
        for (String command : List.of("run", "check")) {
            CommandRun run = CommandRun.of(command, "--config", config.toString());
            assertThat(run.err()).contains(words);
            assertThat(run.status()).isEqualTo(2);
        }
    }

    private static void awaitSaid(CommandRun run, String... words) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(run.err()).contains(words));
    }
}
