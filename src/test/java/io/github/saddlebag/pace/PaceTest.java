package io.github.saddlebag.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pace against servers that limit in different ways, on a clock of the test's own. */
class PaceTest {

    private static final long SECOND = 1_000_000_000L;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldLearnTheRateOfAWindowFromItsRefusals(long seed) {
        PaceRun run = PaceRun.of(new PaceRun.Window(50, SECOND, true, false), 3000, seed);

        assertThat(run.refusedShare()).isLessThan(0.05);
        assertThat(run.acceptedPerSecond()).isGreaterThan(40);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldLearnTheRateOfAServerThatSaysNothing(long seed) {
        PaceRun silent = PaceRun.of(new PaceRun.Window(50, SECOND, false, false), 3000, seed);
        PaceRun leaky = PaceRun.of(new PaceRun.Leaky(50, 0), 3000, seed);

        assertThat(silent.refusedShare()).isLessThan(0.05);
        assertThat(silent.acceptedPerSecond()).isGreaterThan(38);
        assertThat(leaky.refusedShare()).isLessThan(0.05);
        assertThat(leaky.acceptedPerSecond()).isGreaterThan(38);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldNotExceedWhatTheServerSaysIsLeft(long seed) {
        PaceRun run = PaceRun.of(new PaceRun.Window(100, 10 * SECOND, true, true), 1000, seed);

        assertThat(run.refusedShare()).isLessThan(0.02);
        assertThat(run.acceptedPerSecond()).isGreaterThan(8);
    }

    @Test
    void shouldHoldNobodyUpWhereNothingIsRefused() {
        PaceRun run = PaceRun.of(nanos -> new PaceRun.Said(true, Duration.ZERO, Optional.empty()), 10_000, 1);

        assertThat(run.seconds()).isLessThan(10_000.0 / PaceRun.CONCURRENCY * PaceRun.LATENCY / SECOND + 0.1);
    }

    /** A limit that was there for a while and is gone: the pace grows out of it. */
    @Test
    void shouldForgetALimitThatIsGone() {
        PaceRun.Window window = new PaceRun.Window(50, SECOND, true, false);
        PaceRun run = PaceRun.of(
                nanos -> nanos < 10 * SECOND
                        ? window.call(nanos)
                        : new PaceRun.Said(true, Duration.ZERO, Optional.empty()),
                100_000,
                1);

        assertThat(run.seconds()).isLessThan(110);
        assertThat(run.mostWithin(SECOND)).isGreaterThan(1000);
    }

    @Test
    void shouldPauseEveryoneForAsLongAsIsAskedForAndNotLetThemBackAsAHerd() {
        long[] now = {SECOND};
        Pace pace = new Pace(() -> now[0], new Random(1), Duration.ofMinutes(5));
        for (int i = 0; i < 20; i++) {
            pace.take();
            pace.accepted(now[0]);
        }
        long sent = now[0];
        now[0] += SECOND / 10;

        Duration pause = pace.refused(Duration.ofSeconds(3), sent);

        assertThat(pause).isBetween(Duration.ofSeconds(3), Duration.ofMillis(3300));
        assertThat(pace.nanosToWait()).isEqualTo(pause.toNanos());
        now[0] += pause.toNanos();
        assertThat(pace.nanosToWait()).isNotPositive();
        pace.take();
        assertThat(pace.nanosToWait()).as("the next one").isGreaterThan(SECOND / 100);
    }

    @Test
    void shouldSpeakOfAPauseOnceAndClampWhatIsAskedFor() {
        long[] now = {SECOND};
        Pace pace = new Pace(() -> now[0], new Random(1), Duration.ofSeconds(10));
        pace.take();

        Duration first = pace.refused(Duration.ofHours(5), now[0]);
        Duration second = pace.refused(Duration.ofHours(5), now[0]);

        assertThat(first).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11));
        assertThat(second).isZero();
    }

    /** After an outage: quiet first, then a few, then twice as many each second. */
    @Test
    void shouldComeBackGently() {
        long[] now = {SECOND};
        Pace pace = new Pace(() -> now[0], new Random(1), Duration.ofMinutes(5));
        pace.comeBackGently(Duration.ofSeconds(1), 2);
        List<Long> starts = new ArrayList<>();
        while (now[0] < 8 * SECOND) {
            now[0] += Math.max(0, pace.nanosToWait());
            pace.take();
            starts.add(now[0]);
            now[0] += 1000;
        }

        assertThat(starts.get(0)).isEqualTo(2 * SECOND);
        assertThat(starts.stream().filter(t -> t < 3 * SECOND).count()).isBetween(2L, 4L);
        assertThat(starts.stream()
                        .filter(t -> t >= 6 * SECOND && t < 7 * SECOND)
                        .count())
                .isBetween(32L, 64L);
    }
}
