package io.github.saddlebag.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReplyTest {

    private static Reply reply(int status, Map<String, String> fields) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(fields);
        return Reply.of(status, headers::get);
    }

    /** Its clock and ours may be years apart. */
    @Test
    void shouldMeasurePointsInTimeByTheClockOfTheEndpoint() {
        String date = "Sun, 06 Nov 1994 08:49:37 GMT";

        assertThat(reply(429, Map.of("date", date, "retry-after", "Sun, 06 Nov 1994 08:49:57 GMT"))
                        .quiet())
                .isEqualTo(Duration.ofSeconds(20));
        assertThat(reply(429, Map.of("Date", date, "Retry-After", "1994-11-06T08:50Z"))
                        .quiet())
                .isEqualTo(Duration.ofSeconds(23));
        assertThat(reply(
                                403,
                                Map.of(
                                        "Date", "Sun, 09 Sep 2001 01:46:30 GMT",
                                        "X-RateLimit-Remaining", "0",
                                        "X-RateLimit-Reset", "1000000010"))
                        .quiet())
                .as("a number since 1970")
                .isEqualTo(Duration.ofSeconds(20));
        assertThat(reply(429, Map.of("Date", "yesterday", "Retry-After", "7")).quiet())
                .isEqualTo(Duration.ofSeconds(7));
    }

    /** After 429 nothing is left, whether that is said or not. */
    @Test
    void shouldReadWhenALimitBeginsAnewFromARefusalAlone() {
        assertThat(reply(429, Map.of("X-RateLimit-Reset-After", "4.25")).quiet())
                .isEqualTo(Duration.ofMillis(4250));
        assertThat(reply(429, Map.of("RateLimit-Reset", "7")).quiet()).isEqualTo(Duration.ofSeconds(7));
        assertThat(reply(404, Map.of("RateLimit-Reset", "7")).quiet()).isZero();
        assertThat(reply(429, Map.of("X-Retry-After", "3")).quiet()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void shouldSayNothingOfATimeThatWasNotSaid() {
        assertThat(reply(429, Map.of("X-Shopify-Shop-Api-Call-Limit", "40/40")).quiet())
                .isZero();
    }
}
