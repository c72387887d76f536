package io.github.saddlebag.routes;

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
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An HTTP caller sends many items in one body, and reads the line of each answer as it comes. */
@Tag("slow")
@Timeout(120)
class SourceHttpListTest {

    private static final String LINES = "application/x-ndjson";

    private final TestApi api = TestApi.start(TestApi::echo);
    private final CountDownLatch go = new CountDownLatch(1);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
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
    }

    private void start() throws Exception {
        bundle.context().getRegistry().bind("meters", meters);
        bundle.start();
    }

    private int port() {
        return bundle.context().hasService(CallerServer.class).port();
    }

    private HttpRequest post(String body, String type, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/items"))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body));
        return headers.length == 0 ? request.build() : request.headers(headers).build();
    }

    private HttpResponse<String> ask(String body, String type, String... headers) throws Exception {
        return client.send(post(body, type, headers), BodyHandlers.ofString());
    }

    private double parked() {
        return meters.get("saddlebag.parked").gauge().value();
    }

    private static String items(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> item("i" + i)).collect(Collectors.joining("\n"));
    }

    /** The lines of a response by the id in each; no id has two. */
    private static Map<String, JsonNode> byId(String body) throws Exception {
        Map<String, JsonNode> lines = new HashMap<>();
        for (String line : body.split("\n")) {
            JsonNode parsed = TestApi.JSON.readTree(line);
            assertThat(lines.put(parsed.path("id").asText(), parsed)).isNull();
        }
        return lines;
    }

    @Test
    void shouldAnswerEachLineOfABodyByALine() throws Exception {
        start();

        HttpResponse<String> response = ask(items(0, 3000), LINES);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains(LINES);
        Map<String, JsonNode> lines = byId(response.body());
        assertThat(lines).hasSize(3000);
        lines.forEach((id, line) ->
                assertThat(line.path("result").path("id").asText()).isEqualTo(id));
        assertThat(api.requests()).hasSizeLessThan(200);
        await().until(() -> parked() == 0);
    }

    @Test
    void shouldTakeTheElementsOfAnArrayWhereLinesAreAskedFor() throws Exception {
        start();
        String array = "[" + item("a") + ",\n" + item("b") + "]";

        HttpResponse<String> many = ask(array, "application/json", "Accept", LINES);
        HttpResponse<String> one = ask(array, "application/json");
        HttpResponse<String> plain = ask(item("c"), "application/json", "Accept", LINES);

        assertThat(byId(many.body())).containsOnlyKeys("a", "b");
        assertThat(one.statusCode()).isEqualTo(400);
        assertThat(one.body()).contains("Accept: application/x-ndjson");
        assertThat(plain.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(plain.body()).contains("\"c\"");
    }

    @Test
    void shouldFailTheLinesThatAreNoItemsAndAnswerTheOthers() throws Exception {
        bundle.with("saddlebag.source.http.max-body", "200B");
        start();
        String body =
                item("a") + "\n\nnot json\n{\"text\":\"no id\"}\n{\"id\":\"" + "x".repeat(300) + "\"}\n" + item("b");

        Map<String, JsonNode> lines = byId(ask(body, LINES).body());

        assertThat(lines).containsOnlyKeys("a", "b", "3", "4", "5");
        assertThat(lines.get("b").has("result")).isTrue();
        for (String wrong : List.of("3", "4", "5")) {
            assertThat(lines.get(wrong).path("status").intValue()).isEqualTo(400);
            assertThat(lines.get(wrong).path("error").asText()).isNotBlank();
        }
    }

    @Test
    void shouldSayWhatTheEndpointSaidOfAnItem() throws Exception {
        api.behave(request -> TestApi.answer(403, "{\"detail\":\"no such key\"}"));
        start();

        JsonNode line = byId(ask(items(0, 1), LINES).body()).get("i0");

        assertThat(line.path("status").intValue()).isEqualTo(502);
        assertThat(line.path("error").asText()).endsWith(" The endpoint says: no such key");
    }

    @Test
    void shouldWriteTheLinesOfAnswersAsTheyCome() throws Exception {
        api.behave(request -> {
            if (new String(request.body(), StandardCharsets.UTF_8).contains("\"slow\"")) {
                go.await();
            }
            return TestApi.echo(request);
        });
        bundle.with("saddlebag.batch.max-items", 1);
        start();
        assertThat(ask(item("first"), "application/json").statusCode()).isEqualTo(200);

        HttpResponse<InputStream> response =
                client.send(post(item("slow") + "\n" + item("quick"), LINES), BodyHandlers.ofInputStream());

        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).startsWith("{\"id\":\"quick\",\"result\":");
            go.countDown();
            assertThat(lines.readLine()).startsWith("{\"id\":\"slow\",\"result\":");
            assertThat(lines.readLine()).isNull();
        }
    }

    @Test
    void shouldWaitLongerThanOneCallerWould() throws Exception {
        api.behave(request -> {
            go.await();
            return TestApi.echo(request);
        });
        bundle.with("saddlebag.source.http.reply-timeout", "50ms")
                .with("saddlebag.source.http.offer-timeout", "1ms")
                .with("saddlebag.batch.max-in-flight", 2);
        start();
        CompletableFuture<HttpResponse<String>> list =
                client.sendAsync(post(items(0, 8), LINES), BodyHandlers.ofString());
        await().until(() -> parked() == 8);
        assertThat(ask(item("alone"), "application/json").statusCode()).isEqualTo(429);

        go.countDown();

        assertThat(byId(list.get(60, TimeUnit.SECONDS).body()).values()).allMatch(line -> line.has("result"));
    }

    @Test
    void shouldTakeNoMoreThanAThousandItemsInAtOnce() throws Exception {
        api.behave(request -> {
            go.await();
            return TestApi.echo(request);
        });
        start();
        CompletableFuture<HttpResponse<String>> list =
                client.sendAsync(post(items(0, 5000), LINES), BodyHandlers.ofString());
        await().until(() -> parked() == 1000);
        await().during(Duration.ofMillis(100)).until(() -> parked() == 1000);

        go.countDown();

        assertThat(byId(list.get(60, TimeUnit.SECONDS).body())).hasSize(5000);
    }

    @Test
    void shouldSendNothingMoreOfACallerWhoHasLeft() throws Exception {
        api.behave(request -> {
            go.await();
            return TestApi.echo(request);
        });
        bundle.with("saddlebag.call.concurrency", 1).with("saddlebag.batch.max-items", 10);
        start();
        try (Socket socket = new Socket("127.0.0.1", port())) {
            String body = items(0, 5000);
            socket.getOutputStream()
                    .write(("POST /items HTTP/1.1\r\nHost: x\r\nContent-Type: " + LINES + "\r\nContent-Length: "
                                    + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.UTF_8));
            await().until(() -> parked() == 1000);
        }
        await().until(() -> parked() <= 10);
        go.countDown();

        await().until(() -> parked() == 0);
        assertThat(api.requests()).hasSize(1);
        assertThat(ask(item("next"), "application/json").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldRefuseBodiesThatAreTooLargeOrHoldTooManyItemsOrNone() throws Exception {
        bundle.with("saddlebag.source.http.max-list-items", 3).with("saddlebag.source.http.max-list-body", "200B");
        start();

        assertThat(ask(items(0, 3), LINES).statusCode()).isEqualTo(200);
        HttpResponse<String> many = ask(items(0, 4), LINES);
        HttpResponse<String> large = ask("\n".repeat(201), LINES);
        HttpResponse<String> none = ask("\n", LINES);

        assertThat(many.statusCode()).isEqualTo(413);
        assertThat(many.body()).contains("at most 3 items", "max-list-items");
        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(large.body()).contains("at most 200 bytes", "max-list-body");
        assertThat(none.statusCode()).isEqualTo(400);
        assertThat(api.requests()).hasSize(1);
    }

    @Test
    void shouldRefuseMoreBodiesThanTheirMemoryAllows() throws Exception {
        api.behave(request -> {
            go.await();
            return TestApi.echo(request);
        });
        bundle.with("saddlebag.source.http.max-list-body", "50B");
        start();
        List<CompletableFuture<HttpResponse<String>>> lists = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String body = item("i" + i) + " ".repeat(50 - item("i" + i).length());
            lists.add(client.sendAsync(post(body, LINES), BodyHandlers.ofString()));
        }
        await().until(() -> parked() == 8);

        HttpResponse<String> ninth = ask(item("ninth"), LINES);
        go.countDown();

        assertThat(ninth.statusCode()).isEqualTo(429);
        for (CompletableFuture<HttpResponse<String>> list : lists) {
            assertThat(list.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
        assertThat(ask(item("ninth"), LINES).statusCode()).isEqualTo(200);
    }

    @Test
    void shouldTellOfEachItemWhereItStops() throws Exception {
        api.behave(request -> {
            go.await();
            return TestApi.echo(request);
        });
        bundle.with("saddlebag.batch.max-in-flight", 10).with("saddlebag.batch.max-items", 10);
        start();
        CompletableFuture<HttpResponse<String>> list =
                client.sendAsync(post(items(0, 3000), LINES), BodyHandlers.ofString());
        await().until(() -> !api.requests().isEmpty() && parked() == 1000);

        CompletableFuture<Void> stop = Async.run(() -> bundle.context().stop());
        await().until(() -> bundle.context().isStopping());
        go.countDown();

        Map<String, JsonNode> lines = byId(list.get(60, TimeUnit.SECONDS).body());
        stop.get(60, TimeUnit.SECONDS);
        assertThat(lines).hasSize(3000);
        assertThat(lines.get("i0").has("result")).isTrue();
        assertThat(lines.get("i2999").path("status").intValue()).isEqualTo(503);
        assertThat(lines.values())
                .allMatch(line -> line.has("result") || line.path("status").intValue() == 503);
    }
}
