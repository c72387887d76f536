package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Certificates;
import io.github.saddlebag.testing.Faults;
import io.github.saddlebag.testing.JobApi;
import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
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

    /** Over TLS what was not asked for may be decrypted already, and be known to nobody. */
    @ParameterizedTest
    @CsvSource({"batch, true", "batch, false", "single, true", "single, false"})
    void shouldGiveNobodyTheResponseToAnotherOverTls(String mode, boolean together, @TempDir Path folder)
            throws Exception {
        Certificates certificates = new Certificates(folder);
        Path key = certificates.key("address", "ip:127.0.0.1");
        SSLContext tls = Certificates.context(key, certificates.trust("trusts", key));
        try (TestApi secure = TestApi.startTls(
                tls,
                false,
                request -> together
                        ? Faults.twice(request.body())
                        : Faults.again(request.body(), 1, late::incrementAndGet))) {
            bundle.with("saddlebag.call.url", secure.url().replace("http:", "https:"))
                    .with("saddlebag.auth.trust-store", certificates.trust("trusted", key))
                    .with("saddlebag.auth.trust-store-password", Certificates.PASSWORD)
                    .with("saddlebag.call.mode", mode)
                    .with("saddlebag.call.concurrency", 1)
                    .start();

            for (int i = 1; i <= 5; i++) {
                int asked = i;
                List<Outcome> outcomes = bundle.ask(List.of(item("i" + i)));
                assertThat(id(outcomes.get(0).answer())).isEqualTo("i" + i);
                await().pollInterval(Duration.ofMillis(10)).until(() -> together || late.get() == asked);
            }
        }
    }

    /** The answers of one job are not those of the next, nor what is said of it. */
    @Test
    void shouldGiveNoJobWhatIsSaidOfAnother(@TempDir Path folder) throws Exception {
        JobApi jobs = new JobApi(2);
        api.behave(request -> {
            TestApi.Answer once = jobs.answer(request);
            byte[] body = once.body();
            String head = "HTTP/1.1 " + once.status() + " OK\r\nContent-Length: " + body.length + "\r\n\r\n";
            byte[] response = (head + new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
            return TestApi.wire(out -> {
                out.write(ByteBuffer.allocate(2 * response.length)
                        .put(response)
                        .put(response)
                        .array());
                out.flush();
                return true;
            });
        });
        bundle.with("saddlebag.call.mode", "job")
                .with("saddlebag.job.poll-interval", "1ms")
                .with("saddlebag.job.max-poll-interval", "2ms")
                .with("saddlebag.job.directory", folder)
                .start();

        List<Outcome> outcomes = bundle.ask(given());

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(outcomes)
                .extracting(outcome -> id(outcome.answer()))
                .isEqualTo(outcomes.stream().map(outcome -> outcome.item().id()).toList());
        assertThat(jobs.jobs()).hasSize(ITEMS);
    }

    /** As servers and proxies say it that close a connection which nobody uses. */
    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldTakeNoTimeoutOfAnIdleConnectionForAnAnswer(String mode) throws Exception {
        api.behave(request -> TestApi.wire(out -> {
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + request.body().length + "\r\n\r\n" + request.text())
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            out.write("HTTP/1.1 408 Request Time-out\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            late.incrementAndGet();
            return false;
        }));
        bundle.with("saddlebag.call.mode", mode)
                .with("saddlebag.call.max-attempts", 1)
                .start();

        for (int i = 1; i <= 5; i++) {
            int asked = i;
            List<Outcome> outcomes = bundle.ask(List.of(item("i" + i)));
            assertThat(outcomes.get(0).failed())
                    .as("%s", outcomes.get(0).failure())
                    .isFalse();
            assertThat(id(outcomes.get(0).answer())).isEqualTo("i" + i);
            await().pollInterval(Duration.ofMillis(10)).until(() -> late.get() == asked);
        }
        assertThat(api.requests()).hasSize(5);
    }
}
