package io.github.saddlebag.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateTest {

    private static Rate rate(String text) {
        Rate rate = new Rate();
        rate.setLimit(text);
        return rate;
    }

    @ParameterizedTest
    @CsvSource({
        "50, 1, 20",
        "1, 1, 1000",
        "1000, 1, 1",
        "2000, 2, 1",
        "100/1m, 1, 600",
        "0.5, 1, 2000",
        "10/100ms, 1, 10",
        "3600/1h, 1, 1000",
        "900, 9, 10",
        "100/10s, 1, 100"
    })
    void shouldSpendARateEvenly(String text, int permits, long period) {
        assertThat(rate(text).permits()).isEqualTo(permits);
        assertThat(rate(text).period()).isEqualTo(period);
    }

    /** Whatever the rate, what the throttler is given is never more, and at most a hundredth less. */
    @ParameterizedTest
    @ValueSource(strings = {"3", "7", "33", "999", "1001", "4321", "12345", "17/1m", "1/1h", "0.1"})
    void shouldNeverAllowMoreAndHardlyLess(String text) {
        double asked = text.contains("/")
                ? Double.parseDouble(text.split("/")[0]) / (text.endsWith("h") ? 3600 : 60)
                : Double.parseDouble(text);
        double given = rate(text).permits() * 1000.0 / rate(text).period();

        assertThat(given).isLessThanOrEqualTo(asked * 1.000001).isGreaterThan(asked * 0.985);
    }

    @Test
    void shouldTakeZeroAsNoLimit() {
        assertThat(rate("0").matches(null)).isFalse();
        assertThat(rate("0.0").matches(null)).isFalse();
        assertThat(rate("0").period()).isPositive();
        assertThat(rate("1").matches(null)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fast", "-1", "5/", "5/x", "5/1", "5/0s", "1/0ms", "1e3", "5 per second"})
    void shouldRefuseWhatIsNoRate(String text) {
        assertThatThrownBy(() -> rate(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("saddlebag.call.rate is '" + text + "': ");
    }
}
