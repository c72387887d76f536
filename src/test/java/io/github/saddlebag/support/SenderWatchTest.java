package io.github.saddlebag.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SenderWatchTest {

    private static final long MILLI = 1_000_000L;

    private final AtomicInteger threads = new AtomicInteger(3);
    private final SenderWatch watch = new SenderWatch(threads::get);
    private long now = 5 * MILLI;

    private @Nullable String left(int items, boolean full, int senders) {
        long opened = now;
        now += 50 * MILLI;
        return watch.left("x", items, full, senders, opened, now);
    }

    private void leaveAllButOne(int items) {
        for (int i = 1; i < SenderWatch.IN_A_ROW; i++) {
            assertThat(left(items, false, items)).isNull();
        }
    }

    @Test
    void shouldTellOnceThatAllWhoSendWaitWithAThread() {
        leaveAllButOne(3);

        assertThat(left(3, false, 3))
                .contains("batch:x", "at most 3 items", "parallelProcessing", "concurrentConsumers", "max-items to 3");

        leaveAllButOne(3);
        assertThat(left(3, false, 3)).isNull();
    }

    @Test
    void shouldNotMindBatchesThatAreFull() {
        leaveAllButOne(1);
        assertThat(left(1, true, 1)).isNull();
        assertThat(left(1, false, 1)).isNull();
    }

    @Test
    void shouldNotMindWhoWaitsWithoutAThread() {
        threads.set(0);
        leaveAllButOne(1);
        assertThat(left(1, false, 1)).isNull();
    }

    @Test
    void shouldNotMindSendersWhoseItemsAreInOtherBatches() {
        leaveAllButOne(2);
        assertThat(left(2, false, 3)).isNull();
    }

    @Test
    void shouldNotMindWhoAsksNowAndThen() {
        for (int i = 0; i < 3 * SenderWatch.IN_A_ROW; i++) {
            now += 2000 * MILLI;
            assertThat(left(1, false, 1)).isNull();
        }
    }
}
