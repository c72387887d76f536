package io.github.saddlebag.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.source.RunProgress;
import io.github.saddlebag.stats.PipelineStats.Pause;
import java.time.Duration;
import java.time.LocalTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressTest {

    private static final LocalTime NOW = LocalTime.of(12, 3, 0);
    private static final Pause ASKED = new Pause(Duration.ofSeconds(10), "the endpoint asked for quiet");

    private record At(long inputBytes, long bytesRead, long read, long written, long failed) implements RunProgress {

        @Override
        public String name() {
            return "items.jsonl";
        }
    }

    private static String line(At at, int seconds) {
        return line(at, seconds, Pause.NONE, 0);
    }

    private static String line(At at, int seconds, Pause pause, int width) {
        return Progress.line(at, Duration.ofSeconds(seconds), 8, pause, NOW, width);
    }

    @Test
    void shouldTellShareRemainingTimeItemsRateFailuresAndRequests() {
        assertThat(line(new At(1000, 500, 24_690, 12_345, 7), 10))
                .isEqualTo(" 25% ETA 0:00:30 12,345 items, 1,235/s, 7 failed, 8 in flight");
    }

    @Test
    void shouldCountAsDoneWhatIsWrittenNotWhatIsRead() {
        assertThat(line(new At(1000, 1000, 200, 50, 0), 10)).startsWith(" 25% ETA 0:00:30 ");
    }

    @Test
    void shouldDrawABarOnATerminal() {
        assertThat(line(new At(1000, 500, 1, 1, 0), 1, Pause.NONE, 100))
                .isEqualTo("[############------------]  50% ETA 0:00:01 1 items, 1/s, 0 failed, 8 in flight");
    }

    @Test
    void shouldTellNoRemainingTimeBeforeTheFirstResultAndAfterTheLast() {
        assertThat(line(new At(1000, 100, 10, 0, 0), 5)).startsWith("  0% 0 items, 0/s, 0 failed");
        assertThat(line(new At(1000, 1000, 10, 10, 0), 5)).startsWith("100% 10 items, 2/s, 0 failed");
    }

    @Test
    void shouldNeverTellMoreThanAllOfAFileThatGrows() {
        assertThat(line(new At(1000, 1500, 10, 10, 0), 5, Pause.NONE, 100))
                .startsWith("[########################] 100% 10 items, 2/s, 0 failed");
    }

    @Test
    void shouldTellNoShareOfAStream() {
        assertThat(line(new At(-1, 500, 10, 10, 1), 0, Pause.NONE, 80))
                .isEqualTo("10 items, 0/s, 1 failed, 8 in flight");
    }

    @Test
    void shouldTellHoursWithTheirMinutes() {
        assertThat(line(new At(1000, 1, 1, 1, 0), 10)).contains("ETA 2:46:30 ");
    }

    @Test
    void shouldTellUntilWhenTheEndpointWantsQuiet() {
        assertThat(line(new At(1000, 500, 24_690, 12_345, 7), 10, ASKED, 0))
                .isEqualTo(" 25% 12,345 items, 7 failed: the endpoint asked for quiet until 12:03:10");
        assertThat(line(new At(1000, 500, 24_690, 12_345, 7), 10, ASKED, 60))
                .isEqualTo("[#------]  25% 12,345 items, 7 failed: quiet until 12:03:10");
    }

    @Test
    void shouldNotTellOfAPauseThatIsOverSoon() {
        Pause short1 = new Pause(Duration.ofMillis(900), "the endpoint asked for quiet");

        assertThat(line(new At(1000, 500, 10, 10, 0), 10, short1, 0)).doesNotContain("quiet");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 20, 40, 59, 60, 61, 79, 80, 120, 200})
    void shouldNeverFillTheLastColumnOfATerminal(int width) {
        At far = new At(1_000_000_000_000L, 400_000_000_000L, 987_654_321, 123_456_789, 12_345_678);

        assertThat(line(far, 100_000, Pause.NONE, width).length()).isLessThan(width);
        assertThat(line(far, 100_000, ASKED, width).length()).isLessThan(width);
    }

    @Test
    void shouldTellWhatMattersOn60Columns() {
        assertThat(line(new At(1000, 500, 24_690, 12_345, 7), 10, Pause.NONE, 60))
                .isEqualTo("[##------]  25% ETA 0:00:30 12,345 items, 1,235/s, 7 failed");
    }
}
