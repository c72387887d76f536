package io.github.saddlebag.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UncommittedTest {

    @Test
    void shouldLetInNoMoreThanThereIsRoomForAndAllInTheEnd() {
        Random random = new Random(1);
        Uncommitted uncommitted = new Uncommitted(100);
        AtomicInteger in = new AtomicInteger();
        AtomicInteger entered = new AtomicInteger();
        Deque<Integer> inside = new ArrayDeque<>();
        int wanted = 0;
        for (int i = 0; i < 1000; i++) {
            int items = 1 + random.nextInt(60);
            wanted += items;
            Runnable enters = () -> {
                in.addAndGet(items);
                entered.addAndGet(items);
                inside.add(items);
            };
            if (uncommitted.enter(items, enters)) {
                enters.run();
            }
            assertThat(in.get()).isLessThanOrEqualTo(100);
            if (random.nextInt(3) > 0 && !inside.isEmpty()) {
                int leaving = inside.remove();
                in.addAndGet(-leaving);
                uncommitted.leave(leaving);
            }
            assertThat(in.get()).isLessThanOrEqualTo(100);
        }
        while (!inside.isEmpty()) {
            int leaving = inside.remove();
            in.addAndGet(-leaving);
            uncommitted.leave(leaving);
        }
        assertThat(entered).hasValue(wanted);
        assertThat(uncommitted.isWaitedFor()).isFalse();
    }

    @Test
    void shouldLetInMoreThanItHasRoomForByThemselves() {
        Uncommitted uncommitted = new Uncommitted(2);
        AtomicInteger later = new AtomicInteger();

        assertThat(uncommitted.enter(5, later::incrementAndGet)).isTrue();
        assertThat(uncommitted.enter(5, later::incrementAndGet)).isFalse();
        assertThat(uncommitted.isWaitedFor()).isTrue();
        uncommitted.leave(4);
        assertThat(later).hasValue(0);
        uncommitted.leave(1);
        assertThat(later).hasValue(1);
    }
}
