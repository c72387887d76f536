package io.github.saddlebag.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
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
    @ValueSource(strings = {"", "soon", "-5", "Sun, 06 Nov", "1e9", "2 s"})
    void shouldIgnoreWhatItCannotRead(String value) {
        assertThat(RetryAfter.parse(value, NOW)).isEmpty();
    }

    @Test
    void shouldIgnoreAFieldThatIsMissingAndBoundOneThatIsAbsurd() {
        assertThat(RetryAfter.parse(null, NOW)).isEmpty();
        assertThat(RetryAfter.parse("9".repeat(400), NOW)).contains(Duration.ofDays(365));
    }
}
