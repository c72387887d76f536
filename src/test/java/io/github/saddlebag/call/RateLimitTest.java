package io.github.saddlebag.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000L);

    private static Optional<RateLimit> parse(String... fields) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < fields.length; i += 2) {
            headers.put(fields[i], fields[i + 1]);
        }
        return RateLimit.parse(headers::get, NOW);
    }

    private static RateLimit limit(long limit, long remaining, long resetMillis) {
        return new RateLimit(limit, remaining, Duration.ofMillis(resetMillis));
    }

    @Test
    void shouldReadTheStructuredFieldsOfDraft8AndLater() {
        assertThat(parse("RateLimit", "\"default\";r=50;t=30", "RateLimit-Policy", "\"default\";q=100;w=60"))
                .contains(limit(100, 50, 30_000));
        assertThat(parse("ratelimit", "\"burst\"; r=5; pk=:x==:; t=1, \"day\";r=3;t=600"))
                .as("the tightest of several policies")
                .contains(limit(-1, 3, 600_000));
        assertThat(parse("RateLimit", "default;r=0;t=7")).contains(limit(-1, 0, 7_000));
    }

    @Test
    void shouldReadTheCombinedFieldOfDraft7() {
        assertThat(parse("RateLimit", "limit=100, remaining=2, reset=5")).contains(limit(100, 2, 5_000));
    }

    @Test
    void shouldReadTheSeparateFieldsOfDraft6() {
        assertThat(parse("RateLimit-Limit", "10, 10;w=1", "RateLimit-Remaining", "9", "RateLimit-Reset", "4"))
                .contains(limit(10, 9, 4_000));
    }

    @ParameterizedTest
    @CsvSource({
        "30, 30000",
        "1800000045, 45000",
        "1800000045000, 45000",
        "1700000000, 0",
        "6m0s, 360000",
        "1s, 1000",
        "12ms, 12",
        "1h2m3s, 3723000",
        "0.5, 500"
    })
    void shouldReadTheDialectsOfXRateLimitReset(String reset, long millis) {
        assertThat(parse("X-RateLimit-Limit", "60", "X-RateLimit-Remaining", "1", "X-RateLimit-Reset", reset))
                .contains(limit(60, 1, millis));
    }

    @Test
    void shouldReadTheDialectThatNamesRequests() {
        assertThat(parse(
                        "x-ratelimit-limit-requests", "500",
                        "x-ratelimit-remaining-requests", "499",
                        "x-ratelimit-reset-requests", "120ms"))
                .contains(limit(500, 499, 120));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RateLimit             | nonsense",
                "RateLimit             | \"x\";t=5",
                "RateLimit             | limit=5",
                "RateLimit             | ;;;===",
                "X-RateLimit-Remaining | 5"
            })
    void shouldIgnoreWhatItCannotRead(String name, String value) {
        assertThat(parse(name, value)).isEmpty();
    }

    @Test
    void shouldIgnoreAResetThatIsNoTimeAndBoundNumbersThatAreAbsurd() {
        assertThat(parse("X-RateLimit-Remaining", "5", "X-RateLimit-Reset", "tomorrow"))
                .isEmpty();
        assertThat(parse("RateLimit-Remaining", "9".repeat(40), "RateLimit-Reset", "5"))
                .contains(limit(-1, Long.MAX_VALUE, 5_000));
    }
}
