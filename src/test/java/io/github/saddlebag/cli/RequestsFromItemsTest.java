package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Request;
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
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that are made of items: address, method and body, as the server sees them. */
@Tag("slow")
@Timeout(120)
class RequestsFromItemsTest {

    @TempDir
    private Path folder;

    private final TestApi api = TestApi.start(request -> TestApi.answer(200, "{\"ok\":true}"));

    @AfterEach
    void stop() {
        api.close();
    }

    private CommandRun process(String form, List<String> lines, String... more) throws Exception {
        Path input = Files.write(folder.resolve("items"), lines);
        Stream<String> begin = Stream.of(
                "process",
                "--input",
                input.toString(),
                "--format",
                form,
                "--output",
                folder.resolve("results.jsonl").toString());
        return CommandRun.of(Stream.concat(begin, Stream.of(more)).toArray(String[]::new));
    }

    private List<String> seen() {
        return api.requests().stream()
                .map(request ->
                        (request.method() + ' ' + request.target() + ' ' + type(request) + request.text()).trim())
                .sorted()
                .toList();
    }

    private static String type(Request request) {
        String type = request.headers().get("content-type");
        return type == null ? "" : type + ' ';
    }

    private String at(String path) {
        return "http://127.0.0.1:" + api.port() + path;
    }

    private List<String> results() throws Exception {
        return Files.readAllLines(folder.resolve("results.jsonl"));
    }

    @Test
    void shouldGetAnAddressForEachRowAndFailOthersAlone() throws Exception {
        api.behave(request -> request.target().startsWith("/users/404")
                ? TestApi.answer(404, "{\"detail\":\"no such user\"}")
                : TestApi.answer(200, "{\"ok\":true}"));

        CommandRun run = process(
                "csv",
                List.of("id,lang", "404,de", "404,fr", "404,it", "404,es", "..,de", ",de", "a/b c,d&e"),
                "--mode",
                "single",
                "--url",
                at("/users/${url:/id}?lang=${url:/lang}"),
                "--set",
                "saddlebag.call.query.key=k=1");

        assertThat(run.status()).isEqualTo(3);
        assertThat(seen())
                .containsExactly(
                        "GET /users/404?lang=de&key=k%3D1",
                        "GET /users/404?lang=es&key=k%3D1",
                        "GET /users/404?lang=fr&key=k%3D1",
                        "GET /users/404?lang=it&key=k%3D1",
                        "GET /users/a%2Fb%20c?lang=d%26e&key=k%3D1");
        assertThat(results()).hasSize(7);
        assertThat(results().get(4)).contains("segment . or ..");
        assertThat(results().get(5)).contains("empty string at '/id'");
        assertThat(results().get(6)).isEqualTo("{\"id\":\"a/b c\",\"result\":{\"ok\":true}}");
    }

    @Test
    void shouldSendTheConfiguredBodyByTheConfiguredMethod() throws Exception {
        CommandRun run = process(
                "jsonl",
                List.of("{\"id\":1,\"name\":\"Ä\",\"url\":\"http://127.0.0.1:1/\"}", "{\"id\":2}"),
                "--mode",
                "single",
                "--method",
                "patch",
                "--url",
                at("/users/${url:/id}"),
                "--set",
                "saddlebag.call.item={\"displayName\":${/name} }");

        assertThat(run.status()).isEqualTo(3);
        assertThat(seen()).containsExactly("PATCH /users/1 application/json {\"displayName\":\"Ä\" }");
        assertThat(results().get(1)).contains("nothing at /name");
    }

    @Test
    void shouldDeleteWithoutABodyAndPutTheItemItself() throws Exception {
        process("jsonl", List.of("{\"id\":1}"), "--mode", "single", "--method", "DELETE", "--url", at("/u/${url:/id}"));
        process(
                "jsonl",
                List.of("{\"id\":2,\"url\":\"http://127.0.0.1:1/\"}"),
                "--overwrite",
                "--mode",
                "single",
                "--method",
                "PUT",
                "--url",
                at("/u"));

        assertThat(seen())
                .containsExactly("DELETE /u/1", "PUT /u application/json {\"id\":2,\"url\":\"http://127.0.0.1:1/\"}");
    }

    @Test
    void shouldSendPlainTextForEachItem() throws Exception {
        CommandRun run = process(
                "jsonl",
                List.of("{\"id\":1,\"t\":\"a\\nb\",\"n\":1.50}", "{\"id\":2,\"t\":[]}"),
                "--mode",
                "single",
                "--url",
                at("/log"),
                "--set",
                "saddlebag.call.format=text",
                "--set",
                "saddlebag.call.item=say ${raw:/t}=${raw:/n}");

        assertThat(run.status()).isEqualTo(3);
        assertThat(seen()).containsExactly("POST /log text/plain; charset=utf-8 say a\nb=1.50");
    }

    @Test
    void shouldSendLinesOfPlainTextInBatches() throws Exception {
        api.behave(request -> TestApi.answer(204, ""));

        CommandRun run = process(
                "jsonl",
                List.of(
                        "{\"host\":\"a\",\"t\":21.5}",
                        "{\"host\":\"b\",\"t\":\"7\\nevil t=1\"}",
                        "{\"host\":\"c\",\"t\":true}"),
                "--url",
                at("/write"),
                "--set",
                "saddlebag.call.format=text",
                "--set",
                "saddlebag.call.item=temperature,host=${raw:/host} value=${raw:/t}",
                "--set",
                "saddlebag.answer.match=failures",
                "--set",
                "saddlebag.answer.failures=/errors");

        assertThat(run.status()).isEqualTo(3);
        assertThat(seen())
                .containsExactly("POST /write text/plain; charset=utf-8 temperature,host=a value=21.5\n"
                        + "temperature,host=c value=true");
        assertThat(results().get(0)).startsWith("{\"id\":1,\"result\":");
        assertThat(results().get(1)).contains("line break");
    }

    @Test
    void shouldSendPlainLinesAsTheyCame() throws Exception {
        api.behave(request -> TestApi.answer(200, "[{\"index\":0},{\"index\":1}]"));

        CommandRun run = process(
                "lines",
                List.of("GET /a \"q\" \\", "POST /b"),
                "--url",
                at("/log"),
                "--set",
                "saddlebag.call.format=text",
                "--set",
                "saddlebag.answer.match=position");

        assertThat(run.status()).isZero();
        assertThat(seen()).containsExactly("POST /log text/plain; charset=utf-8 GET /a \"q\" \\\nPOST /b");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        --mode single --url http://${url:/h}/x                                    | scheme, host and port
        --mode batch --url http://h/${url:/id}                                    | --mode single
        --mode single --url http://h/${url:/id} --items requests                  | give data or auto
        --mode single --url http://h/ --method GET --set saddlebag.call.item=[${item}] | a GET has no body
        --mode batch --url http://h/ --set saddlebag.call.item=[${raw:/id}]       | saddlebag.call.format=text
        """)
    void shouldRefuseWhatContradictsBeforeAnythingIsSent(String options, String rule) throws Exception {
        CommandRun run = process("jsonl", List.of("{\"id\":1}"), options.split(" "));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains(rule);
        assertThat(api.requests()).isEmpty();
        assertThat(folder.resolve("results.jsonl")).doesNotExist();
    }
}
