package io.github.saddlebag.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.testing.Async;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ReadAheadTest {

    private final AtomicBoolean stopped = new AtomicBoolean();

    @Test
    void shouldLetReadOnWhileThereIsRoom() throws Exception {
        ReadAhead ahead = new ReadAhead(new Places(10), () -> {});

        assertThat(ahead.acquire(4, stopped::get)).isTrue();
        assertThat(ahead.acquire(6, stopped::get)).isTrue();
    }

    @Test
    void shouldWaitUntilEnoughIsWritten() throws Exception {
        ReadAhead ahead = new ReadAhead(new Places(10), () -> {});
        ahead.acquire(10, stopped::get);
        CompletableFuture<Boolean> next = acquire(ahead, 4);

        ahead.release(3);
        assertThat(next).isNotDone();
        ahead.release(1);

        assertThat(next.get(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shouldLetMoreThanTheMostInWhereNothingIsOutstanding() throws Exception {
        ReadAhead ahead = new ReadAhead(new Places(3), () -> {});

        assertThat(ahead.acquire(10, stopped::get)).isTrue();

        CompletableFuture<Boolean> next = acquire(ahead, 1);
        ahead.release(10);
        assertThat(next.get(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shouldEndTheWaitingWhenItIsStopped() throws Exception {
        ReadAhead ahead = new ReadAhead(new Places(1), () -> {});
        ahead.acquire(1, stopped::get);
        CompletableFuture<Boolean> next = acquire(ahead, 1);

        stopped.set(true);

        assertThat(next.get(60, TimeUnit.SECONDS)).isFalse();
        assertThat(ahead.acquire(1, stopped::get)).isFalse();
    }

    @Test
    void shouldTakeNoRoomWhereItIsStopped() throws Exception {
        ReadAhead ahead = new ReadAhead(new Places(1), () -> {});
        assertThat(ahead.acquire(1, () -> true)).isFalse();

        assertThat(ahead.acquire(1, () -> false)).isTrue();
    }

    @Test
    void shouldBeInterruptible() throws Exception {
        ReadAhead ahead = new ReadAhead(new Places(1), () -> {});
        ahead.acquire(1, stopped::get);

        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> ahead.acquire(1, stopped::get)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void shouldNeverBeFurtherAheadThanAllowed() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int max = 1 + random.nextInt(50);
        ReadAhead ahead = new ReadAhead(new Places(max), () -> {});
        AtomicLong outstanding = new AtomicLong();
        AtomicLong most = new AtomicLong();
        CompletableFuture<Void> reader = Async.run(() -> {
            Random sizes = new Random(seed);
            for (int i = 0; i < 2000; i++) {
                int items = 1 + sizes.nextInt(max);
                ahead.acquire(items, stopped::get);
                most.accumulateAndGet(outstanding.addAndGet(items), Math::max);
            }
        });
        while (!reader.isDone() || outstanding.get() > 0) {
            long write = Math.min(outstanding.get(), 1 + random.nextInt(max));
            outstanding.addAndGet(-write);
            ahead.release(write);
        }

        reader.get(60, TimeUnit.SECONDS);
        assertThat(most.get()).as("seed %d", seed).isPositive().isLessThanOrEqualTo(max);
    }

    private CompletableFuture<Boolean> acquire(ReadAhead ahead, int items) {
        return Async.call(() -> ahead.acquire(items, stopped::get));
    }
}
