package io.github.saddlebag.endpoint;

import io.github.saddlebag.http.AnswerTooLargeException;
import io.github.saddlebag.memory.Room;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** What a request has of the memory for its response. Used by one thread at a time. */
public final class Reservation {

    /** The body, and the answers that are copied out of it; or its parts while it is put together. */
    static final int COPIES = 2;

    private final ResponseRoom owner;
    private final Room room;
    private final long request;
    private boolean poll;
    private long lastRead;
    private long largest;
    private long waitedNanos;

    /** @param request the bytes of the request */
    Reservation(ResponseRoom owner, Room room, long request) {
        this.owner = owner;
        this.room = room;
        this.request = request;
    }

    /** That of the exchange; null: none was made. */
    public static @Nullable Reservation find(Exchange exchange) {
        return CallState.of(exchange).reservation();
    }

    Room room() {
        return room;
    }

    /** @param awaited whether it is for the question if a job is done: the response says that it is not, as a rule */
    void isOf(boolean awaited) {
        poll = awaited;
    }

    /** What was read last says that the job is not done. */
    public static void wasPending(Exchange exchange) {
        Reservation reservation = find(exchange);
        if (reservation != null) {
            reservation.owner.wasPending(reservation.lastRead);
        }
    }

    /** What is asked for before the request is sent: as much as the largest response of late takes. */
    long needed() {
        return request + COPIES * Math.max(largest, owner.usual(poll));
    }

    /** Whether it still is as much as is asked for now, or has become so. */
    boolean isEnough() {
        return room.tryTake(needed()) || room.isFirst();
    }

    /**
     * Takes what a response of so many bytes needs, as far as it is read; waits for it.
     *
     * @return how long it has waited, in nanoseconds
     * @throws AnswerTooLargeException there is no room for it, and will be none
     * @throws NoRoomException others are in the way
     */
    public long take(long bytes) throws IOException {
        CountDownLatch turn = new CountDownLatch(1);
        long waited = 0;
        if (!room.grow(request + COPIES * bytes, turn::countDown)) {
            long since = System.nanoTime();
            try {
                turn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                room.release();
                throw new NoRoomException();
            } finally {
                waited = System.nanoTime() - since;
                waitedNanos += waited;
            }
        }
        check(bytes);
        return waited;
    }

    /**
     * The same without waiting.
     *
     * @param then run once it is known what came of it, which {@link #check} tells
     * @return true: it was taken
     */
    public boolean take(long bytes, Runnable then) throws IOException {
        long since = System.nanoTime();
        boolean isKnown = room.grow(request + COPIES * bytes, () -> {
            waitedNanos += System.nanoTime() - since;
            then.run();
        });
        if (isKnown) {
            check(bytes);
        }
        return isKnown;
    }

    /** What came of it. */
    public void check(long bytes) throws IOException {
        switch (room.turn()) {
            case GRANTED -> {}
            case BUSY -> {
                // twice as much as there was, the next time
                largest = Math.max(largest, 2 * bytes);
                throw new NoRoomException();
            }
            case NEVER -> {
                // others may be as large
                owner.was(bytes);
                throw new AnswerTooLargeException(bytes, COPIES * bytes, owner.memory());
            }
        }
    }

    /** It was read: it has so many bytes, and needs no more. */
    public void read(long bytes) {
        lastRead = bytes;
        if (!poll) {
            owner.was(bytes);
        }
        room.shrink(request + COPIES * bytes);
    }

    /** How long it has waited, since it was asked last. */
    long takeWaited() {
        long waited = waitedNanos;
        waitedNanos = 0;
        return waited;
    }
}
