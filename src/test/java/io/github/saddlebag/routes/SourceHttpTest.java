package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.serve.CallerServer;
import io.github.saddlebag.testing.Async;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP callers send one item each and get its own answer, or are told why there is none. */
@Timeout(120)
class SourceHttpTest {

    private final TestApi api = TestApi.start(TestApi::echo);
    private final CountDownLatch go = new CountDownLatch(1);
    private final ExecutorService clientThreads = Executors.newFixedThreadPool(2);
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(clientThreads)
            .build();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final Bundle bundle = Bundle.all()
            .with("saddlebag.call.url", api.url())
            .with("saddlebag.source.http.enabled", true)
            .with("saddlebag.source.http.port", 0);

    @AfterEach
    void stop() {
        go.countDown();
        bundle.close();
        api.close();
        clientThreads.shutdownNow();
    }

    private void start() throws Exception {
        bundle.context().getRegistry().bind("meters", meters);
        bundle.start();
    }

    private int port() {
        return bundle.context().hasService(CallerServer.class).port();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(40));
    }

    private HttpRequest post(String body, String... headers) {
        HttpRequest.Builder request =
                to("/items").header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request.build();
    }

    private HttpResponse<String> ask(String body, String... headers) throws Exception {
        return client.send(post(body, headers), BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<String>> askAsync(String body) {
        return client.sendAsync(post(body), BodyHandlers.ofString());
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    /** The endpoint answers nothing until {@link #go}. */
    private void holdAnswers() {
        api.behave(request -> {
            go.await();
            return TestApi.echo(request);
        });
    }

    private double parked() {
        return meters.get("saddlebag.parked").gauge().value();
    }

    private static JsonNode problem(HttpResponse<String> response) throws Exception {
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = TestApi.JSON.readTree(response.body());
        assertThat(problem.path("status").intValue()).isEqualTo(response.statusCode());
        assertThat(problem.path("title").asText()).isNotBlank();
        assertThat(problem.path("detail").asText()).endsWith(".");
        return problem;
    }

    @Test
    void shouldAnswerEachCallerWithItsOwnAnswerAndSendOneRequestForMany() throws Exception {
        bundle.with("saddlebag.batch.max-wait", "300ms");
        start();

        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(askAsync(item("i" + i)));
        }

        for (int i = 0; i < 20; i++) {
            HttpResponse<String> answer = get(answers.get(i));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
            assertThat(answer.body()).isEqualTo(echoOf("i" + i));
        }
        assertThat(api.requests()).hasSizeLessThan(10);
    }

    @Test
    void shouldLetAThousandCallersWaitWithoutAThreadEach() throws Exception {
        holdAnswers();
        start();
        int before = ManagementFactory.getThreadMXBean().getThreadCount();

        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            answers.add(askAsync(item("i" + i)));
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> parked() == 1000);

        assertThat(ManagementFactory.getThreadMXBean().getThreadCount() - before)
                .isLessThan(60);
        go.countDown();
        for (int i = 0; i < 1000; i++) {
            assertThat(get(answers.get(i)).body()).isEqualTo(echoOf("i" + i));
        }
        await().until(() -> parked() == 0);
    }

    @Test
    void shouldFailAllCallersInTimeWhereTheEndpointDies() throws Exception {
        holdAnswers();
        bundle.with("saddlebag.source.http.reply-timeout", "3s")
                .with("saddlebag.call.connect-timeout", "1s")
                .with("saddlebag.call.response-timeout", "30s");
        start();

        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            answers.add(askAsync(item("i" + i)));
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> !api.requests().isEmpty());
        api.close();
        go.countDown();

        int late = 0;
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            int status = get(answer).statusCode();
            assertThat(status).isIn(200, 502, 503, 504);
            late += status > 502 ? 1 : 0;
        }
        assertThat(late).isPositive();
        await().until(() -> parked() == 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                       | empty",
                "'   '                    | empty",
                "not json                 | not valid JSON",
                "{\"id\":\"a\"} {}        | something follows",
                "{\"text\":\"no id\"}     | /id",
                "{\"id\":{\"a\":1}}       | /id",
                "[1,2]                    | /id",
                "{\"id\":\"a\",\"text\":  | not valid JSON"
            })
    void shouldRefuseWhatIsNoItem(String body, String reason) throws Exception {
        start();

        HttpResponse<String> answer = ask(body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(problem(answer).path("detail").asText()).contains(reason);
        assertThat(api.requests()).isEmpty();
        assertThat(parked()).isZero();
    }

    @Test
    void shouldTakeItemsWithoutAnIdWhereNoneIsNeeded() throws Exception {
        api.behave(request -> TestApi.answer(200, "[\"one\"]"));
        bundle.with("saddlebag.answer.match", "position");
        start();

        assertThat(ask("[1,2]").body()).isEqualTo("\"one\"");
    }

    @Test
    void shouldTellTheCallersOfAFailedCallWhyAndDeadLetterNothing() throws Exception {
        api.behave(request -> TestApi.answer(403, "{\"detail\":\"no such key\"}"));
        List<String> letters = new ArrayList<>();
        bundle.with("saddlebag.dead-letter.to", "direct:letters").stub("letters", exchange -> letters.add("one"));
        start();

        HttpResponse<String> answer = ask(item("a"));

        assertThat(answer.statusCode()).isEqualTo(502);
        JsonNode problem = problem(answer);
        assertThat(problem.path("id").asText()).isEqualTo("a");
        assertThat(problem.path("endpointStatus").intValue()).isEqualTo(403);
        assertThat(problem.path("attempts").intValue()).isEqualTo(1);
        assertThat(problem.path("endpointDetail").asText()).contains("no such key");
        assertThat(letters).isEmpty();
    }

    @Test
    void shouldTell429AndWhenToComeBackWhereTheGateIsFull() throws Exception {
        holdAnswers();
        bundle.with("saddlebag.batch.max-in-flight", 2).with("saddlebag.source.http.offer-timeout", "50ms");
        start();
        List<CompletableFuture<HttpResponse<String>>> inside = List.of(askAsync(item("a")), askAsync(item("b")));
        await().until(() -> meters.get("saddlebag.in.flight").gauge().value() == 2);

        HttpResponse<String> refused = ask(item("c"));
        go.countDown();

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        assertThat(problem(refused).path("detail").asText()).contains("2 of 2 places");
        for (CompletableFuture<HttpResponse<String>> each : inside) {
            assertThat(get(each).statusCode()).isEqualTo(200);
        }
        assertThat(ask(item("c")).statusCode()).isEqualTo(200);
    }

    @Test
    void shouldTell429WhereTooManyCallersWaitAlready() throws Exception {
        holdAnswers();
        bundle.with("saddlebag.source.http.max-callers", 1);
        start();
        CompletableFuture<HttpResponse<String>> first = askAsync(item("a"));
        await().until(() -> parked() == 1);

        HttpResponse<String> refused = ask(item("b"));
        go.countDown();

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(get(first).statusCode()).isEqualTo(200);
        await().until(() -> ask(item("b")).statusCode() == 200);
    }

    @Test
    void shouldTell504AfterTheReplyTimeout() throws Exception {
        holdAnswers();
        bundle.with("saddlebag.source.http.reply-timeout", "200ms");
        start();

        HttpResponse<String> answer = ask(item("a"));

        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(problem(answer).path("detail").asText()).contains("200ms");
        assertThat(parked()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, 200",
        "application/json; charset=utf-8, 200",
        "application/vnd.acme+json, 200",
        "text/plain, 415",
        "application/x-www-form-urlencoded, 415",
        "multipart/form-data; boundary=x, 415"
    })
    void shouldTakeOnlyJson(String type, int status) throws Exception {
        start();

        HttpRequest request = to("/items")
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(item("a")))
                .build();

        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(status);
    }

    @Test
    void shouldRefuseBodiesOfNoTypeAndEncodedOnes() throws Exception {
        start();

        assertThat(client.send(
                                to("/items")
                                        .POST(BodyPublishers.ofString(item("a")))
                                        .build(),
                                BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(415);
        assertThat(ask(item("a"), "Content-Encoding", "gzip").statusCode()).isEqualTo(415);
    }

    @Test
    void shouldRefuseOtherMethodsAndPathsAsAnyOther() throws Exception {
        start();

        HttpResponse<String> get = client.send(to("/items").GET().build(), BodyHandlers.ofString());
        HttpResponse<String> other = client.send(
                to("/other").POST(BodyPublishers.ofString(item("a"))).build(), BodyHandlers.ofString());

        assertThat(get.statusCode()).isEqualTo(405);
        assertThat(get.headers().firstValue("Allow")).contains("POST");
        assertThat(problem(get)).isNotNull();
        assertThat(other.statusCode()).isEqualTo(404);
        assertThat(problem(other)).isNotNull();
    }

    @Test
    void shouldRefuseABodyThatIsTooLargeAndTakeOneThatJustFits() throws Exception {
        bundle.with("saddlebag.source.http.max-body", "100B");
        start();
        String fits = "{\"id\":\"a\",\"text\":\"" + "x".repeat(100 - 20) + "\"}";
        assertThat(fits).hasSize(100);

        assertThat(ask(fits).statusCode()).isEqualTo(200);
        HttpResponse<String> refused = ask(fits + " ");

        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(problem(refused).path("detail").asText()).contains("100 bytes");
    }

    /** A header that speaks of the connection makes a response malformed there (RFC 9113 8.2.2). */
    @Test
    void shouldAnswerAndRefuseOverHttp2() throws Exception {
        bundle.with("saddlebag.source.http.max-body", "100B").with("saddlebag.source.http.http-version", 2);
        start();
        HttpClient newer =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

        for (int status : new int[] {200, 413, 200}) {
            String item = "{\"id\":\"a\",\"text\":\"" + (status == 200 ? "" : "x".repeat(200)) + "\"}";
            HttpResponse<String> response = newer.send(post(item), BodyHandlers.ofString());

            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(response.headers().firstValue("connection")).isEmpty();
        }
    }

    @Test
    void shouldRefuseABodyThatTurnsOutTooLarge() throws Exception {
        bundle.with("saddlebag.source.http.max-body", "100B");
        start();

        String answer = raw("""
                POST /items HTTP/1.1
                Host: x
                Content-Type: application/json
                Transfer-Encoding: chunked

                78
                """ + "x".repeat(120) + "\n");

        assertThat(answer).startsWith("HTTP/1.1 413 ");
    }

    @Test
    void shouldNotWaitLongForABodyThatTrickles() throws Exception {
        bundle.with("saddlebag.source.http.body-timeout", "200ms").with("saddlebag.source.http.max-callers", 1);
        start();

        String answer = raw("POST /items HTTP/1.1\nHost: x\nContent-Type: application/json\nContent-Length: 50\n\n{");

        assertThat(answer).startsWith("HTTP/1.1 408 ");
        assertThat(ask(item("a")).statusCode()).isEqualTo(200);
    }

    @Test
    void shouldForgetACallerWhoGoesAwayBeforeItsBodyIsThere() throws Exception {
        bundle.with("saddlebag.source.http.max-callers", 1);
        start();
        try (Socket socket = new Socket("127.0.0.1", port())) {
            send(socket, "POST /items HTTP/1.1\nHost: x\nContent-Type: application/json\nContent-Length: 50\n\n{");
            await().until(() -> ask(item("b")).statusCode() == 429);
        }

        await().until(() -> ask(item("a")).statusCode() == 200);
    }

    @Test
    void shouldNotSendTheItemOfACallerWhoHasLeft() throws Exception {
        holdAnswers();
        bundle.with("saddlebag.call.concurrency", 1).with("saddlebag.batch.max-items", 1);
        start();
        CompletableFuture<HttpResponse<String>> first = askAsync(item("a"));
        await().until(() -> api.requests().size() == 1);
        try (Socket socket = new Socket("127.0.0.1", port())) {
            String body = item("left");
            send(
                    socket,
                    "POST /items HTTP/1.1\nHost: x\nContent-Type: application/json\nContent-Length: " + body.length()
                            + "\n\n" + body);
            await().until(() -> parked() == 2);
        }
        await().until(() -> parked() == 1);
        CompletableFuture<HttpResponse<String>> last = askAsync(item("b"));
        go.countDown();

        assertThat(get(first).body()).isEqualTo(echoOf("a"));
        assertThat(get(last).body()).isEqualTo(echoOf("b"));
        assertThat(api.requests()).hasSize(2);
    }

    @Test
    void shouldAskForTheTokenWhereThereIsOne() throws Exception {
        bundle.with("saddlebag.source.http.token", "s3cret");
        start();

        HttpResponse<String> unknown = ask(item("a"));
        assertThat(unknown.statusCode()).isEqualTo(401);
        assertThat(unknown.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(problem(unknown).toString()).doesNotContain("s3cret");
        for (String wrong : List.of("Bearer wrong", "Bearer ", "Bearer s3cret2", "Basic s3cret", "s3cret")) {
            assertThat(ask(item("a"), "Authorization", wrong).statusCode())
                    .as(wrong)
                    .isEqualTo(401);
        }
        assertThat(api.requests()).isEmpty();
        assertThat(ask(item("a"), "Authorization", "Bearer s3cret").statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CamelHttpUri",
                "camelhttppath",
                "CamelHttpQuery",
                "CamelHttpMethod",
                "CAMELHTTPRESPONSECODE",
                "org.apache.camel.Foo",
                "SaddlebagDestination",
                "saddlebagkey",
                "Authorization",
                "Cookie"
            })
    void shouldNotLetCallersSetHeadersThatMeanSomethingHere(String name) throws Exception {
        Map<String, Object> seen = new ConcurrentHashMap<>();
        bundle.plus(new RouteBuilder() {
            @Override
            public void configure() {
                interceptSendToEndpoint("batch:saddlebag")
                        .process(exchange -> seen.putAll(exchange.getMessage().getHeaders()));
            }
        });
        start();

        HttpResponse<String> answer = ask(item("a"), name, "http://127.0.0.1:1/other", "X-Tenant", "t1");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().map()).doesNotContainKey(name.toLowerCase()).doesNotContainKey("x-tenant");
        assertThat(api.requests()).hasSize(1);
        assertThat(api.requests().get(0).target()).isEqualTo("/batch");
        assertThat(api.requests().get(0).headers().toString()).doesNotContain("127.0.0.1:1", "t1");
        assertThat(seen.keySet()).noneMatch(name::equalsIgnoreCase);
    }

    @Test
    void shouldListenOnLoopbackOnly() throws Exception {
        start();

        assertThat(bundle.context().resolvePropertyPlaceholders("{{bean:saddlebagCallers.host}}"))
                .isEqualTo("127.0.0.1");
    }

    @Test
    void shouldFinishWhatIsUnderWayAndTurnOthersAwayWhereItStops() throws Exception {
        holdAnswers();
        bundle.with("saddlebag.batch.max-in-flight", 1).with("saddlebag.source.http.offer-timeout", "30s");
        start();
        CompletableFuture<HttpResponse<String>> underWay = askAsync(item("a"));
        await().until(() -> !api.requests().isEmpty());
        CompletableFuture<HttpResponse<String>> waiting = askAsync(item("b"));
        await().until(() -> parked() == 2);
        int port = port();

        CompletableFuture<Void> stop = Async.run(() -> bundle.context().stop());
        HttpResponse<String> turnedAway = get(waiting);
        HttpResponse<String> late = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/items"))
                        .POST(BodyPublishers.ofString(item("c")))
                        .build(),
                BodyHandlers.ofString());
        go.countDown();

        assertThat(turnedAway.statusCode()).isEqualTo(503);
        assertThat(turnedAway.headers().firstValue("Retry-After")).isPresent();
        assertThat(late.statusCode()).isEqualTo(503);
        assertThat(get(underWay).body()).isEqualTo(echoOf("a"));
        get(stop);
    }

    @Test
    void shouldGiveBackWhatCannotBeFinishedWhereItStops() throws Exception {
        api.behave(request -> TestApi.answer(500, ""));
        bundle.with("saddlebag.call.back-off", "30s").with("saddlebag.call.max-back-off", "30s");
        start();
        CompletableFuture<HttpResponse<String>> answer = askAsync(item("a"));
        await().until(() -> !api.requests().isEmpty());

        bundle.context().stop();

        assertThat(get(answer).statusCode()).isEqualTo(503);
    }

    @Test
    void shouldTryAgainForTheCallersWhomItLetInWhereItStops() throws Exception {
        api.behave(request -> request.number() == 1 ? TestApi.answer(500, "") : TestApi.echo(request));
        bundle.with("saddlebag.call.back-off", "1s").with("saddlebag.call.max-back-off", "1s");
        start();
        CompletableFuture<HttpResponse<String>> answer = askAsync(item("a"));
        await().until(() -> !api.requests().isEmpty());

        bundle.context().stop();

        assertThat(get(answer).body()).isEqualTo(echoOf("a"));
        assertThat(api.requests()).hasSize(2);
    }

    @Test
    void shouldServeAgainAfterItsRouteWasStopped() throws Exception {
        start();
        assertThat(ask(item("a")).statusCode()).isEqualTo(200);

        bundle.context().getRouteController().stopRoute("saddlebag-source-http");
        assertThat(ask(item("a")).statusCode()).isEqualTo(404);
        bundle.context().getRouteController().startRoute("saddlebag-source-http");

        assertThat(ask(item("a")).statusCode()).isEqualTo(200);
    }

    @Test
    void shouldSayWhereThePortIsTaken() throws Exception {
        bundle.with("saddlebag.source.http.port", api.port());

        assertThat(Async.run(this::start).handle((ok, error) -> error).get(60, TimeUnit.SECONDS))
                .hasMessageContaining("saddlebag.source.http.port is '" + api.port() + "'")
                .hasMessageContaining("taken");
    }

    @Test
    void shouldNotBeThereUnlessItIsEnabled() throws Exception {
        bundle.with("saddlebag.source.http.enabled", false).start();

        assertThat(bundle.context().getRoute("saddlebag-source-http")).isNull();
        assertThat(bundle.context().hasService(CallerServer.class)).isNull();
    }

    private static void send(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    /** What comes back until the server closes the connection. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port())) {
            socket.setSoTimeout(20_000);
            send(socket, request);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            InputStream in = socket.getInputStream();
            in.transferTo(answer);
            return answer.toString(StandardCharsets.UTF_8);
        }
    }
}
