package io.github.saddlebag.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples are those of RFC 9110. */
class RetryAfterTest {

    private static final Instant NOW = Instant.parse("1994-11-06T08:49:07Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "120                               | 120000",
                "0                                 | 0",
                "' 2 '                             | 2000",
                "1.5                               | 1500",
                "Sun, 06 Nov 1994 08:49:37 GMT     | 30000",
                "'Sunday, 06-Nov-94 08:49:37 GMT'  | 30000",
                "Sun Nov  6 08:49:37 1994          | 30000",
                "Sun, 06 Nov 1994 08:48:37 GMT     | 0"
            })
    void shouldReadSecondsAndDates(String value, long millis) {
        assertThat(RetryAfter.parse(value, NOW)).contains(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1994-11-06T08:49:37Z                                        | 30000",
                "1994-11-06T08:50Z                                           | 53000",
                "1994-11-06T09:50+01:00                                      | 53000",
                "1994-11-06T08:49:37.250+0000                                | 30250",
                "1994-11-06T08:49:37.123456Z                                 | 30123",
                "1994-11-06 08:49:37 UTC                                     | 30000",
                "1994-11-06T08:49:37                                         | 30000",
                "'Sun, 6 Nov 1994 08:49:37 GMT'                              | 30000",
                "'Sun, 06 Nov 1994 09:49:37 +0100'                           | 30000",
                "Sun Nov 06 1994 08:49:37 GMT+0000 (Coordinated Universal Time) | 30000",
                "Sun Nov 06 1994 03:49:37 GMT-0500                           | 30000",
                "Sun Nov  6 08:49:37 UTC 1994                                | 30000",
                "'sun, 06 nov 1994 08:49:37 gmt'                              | 30000",
                "'SUN, 06 NOV 1994 08:49:37 GMT'                              | 30000",
                "'sunday, 06-nov-94 08:49:37 gmt'                             | 30000",
                "'Sunday, 06-Nov-1994 08:49:37 GMT'                           | 30000",
                "'Sun, 06-Nov-1994 08:49:37 GMT'                              | 30000",
                "'Sunday, 06-Nov-94 08:49:37 UTC'                             | 30000",
                "sun nov  6 08:49:37 1994                                     | 30000",
                "Sun Nov 06 08:49:37 1994                                     | 30000",
                "Sun Nov  6 08:49:37 1994 GMT                                 | 30000",
                "'Sun, 06 Nov 1994 08:49:37 UTC'                              | 30000",
                "'Sun, 06 Nov 1994 08:49:37 UT'                               | 30000",
                "'Sun, 06 Nov 1994 08:49:37 Z'                                | 30000",
                "'Sun, 06 Nov 1994 08:49:37 +0000'                            | 30000",
                "'Sun, 06 Nov 1994 08:49:37 -00:00'                           | 30000",
                "'Sun, 06 Nov 1994 08:49:37 GMT+00:00'                        | 30000",
                "'Sun, 06 Nov 1994 03:49:37 EST'                              | 30000",
                "'Sun, 06 Nov 1994 08:49:37'                                  | 30000",
                "'Sun, 06 Nov 94 08:49:37 GMT'                                | 30000",
                "'Sun, 06 Nov 1994 08:50 GMT'                                 | 53000",
                "'Sun, 06 Nov 1994 8:49:37 GMT'                               | 30000",
                "'Sun, 06 Nov 1994 08:49:60 GMT'                              | 52000",
                "'Sun,06 Nov 1994 08:49:37 GMT'                               | 30000",
                "Sun 06 Nov 1994 08:49:37 GMT                                 | 30000",
                "Sun. 6 Nov. 1994 08:49:37 GMT                                | 30000",
                "'Sunday, 6 November 1994 08:49:37 GMT'                       | 30000",
                "06 Nov 1994 08:49:37 GMT                                     | 30000",
                "6 nov 1994 08:49:37 gmt                                      | 30000",
                "06-Nov-94 08:49:37 GMT                                       | 30000",
                "Nov  6 08:49:37 1994                                         | 30000",
                "'Tue, 06 Nov 1994 08:49:37 GMT'                              | 30000",
                "1994-11-06t08:49:37z                                         | 30000",
                "1994-11-06T08:49:37 +0000                                    | 30000",
                "1994-11-6 8:49:37 utc                                        | 30000",
                "1994-11-06T08:49:37 gmt                                      | 30000",
                "1m30s                                                       | 90000",
                "5 Seconds                                                   | 5000",
                "pt1m30s                                                     | 90000",
                "'sun, 06 nov 1994 08:49:37 gmt, SUN, 06 Nov 1994 08:49:47 GMT' | 40000",
                "5 seconds                                                   | 5000",
                "2 minutes                                                   | 120000",
                "1 hour                                                      | 3600000",
                "10sec                                                       | 10000",
                "500 ms                                                      | 500",
                "PT1M30S                                                     | 90000",
                "'\"20\"'                                                     | 20000",
                "'20, 30'                                                    | 30000",
                "'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:47 GMT' | 40000"
            })
    void shouldReadWhatEndpointsSendInstead(String value, long millis) {
        assertThat(RetryAfter.parse(value, NOW)).contains(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource({"1800000020, 20000", "1800000020000, 20000", "1800000020000000, 20000", "1700000000, 0"})
    void shouldReadPointsInTimeSince1970(String value, long millis) {
        assertThat(RetryAfter.parse(value, Instant.ofEpochSecond(1_800_000_000L)))
                .contains(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource({
        "retry-after-ms, 20000, 20000",
        "x-ms-retry-after-ms, 1500.5, 1501",
        "retry-after-ms, soon, 3000",
        "x-ms-retry-after-ms, -1, 3000",
        "X-RateLimit-Retry-After, 20, 3000"
    })
    void shouldPreferMilliseconds(String name, String value, long millis) {
        Map<String, String> fields = Map.of(name, value, "Retry-After", "3");

        assertThat(RetryAfter.of(fields::get, () -> NOW)).contains(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "soon",
                "-5",
                "Sun, 06 Nov",
                "1e9",
                "2 fortnights",
                "Sun, 31 Feb 1994 25:00:00 GMT",
                "06 Nov 08:49:37",
                "11/06/1994 08:49:37"
            })
    void shouldIgnoreWhatItCannotRead(String value) {
        assertThat(RetryAfter.parse(value, NOW)).isEmpty();
    }

    @Test
    void shouldIgnoreAFieldThatIsMissingAndBoundOneThatIsAbsurd() {
        assertThat(RetryAfter.parse(null, NOW)).isEmpty();
        assertThat(RetryAfter.parse("9".repeat(400), NOW)).contains(Duration.ofDays(365));
    }
}
