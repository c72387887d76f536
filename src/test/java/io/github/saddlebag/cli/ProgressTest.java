package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.source.RunProgress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private record At(long inputBytes, long bytesRead, long read, long written, long failed) implements RunProgress {

        @Override
        public String name() {
            return "items.jsonl";
        }
    }

    private static String line(At at, int seconds, boolean bar) {
        return Progress.line(at, Duration.ofSeconds(seconds), bar);
    }

    @Test
    void shouldTellShareRemainingTimeItemsRateAndFailures() {
        assertThat(line(new At(1000, 500, 24_690, 12_345, 7), 10, false))
                .isEqualTo(" 25% ETA 0:00:30 12,345 items, 1,235/s, 7 failed");
    }

    @Test
    void shouldCountAsDoneWhatIsWrittenNotWhatIsRead() {
        assertThat(line(new At(1000, 1000, 200, 50, 0), 10, false)).startsWith(" 25% ETA 0:00:30 ");
    }

    @Test
    void shouldDrawABarOnATerminal() {
        assertThat(line(new At(1000, 500, 1, 1, 0), 1, true))
                .isEqualTo("[############------------]  50% ETA 0:00:01 1 items, 1/s, 0 failed");
    }

    @Test
    void shouldTellNoRemainingTimeBeforeTheFirstResultAndAfterTheLast() {
        assertThat(line(new At(1000, 100, 10, 0, 0), 5, false)).isEqualTo("  0% 0 items, 0/s, 0 failed");
        assertThat(line(new At(1000, 1000, 10, 10, 0), 5, false)).isEqualTo("100% 10 items, 2/s, 0 failed");
    }

    @Test
    void shouldNeverTellMoreThanAllOfAFileThatGrows() {
        assertThat(line(new At(1000, 1500, 10, 10, 0), 5, true))
                .isEqualTo("[########################] 100% 10 items, 2/s, 0 failed");
    }

    @Test
    void shouldTellNoShareOfAStream() {
        assertThat(line(new At(-1, 500, 10, 10, 1), 0, true)).isEqualTo("10 items, 0/s, 1 failed");
    }

    @Test
    void shouldTellHoursWithTheirMinutes() {
        assertThat(line(new At(1000, 1, 1, 1, 0), 10, false)).contains("ETA 2:46:30 ");
    }
}
