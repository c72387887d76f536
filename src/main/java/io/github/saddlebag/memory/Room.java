package io.github.saddlebag.memory;

import java.util.Objects;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The room that a request's response has in {@link Memory}, from before the request is sent until its answers are with
 * their items. Used by one thread at a time.
 */
public final class Room {

    /** What became of a wait. */
    public enum Turn {
        /** There is room. */
        GRANTED,
        /** Others are in the way: the request is to come again. */
        BUSY,
        /** There will be none: the response is too large. */
        NEVER
    }

    private final Memory memory;
    private final @Nullable RoomUser user;
    private volatile long held;
    private volatile long wanted;
    private volatile boolean underWay;
    private volatile Turn turn = Turn.GRANTED;
    private volatile @Nullable Runnable then;

    Room(Memory memory, @Nullable RoomUser user) {
        this.memory = memory;
        this.user = user;
    }

    /** Bytes that it has. */
    public long held() {
        return held;
    }

    /** What came of the last wait. */
    public Turn turn() {
        return turn;
    }

    /**
     * Asks for so many bytes in all before a request is sent; at most all that one may have.
     *
     * @param whenTurn run once there is room, on any thread; it must not wait
     * @return true: there is room at once, and {@code whenTurn} is not run
     */
    public boolean start(long bytes, Runnable whenTurn) {
        if (tryStart(bytes)) {
            return true;
        }
        then = whenTurn;
        memory.queue().await(this, false);
        return false;
    }

    /** The same for one that cannot wait. False: there is no room, and nothing was taken. */
    public boolean tryStart(long bytes) {
        return tryTake(bytes, memory::tryStart);
    }

    /** The same for one whose turn it is to be sent, be somebody there before or not. */
    public boolean tryTake(long bytes) {
        return tryTake(bytes, memory::tryGrow);
    }

    private boolean tryTake(long bytes, LongPredicate taken) {
        wanted = Math.min(bytes, memory.most());
        if (missing() <= 0) {
            return true;
        }
        boolean is = taken.test(missing());
        held = is ? wanted : held;
        return is;
    }

    /**
     * The request waits for something else: where memory is scarce, it is for others meanwhile. The request for the oldest
     * item keeps its room.
     */
    public void lend() {
        if (memory.isScarce() && !isFirst()) {
            release();
        }
    }

    /** The request is sent: it ends by itself. */
    public void sent() {
        if (!underWay) {
            underWay = true;
            memory.queue().underWay().incrementAndGet();
        }
    }

    /**
     * Asks for so many bytes in all while the response is read.
     *
     * @param whenTurn run once {@link #turn} says what came of it, on any thread; it must not wait
     * @return true: that is known at once, and {@code whenTurn} is not run
     */
    public boolean grow(long bytes, Runnable whenTurn) {
        wanted = bytes;
        turn = Turn.GRANTED;
        if (missing() <= 0) {
            return true;
        }
        if (bytes > memory.most()) {
            turn = Turn.NEVER;
            return true;
        }
        if (memory.tryGrow(missing())) {
            held = wanted;
            return true;
        }
        then = whenTurn;
        memory.queue().await(this, true);
        return false;
    }

    /** Has so many bytes from now on; less than before. */
    public void shrink(long bytes) {
        long before = held;
        if (bytes < before) {
            held = bytes;
            memory.remove(before - bytes);
        }
    }

    /** The response was read, or will not come. */
    public void landed() {
        if (underWay) {
            underWay = false;
            memory.queue().underWay().decrementAndGet();
            memory.wake();
        }
    }

    /** Needs nothing any more, for now. */
    public void release() {
        memory.queue().leave(this);
        shrink(0);
        landed();
    }

    /** Whether it is for the item that has waited for its outcome the longest: nobody may be in its way. */
    public boolean isFirst() {
        return user != null && user.holds(user.line().oldest());
    }

    @Nullable
    RoomUser user() {
        return user;
    }

    long missing() {
        return wanted - held;
    }

    Runnable granted(long bytes) {
        held += bytes;
        turn = Turn.GRANTED;
        return Objects.requireNonNull(then);
    }

    Runnable refused(boolean forEver) {
        turn = forEver ? Turn.NEVER : Turn.BUSY;
        return Objects.requireNonNull(then);
    }
}
