package io.github.saddlebag.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackOffTest {

    private final BackOff backOff = new BackOff(Duration.ofMillis(500), Duration.ofSeconds(30));

    @Test
    void shouldDoubleFromAttemptToAttemptAndVaryBetweenHalfAndAll() {
        Random random = new Random(1);
        for (int attempt = 1; attempt <= 6; attempt++) {
            long most = 500L << (attempt - 1);
            for (int i = 0; i < 200; i++) {
                assertThat(backOff.after(attempt, random))
                        .isBetween(Duration.ofMillis(most / 2), Duration.ofMillis(most));
            }
        }
    }

    @Test
    void shouldNotBeLongerThanTheLongestHoweverManyAttemptsThereWere() {
        Random random = new Random(1);
        for (int attempt : new int[] {7, 30, 63, 64, 1000, Integer.MAX_VALUE}) {
            assertThat(backOff.after(attempt, random)).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(30));
        }
    }
}
