package io.github.saddlebag.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TroubleTest {

    private static final IOException FULL = new IOException("a cannot be written: No space left on device");
    private static final IOException FORBIDDEN = new IOException("a cannot be written: Permission denied");

    private final List<String> warned = new ArrayList<>();
    private final List<String> informed = new ArrayList<>();
    private long now = 42;
    private final Trouble trouble =
            new Trouble("items.jsonl", Trouble.Limits.DEFAULT, () -> now, warned::add, informed::add);

    private void failed(Exception why) {
        assertThat(trouble.failed(why)).isTrue();
    }

    @Test
    void shouldNotBeOverByAnAttemptThatBeganBeforeItFailed() {
        long before = trouble.failures();
        failed(FULL);

        assertThat(trouble.over(before)).isFalse();

        assertThat(trouble.isThere()).isTrue();
        failed(FULL);
        assertThat(trouble.over(trouble.failures())).isTrue();
        assertThat(trouble.isThere()).isFalse();
        assertThat(warned).hasSize(1);
        assertThat(informed).hasSize(1);
    }

    @Test
    void shouldSayOnceAMinuteWhatComesAndGoes() {
        for (int second = 0; second < 119; second++) {
            failed(FULL);
            failed(FULL);
            trouble.over(trouble.failures());
            now += TimeUnit.SECONDS.toNanos(1);
        }

        assertThat(warned).hasSize(2);
        assertThat(informed).hasSize(2);
    }

    @Test
    void shouldSayAnotherCauseAfterTheFirstIsOver() {
        failed(FULL);
        trouble.over(trouble.failures());
        failed(FORBIDDEN);

        assertThat(warned).hasSize(2).last().asString().contains("Permission denied");
        assertThat(trouble.isThere()).isTrue();
    }

    @Test
    void shouldSayOnceWhatLasts() {
        for (int second = 0; second < 300; second++) {
            failed(FULL);
            now += TimeUnit.SECONDS.toNanos(1);
        }

        assertThat(warned).hasSize(1);
        assertThat(informed).isEmpty();
    }

    @Test
    void shouldSayNothingOfWhatWorks() {
        trouble.over(trouble.failures());

        assertThat(warned).isEmpty();
        assertThat(informed).isEmpty();
    }
}
