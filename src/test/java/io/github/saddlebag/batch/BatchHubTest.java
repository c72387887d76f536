package io.github.saddlebag.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.memory.Memory;
import io.github.saddlebag.support.StoppedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is left of a runtime that is down must not keep anybody waiting. */
@Timeout(120)
class BatchHubTest {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final ScheduledExecutorService down = Executors.newSingleThreadScheduledExecutor();
    private final BatchHub hub = new BatchHub("x", down, down, down, new Memory());
    private final Exchange exchange = new DefaultExchange(context);
    private final AtomicInteger goneOn = new AtomicInteger();

    @AfterEach
    void close() throws Exception {
        context.close();
    }

    private Parked parked() {
        down.shutdownNow();
        return new Parked(
                hub,
                exchange,
                doneSync -> goneOn.incrementAndGet(),
                List.of(new Item("a", Map.of(), null)),
                false,
                null);
    }

    @Test
    void shouldLetACallerGoOnWhereThePoolIsDown() {
        hub.park(parked(), new BatchHub.Terms(false, null, null));
        assertThat(goneOn).hasValue(0);

        hub.giveBackAll();

        assertThat(goneOn).hasValue(1);
        assertThat(exchange.getException()).isInstanceOf(StoppedException.class);
        assertThat(hub.parked()).isZero();
    }

    @Test
    void shouldLetACallerGoOnOnceWhereItsTimerIsDown() {
        hub.park(parked(), new BatchHub.Terms(false, null, Duration.ofHours(1)));

        hub.giveBackAll();

        assertThat(goneOn).hasValue(1);
    }

    @Test
    void shouldGiveBackWhoComesWhenItIsClosed() {
        hub.giveBackAll();

        hub.park(parked(), new BatchHub.Terms(true, null, Duration.ofHours(1)));

        assertThat(goneOn).hasValue(1);
        assertThat(exchange.getException())
                .isInstanceOf(StoppedException.class)
                .hasMessage("batch:x is stopping: what is unfinished is returned, to be done at the next start.");
    }

    /** Its caller leaves in the middle of its being parked: that is counted once, or it would never go on. */
    @Test
    void shouldLetACallerGoOnOnceWhoLeavesWhileItIsParked() throws Exception {
        down.shutdownNow();
        AtomicReference<Item> next = new AtomicReference<>();
        Thread other = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                Item item = next.get();
                if (item != null && item.abandon()) {
                    next.set(null);
                }
            }
        });
        other.start();
        try {
            for (int round = 0; round < 5_000; round++) {
                Item item = new Item("a", Map.of(), null);
                next.set(item);
                hub.park(
                        new Parked(hub, exchange, doneSync -> goneOn.incrementAndGet(), List.of(item), false, null),
                        new BatchHub.Terms(false, null, null));
                while (next.get() != null) {
                    Thread.yield();
                }
                assertThat(goneOn).as("round %d", round).hasValue(round + 1);
                assertThat(hub.parked()).as("round %d", round).isZero();
            }
        } finally {
            other.interrupt();
            other.join();
        }
    }
}
