package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.answer;
import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.ids;
import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Request;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From an item to its request, and from the response to the item. */
@Timeout(120)
class CallSingleTest {

    private final TestApi api = TestApi.start(Singles::echo);
    private final Bundle bundle = Singles.bundle(api);

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    @Test
    void shouldSendEachItemAsARequestOfItsOwn() throws Exception {
        bundle.start();

        List<Outcome> outcomes = bundle.ask(items(250));

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(outcomes)
                .allSatisfy(o -> assertThat(answer(o)).isEqualTo(echoOf(o.item().id())));
        assertThat(api.requests())
                .hasSize(250)
                .allSatisfy(r -> assertThat(r.method()).isEqualTo("POST"));
        assertThat(api.requests().stream().map(Request::text)).containsExactlyInAnyOrderElementsOf(items(250));
        assertThat(outcomes.get(0).call().url()).isEqualTo(api.url());
        assertThat(outcomes.get(0).call().status()).isEqualTo(200);
        assertThat(outcomes.get(0).call().attempts()).isEqualTo(1);
    }

    @Test
    void shouldSendMixedRequestsThatStandInOneInput() throws Exception {
        String host = "http://127.0.0.1:" + api.port();
        api.behave(request -> TestApi.answer(
                200,
                request.method() + " " + request.target() + " "
                        + request.headers().getOrDefault("x-a", "") + " " + request.text()));
        bundle.start();

        List<Outcome> outcomes = bundle.ask(List.of(
                "{\"id\":\"d\",\"text\":\"data\"}",
                "\"" + host + "/u?a=b\"",
                "\"/relative\"",
                "[\"" + host + "/p\",{\"q\":\"x y\"}]",
                "{\"id\":\"o\",\"url\":\"" + host + "/o\",\"method\":\"PUT\",\"params\":{\"n\":1},"
                        + "\"headers\":{\"X-A\":\"b\"},\"json\":{\"k\":1.10}}",
                "{\"id\":\"f\",\"url\":\"/f\",\"data\":{\"a\":\"b\"}}"));

        assertThat(outcomes.stream().map(o -> answer(o)))
                .containsExactly(
                        "\"POST /batch  {\\\"id\\\":\\\"d\\\",\\\"text\\\":\\\"data\\\"}\"",
                        "\"GET /u?a=b  \"",
                        "\"GET /relative  \"",
                        "\"GET /p?q=x%20y  \"",
                        "\"PUT /o?n=1 b {\\\"k\\\":1.10}\"",
                        "\"POST /f  a=b\"");
        assertThat(ids(outcomes)).startsWith("d").contains("o", "f");
        assertThat(outcomes.get(3).call().url()).isEqualTo(host + "/p");
    }

    @Test
    void shouldLetOneItemFailAloneWhateverIsWrongWithIt() throws Exception {
        bundle.start();

        List<Outcome> outcomes = bundle.ask(List.of(
                item("a"),
                "not JSON",
                "{\"url\":\"ftp://x/\"}",
                "{\"url\":\"http://127.0.0.1:1/\"}",
                "{\"id\":\"h\",\"url\":\"/x\",\"headers\":{\"X\":\"a\\r\\nb\"}}",
                item("z")));

        assertThat(outcomes).extracting(Outcome::failed).containsExactly(false, true, false, true, true, false);
        assertThat(api.requests()).hasSize(3);
        assertThat(outcomes.get(4).failure().reason()).contains("header X").doesNotContain("a\r");
    }

    @Test
    void shouldSendNoOtherHeadersThanItsOwnAndTheItems() throws Exception {
        bundle.with("saddlebag.call.header.Authorization", "Bearer s").start();
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put(Exchange.HTTP_METHOD, "DELETE");
        headers.put(Exchange.HTTP_URI, "http://127.0.0.1:1/elsewhere");
        headers.put("X-Of-The-Caller", "1");

        bundle.template().requestBodyAndHeaders("batch:saddlebag", item("a"), headers);

        Request request = api.requests().get(0);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.target()).isEqualTo("/batch");
        assertThat(request.text()).isEqualTo(item("a"));
        assertThat(request.headers())
                .containsEntry("content-type", "application/json")
                .containsEntry("accept", "application/json")
                .containsEntry("user-agent", "saddlebag")
                .containsEntry("authorization", "Bearer s")
                .containsEntry("host", "127.0.0.1:" + api.port())
                .containsOnlyKeys(
                        "accept",
                        "accept-encoding",
                        "authorization",
                        "content-length",
                        "content-type",
                        "host",
                        "user-agent");
    }

    @Test
    void shouldSendTheConfiguredHeadersToNoOtherHost() throws Exception {
        try (TestApi other = TestApi.start(request -> TestApi.answer(200, "1"))) {
            bundle.with("saddlebag.call.header.X-Secret", "s")
                    .with("saddlebag.auth.bearer", "t")
                    .with("saddlebag.call.query.apiKey", "k")
                    .with("saddlebag.call.allow-hosts", "127.0.0.1:" + other.port())
                    .start();

            List<Outcome> outcomes =
                    bundle.ask(List.of("\"/mine\"", "\"http://127.0.0.1:" + other.port() + "/theirs\"", item("a")));

            assertThat(outcomes).noneMatch(Outcome::failed);
            assertThat(api.requests())
                    .hasSize(2)
                    .allSatisfy(r -> assertThat(r.headers())
                            .containsEntry("x-secret", "s")
                            .containsEntry("authorization", "Bearer t"))
                    .allSatisfy(r -> assertThat(r.target()).endsWith("?apiKey=k"));
            assertThat(other.requests()).singleElement().satisfies(r -> {
                assertThat(r.headers()).doesNotContainKeys("x-secret", "authorization");
                assertThat(r.target()).isEqualTo("/theirs");
            });
        }
    }

    @Test
    void shouldNeedNoUrlWhereItemsNameTheirOwn() throws Exception {
        bundle.with("saddlebag.call.url", "")
                .with("saddlebag.call.allow-hosts", "127.0.0.1")
                .start();
        api.behave(request -> TestApi.answer(200, "7"));

        List<Outcome> outcomes = bundle.ask(List.of("\"" + api.url() + "\"", item("a")));

        assertThat(answer(outcomes.get(0))).isEqualTo("7");
        assertThat(outcomes.get(1).failure().reason()).contains("saddlebag.call.url");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    /result  | {"result":[1,2]}          | [1,2]
                    /result  | {"error":"no such thing"} |
                    ``       | {"error":"no such thing"} |
                    ``       | {"error":7}               | {"error":7}
                    ``       | null                      | null
                    ``       | plain                     | "plain"
                    /result  | plain                     |
                    ``       | ``                        | ""
                    """)
    void shouldFindTheResult(String pointer, String response, String answer) throws Exception {
        api.behave(request -> TestApi.answer(200, response));
        bundle.with("saddlebag.answer.result", pointer).start();

        Outcome outcome = bundle.ask(items(1)).get(0);

        assertThat(answer(outcome)).isEqualTo(answer);
    }

    @Test
    void shouldReadTextInItsEncodingAndWhatIsCompressed() throws Exception {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write("{\"a\":\"ü\"}".getBytes(StandardCharsets.UTF_8));
        }
        api.behave(request -> request.target().equals("/latin")
                ? TestApi.answer(200, "ü".getBytes(StandardCharsets.ISO_8859_1))
                        .with("Content-Type", "text/plain; charset=ISO-8859-1")
                : TestApi.answer(200, zipped.toByteArray()).with("Content-Encoding", "gzip"));
        bundle.start();

        List<Outcome> outcomes = bundle.ask(List.of("\"/latin\"", "\"/zipped\""));

        assertThat(outcomes.stream().map(o -> answer(o))).containsExactly("\"ü\"", "{\"a\":\"ü\"}");
    }

    @Test
    void shouldRefuseAnAnswerThatUnfoldsWithoutEnd() throws Exception {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bomb)) {
            out.write(new byte[20 << 20]);
        }
        api.behave(request -> request.target().equals("/bomb")
                ? TestApi.answer(200, bomb.toByteArray()).with("Content-Encoding", "gzip")
                : request.target().equals("/long")
                        ? TestApi.answer(200, "x".repeat(2 << 20))
                        : TestApi.answer(200, "1"));
        bundle.with("saddlebag.answer.max-bytes", "1MB").start();

        List<Outcome> outcomes = bundle.ask(List.of("\"/bomb\"", "\"/long\"", "\"/fine\""));

        assertThat(outcomes).extracting(Outcome::failed).containsExactly(true, true, false);
        assertThat(outcomes.subList(0, 2))
                .allSatisfy(o -> assertThat(o.failure().reason()).contains("saddlebag.answer.max-bytes"));
        assertThat(api.requests()).hasSize(3);
    }

    @Test
    void shouldTakeAnAnswerInManyPieces() throws Exception {
        String large = "y".repeat(900_000);
        api.behave(request -> TestApi.answer(200, "\"" + large + "\""));
        bundle.start();

        assertThat(answer(bundle.ask(items(1)).get(0))).isEqualTo("\"" + large + "\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 409, 413, 422, 451})
    void shouldFailTheItemWithWhatTheEndpointSays(int status) throws Exception {
        api.behave(request -> request.json().path("id").asText().equals("i2")
                ? TestApi.answer(status, "{\"title\":\"No\",\"detail\":\"Not this one\"}")
                : Singles.echo(request));
        bundle.start();

        List<Outcome> outcomes = bundle.ask(items(3));

        assertThat(outcomes).extracting(Outcome::failed).containsExactly(false, true, false);
        assertThat(outcomes.get(1).failure().reason()).contains(Integer.toString(status));
        assertThat(outcomes.get(1).failure().detail()).isEqualTo("No: Not this one");
        assertThat(outcomes.get(1).call().status()).isEqualTo(status);
        assertThat(api.requests()).hasSize(3);
    }

    @Test
    void shouldTryAnItemAgainWhoseAnswerSaysSo() throws Exception {
        api.behave(request -> request.number() < 3
                ? TestApi.answer(200, "{\"status\":503}")
                : TestApi.answer(200, "{\"status\":200}"));
        bundle.with("saddlebag.answer.status", "/status").start();

        Outcome outcome = bundle.ask(items(1)).get(0);

        assertThat(answer(outcome)).isEqualTo("{\"status\":200}");
        assertThat(api.requests()).hasSize(3);
    }

    @Test
    void shouldGiveEqualItemsAnAnswerEach() throws Exception {
        bundle.start();
        List<String> equal = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            equal.add(item("same"));
        }

        List<Outcome> outcomes = bundle.ask(equal);

        assertThat(outcomes).hasSize(20).noneMatch(Outcome::failed);
        assertThat(api.requests()).hasSize(20);
        JsonNode first = TestApi.JSON.readTree((byte[]) outcomes.get(0).answer());
        assertThat(first.path("id").asText()).isEqualTo("same");
    }
}
