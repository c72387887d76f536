package io.github.saddlebag.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.pace.RateLimit;
import io.github.saddlebag.pace.RetryAfter;
import io.github.saddlebag.testing.Mutations;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Header fields with errors anywhere: each says something that makes sense, or nothing. */
@Timeout(120)
class MutatedFieldsTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000L);
    private static final Duration LONGEST = Duration.ofDays(366);

    private static String text(byte[] input) {
        return new String(input, StandardCharsets.ISO_8859_1);
    }

    @Test
    void shouldReadAnyRetryAfter() {
        Mutations.feed(
                input -> assertThat(RetryAfter.parse(text(input), NOW).orElse(Duration.ZERO))
                        .isBetween(Duration.ZERO, LONGEST),
                "120",
                "1.5",
                "Sun, 06 Nov 1994 08:49:37 GMT",
                "Sunday, 06-Nov-94 08:49:37 GMT",
                "Sun Nov  6 08:49:37 1994",
                "1994-11-06T08:49:37.250+0000",
                "Sun Nov 06 1994 08:49:37 GMT+0000 (Coordinated Universal Time)",
                "1m30s",
                "20, 30",
                "1800000020000");
    }

    /** A head of fields, one a line. */
    @Test
    void shouldReadAnyLimits() {
        Mutations.feed(
                input -> {
                    Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
                    for (String line : text(input).split("\r\n")) {
                        int colon = line.indexOf(':');
                        fields.put(line.substring(0, Math.max(colon, 0)), line.substring(colon + 1));
                    }
                    Reply reply = Reply.of(429, fields::get);
                    assertThat(reply.quiet()).isBetween(Duration.ZERO, LONGEST);
                    reply.limit().ifPresent(limit -> {
                        assertThat(limit.remaining()).isGreaterThanOrEqualTo(-1);
                        assertThat(limit.reset()).isBetween(RateLimit.UNSAID, LONGEST);
                    });
                },
                "RateLimit: \"default\";r=50;t=30\r\nRateLimit-Policy: \"default\";q=100;w=60",
                "ratelimit: \"burst\"; r=5; pk=:x==:; t=1, \"day\";r=3;t=600",
                "RateLimit: \"default\";r=0;t=99999999999999999",
                "RateLimit: limit=100, remaining=2, reset=5",
                "RateLimit-Limit: 10, 10;w=1\r\nRateLimit-Remaining: 9\r\nRateLimit-Reset: 4",
                "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 1800000020\r\nDate: Fri, 15 Jan 2027 08:00:00 GMT",
                "X-Shopify-Shop-Api-Call-Limit: 39/40\r\nRetry-After: 2.0",
                "x-ratelimit-remaining-requests: 0\r\nx-ratelimit-reset-requests: 6m0s");
    }
}
