package io.github.saddlebag.serve;

import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The end of a server: the port is closed when nobody has connected for some turns of the event loop, as the system resets
 * those whom it has let in and the server has not; and it is over when no request has come for some turns. They are turns,
 * as on a busy machine what has come may wait for its turn longer than for any time.
 */
final class Drain {

    private static final int QUIET_TURNS = 5;
    private static final long TURN_MILLIS = 10;

    /** How long it waits where nobody comes and nobody is answered; and at the most. */
    private static final long IDLE_MILLIS = 2000;

    private static final long LONGEST_MILLIS = 15_000;

    private final Vertx vertx;
    private volatile long lastSeen = System.nanoTime();
    private int turns;
    private volatile boolean quiet;
    private volatile boolean portClosed;

    Drain(Vertx vertx) {
        this.vertx = vertx;
    }

    /** A connection, or a request; on the event loop. */
    void cameIn() {
        turns = 0;
        quiet = false;
        answered();
    }

    void answered() {
        lastSeen = System.nanoTime();
    }

    private void turn() {
        turns++;
        quiet = turns > QUIET_TURNS;
        vertx.setTimer(TURN_MILLIS, ignored -> turn());
    }

    /**
     * Waits for it, some seconds at the most.
     *
     * @param port null: nobody has come yet, and it is closed with the server
     * @param done whether all who have asked are answered
     */
    void run(Supplier<@Nullable Channel> port, BooleanSupplier done) throws InterruptedException {
        vertx.runOnContext(ignored -> turn());
        long begin = System.nanoTime();
        await(() -> quiet || isOver(begin, IDLE_MILLIS));
        Channel open = port.get();
        if (open == null) {
            portClosed = true;
        } else {
            open.close().addListener(closed -> portClosed = true);
        }
        long since = System.nanoTime();
        await(() -> portClosed && quiet && done.getAsBoolean()
                || isOver(since, IDLE_MILLIS) && isOver(lastSeen, IDLE_MILLIS)
                || isOver(since, LONGEST_MILLIS));
    }

    private static void await(BooleanSupplier done) throws InterruptedException {
        while (!done.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static boolean isOver(long since, long millis) {
        return System.nanoTime() - since > TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
