package io.github.saddlebag.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistogramTest {

    private final Histogram histogram = new Histogram();

    @Test
    void shouldHaveNoQuantilesOfNothing() {
        assertThat(histogram.quantile(0.5)).isZero();
        assertThat(histogram.mean()).isZero();
        assertThat(histogram.count()).isZero();
    }

    @Test
    void shouldTellSmallValuesExactly() {
        for (int i = 1; i <= 31; i++) {
            histogram.record(i);
        }

        assertThat(histogram.quantile(0.5)).isEqualTo(16);
        assertThat(histogram.quantile(1)).isEqualTo(31);
        assertThat(histogram.quantile(0)).isEqualTo(1);
        assertThat(histogram.sum()).isEqualTo(31 * 16);
        assertThat(histogram.mean()).isEqualTo(16);
    }

    @ParameterizedTest
    @ValueSource(longs = {32, 33, 63, 64, 1_000, 65_535, 65_536, 12_345_678_901L, Long.MAX_VALUE / 2, Long.MAX_VALUE})
    void shouldTellAnyValueTo3Percent(long value) {
        histogram.record(value);

        assertThat((double) histogram.quantile(0.99)).isCloseTo(value, within(value * 0.032));
    }

    @Test
    void shouldCountWhatIsLessThanNothingAsNothing() {
        histogram.record(-5);

        assertThat(histogram.count()).isEqualTo(1);
        assertThat(histogram.sum()).isZero();
    }

    @Test
    void shouldTellQuantilesOfManyValues() {
        long[] values = new Random(7).longs(100_000, 1_000, 1_000_000_000).toArray();
        for (long value : values) {
            histogram.record(value);
        }
        Arrays.sort(values);

        for (double share : new double[] {0.01, 0.5, 0.95, 0.99}) {
            double exact = values[(int) Math.ceil(share * values.length) - 1];
            assertThat((double) histogram.quantile(share)).isCloseTo(exact, within(exact * 0.035));
        }
    }
}
