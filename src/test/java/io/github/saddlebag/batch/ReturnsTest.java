package io.github.saddlebag.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Items that go again come back together, none before its time. */
class ReturnsTest {

    /** Items that came back, with the time. */
    private record Wave(long nanos, List<Item> items) {}

    private final Queue<Wave> waves = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Returns returns = new Returns(timer, items -> waves.add(new Wave(System.nanoTime(), items)));

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    private static Item item(int number) {
        return new Item("i" + number, Map.of(), null);
    }

    @Test
    void shouldComeBackInAFewWavesAndNoneTooEarly() {
        Map<Item, Long> due = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            Item item = item(i);
            Duration delay = Duration.ofMillis(70 + i * 60 / 200);
            due.put(item, System.nanoTime() + delay.toNanos());
            returns.add(item, delay);
        }

        await().until(() -> waves.stream().mapToInt(w -> w.items().size()).sum() == 200);
        assertThat(waves).hasSizeLessThanOrEqualTo(3);
        waves.forEach(wave ->
                wave.items().forEach(item -> assertThat(wave.nanos()).isGreaterThanOrEqualTo(due.remove(item))));
        assertThat(due).isEmpty();
    }

    @Test
    void shouldNotGiveBackWhatWasTakenOut() {
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            items.add(item(i));
            returns.add(items.get(i), Duration.ofMillis(20));
        }

        assertThat(returns.remove(items.get(0))).isTrue();
        assertThat(returns.removeAll(item -> true)).hasSize(9);
        assertThat(returns.remove(items.get(1))).isFalse();
        await().until(() -> !waves.isEmpty());
        assertThat(waves.stream().flatMap(wave -> wave.items().stream())).isEmpty();
    }
}
