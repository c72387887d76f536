package io.github.saddlebag.serve;

import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The end of a server: nobody is answered until the port is closed, as whoever is may connect once more; and it is over
 * when no request has come for some turns of the event loop. They are turns, as on a busy machine what has come may wait
 * for its turn longer than for any time.
 */
final class Drain {

    private static final int QUIET_TURNS = 5;
    private static final long TURN_MILLIS = 10;

    /** How long the port stays open where more and more connect. */
    private static final long OPEN_MILLIS = 1000;

    /** How long it waits where nobody comes and nobody is answered; and at the most. */
    private static final long IDLE_MILLIS = 2000;

    private static final long LONGEST_MILLIS = 15_000;

    private final Vertx vertx;
    private volatile long lastSeen = System.nanoTime();
    private int turns;
    private volatile boolean quiet;

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
     * @param port null: nobody can have come
     * @param done whether all who have connected are answered
     */
    void run(@Nullable Port port, BooleanSupplier done) throws InterruptedException {
        vertx.runOnContext(ignored -> {
            if (port != null) {
                port.closeWhenQuiet(OPEN_MILLIS);
                port.closeFuture().awaitUninterruptibly(2 * OPEN_MILLIS);
            }
            cameIn();
            turn();
        });
        long begin = System.nanoTime();
        while (!(quiet && done.getAsBoolean()
                || isOver(begin, OPEN_MILLIS + IDLE_MILLIS) && isOver(lastSeen, IDLE_MILLIS)
                || isOver(begin, LONGEST_MILLIS))) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static boolean isOver(long since, long millis) {
        return System.nanoTime() - since > TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
