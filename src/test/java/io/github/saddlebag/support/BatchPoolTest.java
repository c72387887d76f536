package io.github.saddlebag.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class BatchPoolTest {

    private BatchPool pool = new BatchPool("test-call", 3);
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void close() {
        end.countDown();
        pool.shutdownNow();
    }

    @Test
    void shouldRunAsManyBatchesAtOnceAsItHasThreadsAndRejectNone() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        for (int i = 0; i < 5000; i++) {
            pool.execute(() -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                awaitEnd();
                running.decrementAndGet();
                done.incrementAndGet();
            });
        }

        await().untilAsserted(() -> assertThat(running).hasValue(3));
        end.countDown();

        await().untilAsserted(() -> assertThat(done).hasValue(5000));
        assertThat(most).hasValue(3);
    }

    private void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldNameItsThreadsAndNotKeepTheRuntimeAlive() {
        pool = new BatchPool("geocode-call", 1);
        Queue<Thread> threads = new ConcurrentLinkedQueue<>();

        pool.execute(() -> threads.add(Thread.currentThread()));

        await().untilAsserted(() -> assertThat(threads).hasSize(1));
        assertThat(threads.peek().getName()).isEqualTo("geocode-call-1");
        assertThat(threads.peek().isDaemon()).isTrue();
        assertThat(pool.allowsCoreThreadTimeOut()).isTrue();
    }
}
