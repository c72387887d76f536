package io.github.saddlebag.pace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pace against limits that are told by bare refusals only, on a simulated clock. */
class LearnedPaceTest {

    private static final long SECOND = PaceRun.SECOND;
    private static final int CONCURRENCY = 8;

    /** Wherever in a window it begins: it neither starves nor is it refused often, once it has seen two windows. */
    @ParameterizedTest
    @CsvSource({"10, 20, 20", "30, 20, 20", "200, 20, 20", "2000, 20, 20", "400, 100, 60", "2000, 1000, 60", "60, 5, 20"
    })
    void shouldGetWhatWindowsGive(int calls, int limit, int seconds) {
        double fewest = Math.ceil((double) calls / limit) * seconds;
        for (int offset = 0; offset < seconds; offset++) {
            PaceRun run = PaceRun.of(
                    PaceRun.Window.ofClock(limit, seconds * SECOND, offset * SECOND), calls, offset, CONCURRENCY);

            assertThat(run.seconds()).as("seconds, %s later", offset).isLessThan(1.15 * fewest + seconds);
            assertThat(run.refusedShareFrom(2 * seconds))
                    .as("refused, %s later", offset)
                    .isLessThanOrEqualTo(0.1);
        }
    }

    /** Refused from the first call on: then nothing is known of how many it takes, but that it takes one. */
    @Test
    void shouldComeBackSoonWhereNothingWasTakenYet() {
        PaceRun run = PaceRun.of(nanos -> PaceRun.Said.nothing(nanos >= PaceRun.SECOND * 4), 100, 1, CONCURRENCY);

        assertThat(run.refused()).isLessThan(15);
        assertThat(run.seconds()).isLessThan(20);
    }

    @Test
    void shouldAskSeldomWhileItIsRefused() {
        PaceRun run = PaceRun.of(PaceRun.Window.ofClock(20, 20 * SECOND, 0), 30, 1, CONCURRENCY);

        assertThat(run.refused()).isLessThan(25);
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 200, 1000})
    void shouldNotBePunishedAgainAndAgain(int calls) {
        PaceRun run = PaceRun.of(new PaceRun.Penalty(5, 30 * SECOND), calls, 1, CONCURRENCY);

        assertThat(run.refused()).isLessThan(50);
        assertThat(run.seconds()).isLessThan(90 + calls / 3.0);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 1000, 3000})
    void shouldHardlyBeRefusedByABucket(int calls) {
        PaceRun run = PaceRun.of(new PaceRun.Leaky(50, 5), calls, 1, CONCURRENCY);

        assertThat(run.refusedShare()).isLessThan(0.01);
        assertThat(run.acceptedPerSecond()).isGreaterThan(35);
    }
}
