package io.github.saddlebag.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokensTest {

    private static final long SECOND = 1_000_000_000L;

    @ParameterizedTest
    @CsvSource({"1, 1", "10, 10", "50, 50", "1000, 1000", "20000, 20000", "100/1m, 2"})
    void shouldNeverGiveMoreInAnySecondAndHardlyLess(String limit, int most) {
        Rate rate = new Rate(limit);
        Tokens tokens = new Tokens(rate.nanosPerRequest());
        Random late = new Random(1);
        List<Long> taken = new ArrayList<>();
        long now = 12345;
        while (taken.size() < most * 5) {
            long wait = tokens.nanosToWait(now);
            if (wait > 0) {
                // timers are late, sometimes by much
                now += wait + (long) (late.nextDouble() * (late.nextInt(50) == 0 ? 300_000_000 : 2_000_000));
            } else {
                tokens.take(now);
                taken.add(now);
            }
        }

        int from = 0;
        int highest = 0;
        for (int to = 0; to < taken.size(); to++) {
            while (taken.get(to) - taken.get(from) >= SECOND) {
                from++;
            }
            highest = Math.max(highest, to - from + 1);
        }
        assertThat(highest).isLessThanOrEqualTo(most);
    }

    /** Without a burst: what was lost is made up for by little. */
    @Test
    void shouldMakeUpForTimersThatAreLate() {
        long interval = SECOND / 50;
        Tokens tokens = new Tokens(interval, SECOND / 10, interval / 4 * 3);
        Random late = new Random(1);
        List<Long> taken = new ArrayList<>();
        long now = 12345;
        while (taken.size() < 1000) {
            long wait = tokens.nanosToWait(now);
            if (wait > 0) {
                now += wait + (long) (late.nextDouble() * (late.nextInt(50) == 0 ? 100_000_000 : 2_000_000));
            } else {
                if (!taken.isEmpty()) {
                    assertThat(now - taken.get(taken.size() - 1)).isGreaterThanOrEqualTo(interval / 4 * 3);
                }
                tokens.take(now);
                taken.add(now);
            }
        }

        assertThat(999.0 * SECOND / (taken.get(999) - taken.get(0))).isGreaterThan(0.97 * 50);
    }

    @Test
    void shouldKeepNobodyWaitingWithoutALimit() {
        Tokens tokens = new Tokens(0);
        tokens.take(1);

        assertThat(tokens.nanosToWait(1)).isLessThanOrEqualTo(0);
    }
}
