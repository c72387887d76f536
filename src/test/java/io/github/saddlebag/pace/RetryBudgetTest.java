package io.github.saddlebag.pace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RetryBudgetTest {

    private static final long SECOND = 1_000_000_000L;

    private final long[] now = {SECOND};
    private final RetryBudget budget = new RetryBudget(0.2, () -> now[0]);

    private int withdrawAll() {
        int count = 0;
        while (budget.withdraw()) {
            count++;
        }
        return count;
    }

    @Test
    void shouldAllowAFewRetriesPerSecondWhateverHappens() {
        assertThat(withdrawAll()).isEqualTo(10);
        now[0] += 10 * SECOND;
        assertThat(withdrawAll()).isEqualTo(50);
    }

    @Test
    void shouldAllowAShareOfTheCallsThatGoWell() {
        withdrawAll();
        for (int i = 0; i < 100; i++) {
            budget.deposit();
        }

        assertThat(withdrawAll()).isBetween(19, 20);
    }

    @Test
    void shouldNotSaveUpForALongStorm() {
        for (int i = 0; i < 100_000; i++) {
            budget.deposit();
        }

        assertThat(withdrawAll()).isEqualTo(100);
    }
}
