package io.github.saddlebag.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateTest {

    @ParameterizedTest
    @CsvSource({
        "50, 20_000_000",
        "1, 1_000_000_000",
        "2000, 500_000",
        "100/1m, 600_000_000",
        "0.5, 2_000_000_000",
        "10/100ms, 10_000_000",
        "3600/1h, 1_000_000_000"
    })
    void shouldSpendARateEvenly(String text, String nanos) {
        long exact = Long.parseLong(nanos.replace("_", ""));

        assertThat(new Rate(text).spacing().toNanos()).isEqualTo(exact);
        assertThat(new Rate(text).nanosPerRequest())
                .as("never more than the limit, and hardly less")
                .isBetween(exact, exact + exact / 90);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.0", "0/1m"})
    void shouldTakeZeroAsNoLimit(String text) {
        assertThat(new Rate(text).nanosPerRequest()).isZero();
        assertThat(new Rate(text).spacing()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fast", "-1", "5/", "5/x", "5/1", "5/0s", "1/0ms", "1e3", "5 per second"})
    void shouldRefuseWhatIsNoRate(String text) {
        assertThatThrownBy(() -> new Rate(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("saddlebag.call.rate is '" + text + "': ");
    }
}
