package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Faults;
import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that sends one response more than was asked for: each item got the answer of another one. */
@Tag("slow")
@Timeout(120)
class ExtraResponseTest {

    private static final int ITEMS = 40;

    private final AtomicInteger late = new AtomicInteger();
    private final TestApi api = TestApi.start(request -> Faults.twice(request.body()));
    private final Bundle bundle = Bundle.all()
            .with("saddlebag.call.url", api.url())
            .with("saddlebag.answer.match", "position")
            .with("saddlebag.batch.max-items", 1)
            .with("saddlebag.single.items", "data")
            .with("saddlebag.call.back-off", "1ms");

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    private void answerOnce() {
        api.behave(request -> TestApi.answer(200, request.body()));
    }

    private static List<String> given() {
        return IntStream.rangeClosed(1, ITEMS).mapToObj(i -> item("i" + i)).toList();
    }

    private static String id(Object answer) {
        try {
            JsonNode json = TestApi.JSON.readTree((byte[]) answer);
            return json.path("id").asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"batch, 1, 1", "batch, 8, 1", "batch, 4, 3", "single, 1, 1", "single, 8, 1", "single, 4, 3"})
    void shouldGiveNobodyTheResponseToAnother(String mode, int concurrency, int every) throws Exception {
        api.behave(request ->
                request.number() % every == 0 ? Faults.twice(request.body()) : TestApi.answer(200, request.body()));
        bundle.with("saddlebag.call.mode", mode)
                .with("saddlebag.call.concurrency", concurrency)
                .start();

        List<Outcome> outcomes = bundle.ask(given());

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(outcomes)
                .allSatisfy(outcome -> assertThat(id(outcome.answer()))
                        .isEqualTo(outcome.item().id()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldGiveNobodyAResponseThatCameLater(String mode) throws Exception {
        api.behave(request -> Faults.again(request.body(), 20, late::incrementAndGet));
        bundle.with("saddlebag.call.mode", mode).start();

        for (int i = 1; i <= 5; i++) {
            int asked = i;
            List<Outcome> outcomes = bundle.ask(List.of(item("i" + i)));
            assertThat(id(outcomes.get(0).answer())).isEqualTo("i" + i);
            await().pollInterval(Duration.ofMillis(10)).until(() -> late.get() == asked);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldHaveAConnectionForEachRequestWhereThatIsConfigured(String mode) throws Exception {
        bundle.with("saddlebag.call.mode", mode)
                .with("saddlebag.call.header.Connection", "close")
                .start();

        assertThat(bundle.ask(given())).noneMatch(Outcome::failed);
        assertThat(api.connections()).isEqualTo(ITEMS);
    }

    @Test
    void shouldUseACleanConnectionAgain() throws Exception {
        answerOnce();
        bundle.with("saddlebag.call.concurrency", 1).start();

        assertThat(bundle.ask(given())).noneMatch(Outcome::failed);
        assertThat(api.connections()).isEqualTo(1);
    }

    /** What follows a response and is none, nor a whole line: the next item's request was lost to it, at times for good. */
    @ParameterizedTest
    @CsvSource({
        "single, 204 None, 2, []",
        "single, 200 OK, 0, x",
        "single, 200 OK, 0, 'HTTP/1.1 200 OK\r\nContent-'",
        "batch, 204 None, 2, []",
        "batch, 200 OK, 0, 'HTTP/1.1 200 OK\r\nContent-'"
    })
    void shouldNotLoseTheNextRequestToTheRestOfAResponse(String mode, String status, int length, String rest)
            throws Exception {
        String head = "HTTP/1.1 " + status + "\r\nContent-Length: " + length + "\r\n\r\n";
        byte[] wrong = (head + rest.translateEscapes()).getBytes(StandardCharsets.US_ASCII);
        api.behave(request -> request.number() % 2 == 0
                ? TestApi.answer(200, request.body())
                : TestApi.wire(out -> {
                    out.write(wrong);
                    out.flush();
                    return true;
                }));
        bundle.with("saddlebag.call.mode", mode)
                .with("saddlebag.call.concurrency", 1)
                .with("saddlebag.call.max-attempts", 1)
                .with("saddlebag.call.statuses", "400:fail,413:fail,422:fail")
                .start();

        for (int i = 1; i <= 3; i++) {
            bundle.ask(List.of(item("wrong" + i)));
            Outcome next = bundle.ask(List.of(item("i" + i))).get(0);
            assertThat(next.failed()).as("%s", next.failure()).isFalse();
            assertThat(id(next.answer())).isEqualTo("i" + i);
        }
        assertThat(api.requests()).hasSize(6);
        assertThat(api.connections()).isEqualTo(4);
    }
}
