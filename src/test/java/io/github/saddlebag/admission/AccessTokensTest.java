package io.github.saddlebag.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.TestSettings;
import io.github.saddlebag.config.AuthSettings;
import io.github.saddlebag.http.Network;
import io.github.saddlebag.testing.Faults;
import io.github.saddlebag.testing.TestApi;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When another token is fetched, by a clock of the test's own. */
@Timeout(120)
class AccessTokensTest {

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger given = new AtomicInteger();
    private volatile String lifetime = "";
    private final TestApi server = TestApi.start(
            request -> TestApi.answer(200, "{\"access_token\":\"t" + given.incrementAndGet() + "\"" + lifetime + "}"));
    private final AccessTokens tokens = tokens(Duration.ofSeconds(30));

    private AccessTokens tokens(Duration timeout) {
        AuthSettings settings = TestSettings.of(
                        "auth.token-url", server.url(), "auth.client-id", "me", "auth.client-secret", "secret")
                .auth();
        return new AccessTokens(settings, new Network("", settings), nanos::get, timeout);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String token() throws Exception {
        return tokens.get().get(60, TimeUnit.SECONDS);
    }

    /** A tenth before its end, and at most 30 seconds. */
    @ParameterizedTest
    @CsvSource({"10, 8999, 9001", "3600, 3569999, 3570001", "'\"100\"', 89999, 90001"})
    void shouldFetchAnotherShortlyBeforeItEnds(String seconds, long still, long over) throws Exception {
        lifetime = ",\"expires_in\":" + seconds;
        assertThat(token()).isEqualTo("t1");

        nanos.set(Duration.ofMillis(still).toNanos());
        assertThat(token()).isEqualTo("t1");
        nanos.set(Duration.ofMillis(over).toNanos());
        assertThat(token()).isEqualTo("t2");
    }

    @Test
    void shouldKeepATokenOfUnknownLifetimeUntilItIsWithdrawn() throws Exception {
        assertThat(token()).isEqualTo("t1");
        nanos.set(Duration.ofDays(30).toNanos());
        assertThat(token()).isEqualTo("t1");

        tokens.withdrawn("another");
        assertThat(token()).isEqualTo("t1");
        tokens.withdrawn("t1");
        assertThat(token()).isEqualTo("t2");
    }

    @Test
    void shouldFetchOneForAllWhoAskAtOnce() {
        List<CompletableFuture<String>> asked =
                Stream.generate(tokens::get).limit(50).toList();

        assertThat(asked.stream().map(CompletableFuture::join)).containsOnly("t1");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void shouldReadNoMoreThanATokenIsLarge() {
        server.behave(request -> Faults.endlessBody());

        assertThatThrownBy(this::token).hasMessageContaining("larger than 1048576 bytes");
    }

    /** Its head comes in time, and its body never. */
    @Test
    void shouldNotWaitForATokenThatDrips() {
        AccessTokens hasty = tokens(Duration.ofMillis(500));
        server.behave(request -> Faults.dripping().get("body"));

        // some JDKs count the body to the request's own time
        assertThatThrownBy(() -> hasty.get().get(60, TimeUnit.SECONDS))
                .satisfies(late -> assertThat(late.getMessage()).containsAnyOf("did not come within", "timed out"));
    }
}
