package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Request;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one attempt comes to is the same in every mode. */
@Tag("slow")
@Timeout(120)
@ParameterizedClass
@ValueSource(strings = {"batch", "single", "job"})
class EveryModeTest {

    private static final int ITEMS = 4;

    @Parameter
    private String mode;

    @TempDir
    private Path folder;

    private final TestApi api = TestApi.start(Singles::either);
    private final TestApi tokens = TestApi.start(
            request -> TestApi.answer(200, "{\"access_token\":\"t" + request.number() + "\",\"expires_in\":3600}"));
    private Bundle bundle;

    @BeforeEach
    void configure() {
        bundle = Bundle.all()
                .with("saddlebag.call.mode", mode)
                .with("saddlebag.call.url", api.url())
                .with("saddlebag.call.concurrency", 1)
                .with("saddlebag.batch.max-items", 1)
                .with("saddlebag.single.items", "data")
                .with("saddlebag.job.directory", folder);
    }

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
        tokens.close();
    }

    /** As many requests fail in such a way, all others are answered. */
    private void failing(int count, Answer answer) {
        AtomicInteger left = new AtomicInteger(count);
        api.behave(request -> left.getAndDecrement() > 0 ? answer : Singles.either(request));
    }

    private List<Outcome> ask() {
        return bundle.ask(items(ITEMS));
    }

    private long nanosBetween(int first, int second) {
        List<Request> all = api.requests();
        return all.get(second).nanos() - all.get(first).nanos();
    }

    @ParameterizedTest
    @ValueSource(ints = 503)
    void shouldSendAgainAfter(int status) throws Exception {
        failing(2, TestApi.answer(status, ""));
        bundle.start();

        assertThat(ask()).noneMatch(Outcome::failed);
        assertThat(api.requests()).hasSize(ITEMS + 2);
    }

    /** No status of HTTP (RFC 9110 15): the response is garbled, and says nothing of its request. */
    @ParameterizedTest
    @ValueSource(strings = {"000", "099", "600", "999"})
    void shouldSendAgainAfterAStatusThatIsNone(String status) throws Exception {
        failing(2, TestApi.wire(out -> {
            out.write(("HTTP/1.1 " + status + " No\r\nContent-Length: 0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return true;
        }));
        bundle.with("saddlebag.call.response-timeout", "1s").start();

        assertThat(ask()).noneMatch(Outcome::failed);
        assertThat(api.requests()).hasSize(ITEMS + 2);
    }

    @Test
    void shouldSayThatWhatIsCompressedIsBroken() throws Exception {
        failing(
                1000,
                TestApi.answer(200, new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0}).with("Content-Encoding", "gzip"));
        bundle.with("saddlebag.call.max-attempts", 1).start();

        assertThat(ask())
                .allSatisfy(outcome -> assertThat(outcome.failure().reason())
                        .startsWith("No usable answer: the response is compressed, and that is broken or cut off"));
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void shouldSendNothingBeforeRetryAfterIsOver(int status) throws Exception {
        failing(1, TestApi.answer(status, "").with("Retry-After", "1"));
        bundle.with("saddlebag.call.max-attempts", 1).start();

        assertThat(ask()).noneMatch(Outcome::failed);
        assertThat(api.requests()).hasSize(ITEMS + 1);
        assertThat(nanosBetween(0, 1)).isGreaterThan(Duration.ofMillis(990).toNanos());
    }

    @Test
    void shouldFailWhatIsRefusedAndNothingElse() throws Exception {
        failing(1, TestApi.answer(422, "{\"detail\":\"this one is bad\"}"));
        bundle.start();

        List<Outcome> outcomes = ask();

        assertThat(api.requests()).hasSize(ITEMS);
        assertThat(outcomes).filteredOn(Outcome::failed).singleElement().satisfies(outcome -> {
            assertThat(outcome.failure().detail()).contains("this one is bad");
            assertThat(outcome.failure().reason()).contains("422", "(1 attempt in ");
        });
    }

    @Test
    void shouldSendNothingWhileTheCircuitBreakerIsOpen() throws Exception {
        failing(10, TestApi.answer(500, ""));
        bundle.with("saddlebag.breaker.wait-duration-in-open-state", "2s")
                .with("saddlebag.breaker.sliding-window-size", 10)
                .with("saddlebag.breaker.minimum-number-of-calls", 10)
                .start();

        assertThat(ask()).noneMatch(Outcome::failed);
        assertThat(nanosBetween(9, 10)).isGreaterThan(Duration.ofMillis(1900).toNanos());
    }

    @Test
    void shouldSendAgainWhatIsLate() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        AtomicInteger left = new AtomicInteger(1);
        api.behave(request -> {
            if (left.getAndDecrement() > 0) {
                over.await();
            }
            return Singles.either(request);
        });
        bundle.with("saddlebag.call.response-timeout", "1s").start();

        List<Outcome> outcomes = ask();
        over.countDown();

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(api.requests()).hasSize(ITEMS + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = 308)
    void shouldFollowARedirectThatKeepsTheRequest(int status) throws Exception {
        api.behave(request -> request.target().equals("/batch")
                ? TestApi.answer(status, "").with("Location", "/other?a=b%2Fc")
                : Singles.either(request));
        bundle.with("saddlebag.call.max-attempts", 1)
                .with("saddlebag.call.header.X-Key", "k")
                .start();

        assertThat(ask()).noneMatch(Outcome::failed);
        assertThat(api.requests()).hasSizeBetween(ITEMS + 1, 2 * ITEMS).allSatisfy(request -> {
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.text()).contains("\"id\"");
            assertThat(request.headers()).containsEntry("x-key", "k");
        });
        assertThat(api.requests()).extracting(Request::target).containsOnly("/batch", "/other?a=b%2Fc");
    }

    @Test
    void shouldRenewCredentialsThatAreNotTakenAnyMore() throws Exception {
        api.behave(request -> "Bearer t1".equals(request.headers().get("authorization")) && request.number() > 2
                ? TestApi.answer(401, "")
                : Singles.either(request));
        bundle.with("saddlebag.auth.token-url", tokens.url())
                .with("saddlebag.auth.client-id", "me")
                .with("saddlebag.auth.client-secret", "secret")
                .with("saddlebag.call.max-attempts", 1)
                .start();

        assertThat(ask()).noneMatch(Outcome::failed);
        assertThat(tokens.requests()).hasSize(2);
        assertThat(api.requests().stream()
                        .filter(request -> "Bearer t2".equals(request.headers().get("authorization"))))
                .hasSize(ITEMS - 2);
    }
}
