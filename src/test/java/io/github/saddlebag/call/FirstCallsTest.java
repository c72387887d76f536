package io.github.saddlebag.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.TestSettings;
import io.github.saddlebag.endpoint.CallFailedException;
import io.github.saddlebag.endpoint.FirstCalls;
import io.github.saddlebag.endpoint.Reply;
import io.github.saddlebag.endpoint.StatusClasses;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FirstCallsTest {

    private final List<String> told = new CopyOnWriteArrayList<>();
    private FirstCalls firstCalls = new FirstCalls(true);

    @BeforeEach
    void enable() {
        firstCalls.listener(told::add);
    }

    private boolean failed(Throwable error, String description) {
        return firstCalls.failed(
                Fault.of(error, new StatusClasses(TestSettings.of().retry()), said -> false)
                        .says(),
                description);
    }

    private static CallFailedException status(int status) {
        return new CallFailedException(new Reply(status, Duration.ZERO, Optional.empty()), null);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 405})
    void shouldGiveUpAfterThreeCallsThatSpeakAgainstTheEndpoint(int status) {
        assertThat(failed(status(status), "no")).isTrue();
        assertThat(failed(status(status), "no")).isTrue();
        assertThat(told).isEmpty();
        assertThat(failed(status(status), "no")).isTrue();

        assertThat(told).containsExactly("no");
        assertThat(firstCalls.isUnusable()).isTrue();
        assertThat(failed(new IOException(), "late")).isTrue();
        assertThat(told).hasSize(1);
    }

    @Test
    void shouldTellOnceThatTheFirstCallWasNotAnswered() {
        List<String> doubts = new CopyOnWriteArrayList<>();
        firstCalls.doubtListener(doubts::add);

        assertThat(failed(new SocketTimeoutException(), "late")).isFalse();
        assertThat(failed(new IOException(), "broken")).isFalse();

        assertThat(doubts).containsExactly("late");
        assertThat(told).isEmpty();
    }

    @Test
    void shouldGiveUpAfterASingleCallThatNothingFollows() {
        failed(new UnknownHostException("x"), "the host is unknown");

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(told).hasSize(1));
    }

    @Test
    void shouldWaitSomeSecondsForAnEndpointThatRefusesForItMayBeStarting() {
        for (int i = 0; i < 20; i++) {
            assertThat(failed(new ConnectException(), "refused")).isTrue();
        }
        assertThat(told).isEmpty();

        firstCalls.usable();
        assertThat(failed(new ConnectException(), "refused")).isFalse();
        assertThat(firstCalls.isUnusable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 422, 429, 500, 503})
    void shouldFindAnEndpointUsableThatOnlyRefusesARequestOrStumbles(int status) {
        assertThat(failed(status(status), "no")).isFalse();
        assertThat(firstCalls.isOpen()).isFalse();
        assertThat(failed(new SSLHandshakeException("x"), "no")).isFalse();
    }

    @Test
    void shouldDecideNothingWhereItIsOff() {
        firstCalls = new FirstCalls(false);

        assertThat(failed(status(401), "no")).isFalse();
        assertThat(firstCalls.isOpen()).isFalse();
    }
}
