package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.batch.Position;
import io.github.saddlebag.serve.CallerServer;
import io.github.saddlebag.testing.Async;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers who cannot wait as long as nothing is sent are told so at once; sources wait. */
@Tag("slow")
@Timeout(120)
class CallersWaitTest {

    private final TestApi api = TestApi.start(Singles::either);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Bundle bundle;

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    private void start(String mode, String... properties) throws Exception {
        bundle = Singles.bundle(mode)
                .with("saddlebag.call.url", api.url())
                .with("saddlebag.single.items", "data")
                .with("saddlebag.source.http.enabled", true)
                .with("saddlebag.source.http.port", 0);
        for (int i = 0; i < properties.length; i += 2) {
            bundle.with(properties[i], properties[i + 1]);
        }
        bundle.start();
    }

    private HttpResponse<String> ask(String body) throws Exception {
        int port = bundle.context().hasService(CallerServer.class).port();
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/items"))
                        .timeout(Duration.ofSeconds(20))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static Answer refusal() {
        return TestApi.answer(429, "{\"message\":\"too fast\"}").with("Retry-After", "30");
    }

    /** What comes from a source, which can wait. */
    private record Line(long number) implements Position {
        @Override
        public String source() {
            return "lines";
        }
    }

    private CompletableFuture<List<Outcome>> readAsync(int count) {
        List<Item> lines = items(count).stream()
                .map(text -> new Item(text.getBytes(StandardCharsets.UTF_8), Map.of(), new Line(1)))
                .toList();
        return Async.call(() -> outcomes(lines));
    }

    @SuppressWarnings("unchecked")
    private List<Outcome> outcomes(List<Item> lines) {
        return bundle.template().requestBody("batch:saddlebag", lines, List.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldTellCallersAtOnceThatThePauseIsLongerThanTheyWait(String mode) throws Exception {
        api.behave(request -> refusal());
        start(mode, "saddlebag.source.http.reply-timeout", "10s");
        long begin = System.nanoTime();

        HttpResponse<String> refused = ask(item("a"));
        HttpResponse<String> neverSent = ask(item("b"));

        assertThat(List.of(refused, neverSent)).allSatisfy(answer -> {
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(Integer.parseInt(
                            answer.headers().firstValue("Retry-After").orElseThrow()))
                    .isBetween(28, 33);
            JsonNode problem = TestApi.JSON.readTree(answer.body());
            assertThat(problem.path("detail").asText()).contains("429", "nothing is sent");
        });
        assertThat(api.requests()).hasSize(1);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldLetCallersWaitWhoHaveTheTime(String mode) throws Exception {
        api.behave(request ->
                request.number() == 1 ? TestApi.answer(429, "").with("Retry-After", "0.3") : Singles.either(request));
        start(mode, "saddlebag.source.http.reply-timeout", "10s");

        assertThat(ask(item("a")).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldTellCallersThatTheCircuitBreakerIsOpenForLongerThanTheyWait(String mode) throws Exception {
        api.behave(request -> TestApi.answer(500, ""));
        start(
                mode,
                "saddlebag.source.http.reply-timeout",
                "5s",
                "saddlebag.breaker.sliding-window-size",
                "2",
                "saddlebag.breaker.minimum-number-of-calls",
                "2",
                "saddlebag.breaker.wait-duration-in-open-state",
                "30s");

        HttpResponse<String> first = ask(item("a"));
        HttpResponse<String> second = ask(item("b"));

        assertThat(first.statusCode()).isEqualTo(503);
        assertThat(second.statusCode()).isEqualTo(503);
        assertThat(second.headers().firstValue("Retry-After")).isPresent();
        assertThat(api.requests()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"batch, 401", "batch, 404", "single, 401", "single, 402"})
    void shouldHoldItemsAndTellCallersWhereAllRequestsAreRefused(String mode, int status) throws Exception {
        api.behave(request -> TestApi.answer(status, "{\"error\":\"key expired\"}"));
        start(mode, "saddlebag.call.refused-in-row", "3", "saddlebag.call.probe-interval", "1s");
        CompletableFuture<List<Outcome>> lines = readAsync(12);
        await(3);
        int sent = api.requests().size();

        HttpResponse<String> told = ask(item("x"));

        assertThat(told.statusCode()).isEqualTo(503);
        assertThat(told.headers().firstValue("Retry-After")).isPresent();
        assertThat(TestApi.JSON.readTree(told.body()).path("detail").asText())
                .contains(Integer.toString(status), "3 requests in a row", "key expired");
        await(sent + 1);
        assertThat(lines).isNotDone();
        assertThat(api.requests().size()).isLessThan(sent + 9);

        api.behave(Singles::either);

        assertThat(lines.get(60, TimeUnit.SECONDS)).hasSize(12).noneMatch(Outcome::failed);
        assertThat(ask(item("y")).statusCode()).isEqualTo(200);
    }

    /** One batch has a caller who cannot wait, one who can, and a line of a source. */
    @Test
    void shouldTellOnlyThoseOfABatchWhoCannotWait() throws Exception {
        api.behave(request ->
                request.number() == 1 ? TestApi.answer(429, "").with("Retry-After", "4") : Singles.either(request));
        start(
                "batch",
                "saddlebag.source.http.reply-timeout",
                "3s",
                "saddlebag.batch.max-items",
                "3",
                "saddlebag.batch.max-wait",
                "20s");
        CompletableFuture<String> patient =
                bundle.template().asyncRequestBody("batch:saddlebag?replyTimeout=30s", item("patient"), String.class);
        CompletableFuture<List<Outcome>> line = readAsync(1);

        HttpResponse<String> hasty = ask(item("hasty"));

        assertThat(hasty.statusCode()).as(hasty.body()).isEqualTo(503);
        assertThat(Integer.parseInt(hasty.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 6);
        assertThat(hasty.body()).contains("429");
        assertThat(api.requests()).as("told before the pause is over").hasSize(1);
        assertThat(api.requests().get(0).ids()).containsExactlyInAnyOrder("patient", "i1", "hasty");
        assertThat(patient.get(60, TimeUnit.SECONDS)).contains("r:tpatient");
        assertThat(line.get(60, TimeUnit.SECONDS)).hasSize(1).noneMatch(Outcome::failed);
        assertThat(api.requests().get(1).ids()).as("nobody waits for it").doesNotContain("hasty");
    }

    private void await(int requests) {
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> api.requests().size() >= requests);
    }

    /** Sources wait until the endpoint wants to be called again, however long that is. */
    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldHoldItemsThatAreRefusedBeyondTheDeadline(String mode) throws Exception {
        api.behave(request ->
                request.number() <= 2 ? TestApi.answer(429, "").with("Retry-After", "0.4") : Singles.either(request));
        start(mode, "saddlebag.call.deadline", "300ms");

        assertThat(readAsync(3).get(60, TimeUnit.SECONDS)).hasSize(3).noneMatch(Outcome::failed);
    }
}
