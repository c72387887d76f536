package io.github.saddlebag.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What leaves under a limit, on a simulated clock. */
class SendsTest {

    private static final long MILLI = 1_000_000;

    private record Write(long at, long place) {}

    /**
     * Requests come evenly, each is late on its way to the wire by a time of its own: whatever those are, no half-open
     * window has more than allowed, and hardly any time is lost.
     */
    @ParameterizedTest
    @CsvSource({"20, 1000", "50, 1000", "200, 1000", "100, 60000", "1, 1000", "3, 2000"})
    void shouldNeverHaveMoreInAWindowThanAllowed(int most, long millis) {
        long period = millis * MILLI;
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            long[] now = {0};
            Sends sends = new Sends(most, period, () -> now[0]);
            PriorityQueue<Write> under = new PriorityQueue<>(Comparator.comparingLong(Write::at));
            List<Long> written = new ArrayList<>();
            long due = 0;
            int count = Math.max(most * 5, 40);
            for (int i = 0; i < count; ) {
                now[0] = Math.max(now[0], due);
                while (!under.isEmpty() && under.peek().at <= now[0]) {
                    sends.written(under.poll().place);
                }
                long place = sends.begin();
                if (place < 0) {
                    long turn = now[0] - place;
                    now[0] = under.isEmpty() ? turn : Math.min(turn, under.peek().at);
                    continue;
                }
                long late = (long) (random.nextDouble() * (random.nextInt(10) == 0 ? 30 : 1) * MILLI);
                written.add(now[0] + late);
                under.add(new Write(now[0] + late, place));
                due += period / most;
                i++;
            }
            written.sort(Comparator.naturalOrder());
            for (int i = most; i < written.size(); i++) {
                assertThat(written.get(i) - written.get(i - most)).isGreaterThanOrEqualTo(period);
            }
            double seconds = (written.get(written.size() - 1) - written.get(0)) / 1e9;
            assertThat((count - 1) / seconds).as("mean").isGreaterThan(0.97 * most * 1000 / millis);
        }
    }

    @ParameterizedTest
    @CsvSource({"20, true", "0.5, true", "1.5, true", "100/1m, true", "10000000/1h, true", "0, false"})
    void shouldBeLimitedByEachRate(String text, boolean limited) {
        Rate rate = new Rate(text);

        assertThat(rate.sends().isLimited()).isEqualTo(limited);
    }

    @ParameterizedTest
    @CsvSource({"3, 3", "3, 5", "5, 3", "0, 3"})
    void shouldCountWhatWasSentUnderTheLimitBefore(int mostBefore, int most) {
        long[] now = {0};
        Sends before = new Sends(mostBefore, 1000 * MILLI, () -> now[0]);
        List<Long> written = new ArrayList<>();
        for (int i = 0; i < mostBefore; i++) {
            now[0] = i * 100 * MILLI;
            before.written(before.begin());
            written.add(now[0]);
        }
        Sends sends = new Sends(most, 1000 * MILLI, () -> now[0]);
        sends.follow(before);
        for (int i = 0; i < 3 * most; ) {
            long place = sends.begin();
            if (place < 0) {
                now[0] -= place;
                continue;
            }
            sends.written(place);
            written.add(now[0]);
            i++;
        }

        for (int i = Math.max(most, mostBefore); i < written.size(); i++) {
            assertThat(written.get(i) - written.get(i - most)).isGreaterThanOrEqualTo(1000 * MILLI);
        }
    }
}
