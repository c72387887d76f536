package io.github.saddlebag.memory;

import io.github.saddlebag.support.Unrecoverable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for room in {@link Memory}: responses that are being read and need more, before requests that were not sent. The
 * one for the oldest item is never held up by the others, for all of them may have to wait in order for it. Where nothing
 * moves, because the responses that are being read all wait for room, the youngest one leaves and comes again.
 */
final class RoomQueue {

    private static final long TICK_MILLIS = 50;
    /** So long nothing was let go, and responses that are read wait for each other. */
    private static final long STALE_NANOS = 300_000_000;

    /** So often a line that may be long is looked through for the one that is first. */
    private static final long LOOK_NANOS = 20_000_000;

    private static final long STUCK_NANOS = 3_000_000_000L;

    private final Memory memory;
    /** Those that are being read, and need more. */
    private final Deque<Room> growing = new ArrayDeque<>();
    /** Requests that were not sent. */
    private final Deque<Room> starting = new ArrayDeque<>();

    /** Responses that are awaited, read or matched. */
    private final AtomicInteger underWay = new AtomicInteger();

    private volatile int waiting;
    private volatile long freedNanos = System.nanoTime();
    private boolean ticking;
    /** When the whole line was looked through last. */
    private long lookedNanos = System.nanoTime() - LOOK_NANOS - 1;

    RoomQueue(Memory memory) {
        this.memory = memory;
    }

    int waiting() {
        return waiting;
    }

    AtomicInteger underWay() {
        return underWay;
    }

    /** Bytes are gone. */
    void freed() {
        if (waiting > 0) {
            freedNanos = System.nanoTime();
            wake();
        }
    }

    /** Those who wait may have got their turn. */
    void wake() {
        if (waiting > 0) {
            List<Runnable> turn = new ArrayList<>();
            synchronized (this) {
                pump(turn);
            }
            turn.forEach(Runnable::run);
        }
    }

    /** Waits for its turn, which may come at once. */
    void await(Room room, boolean grows) {
        List<Runnable> turn = new ArrayList<>();
        synchronized (this) {
            if (waiting == 0) {
                freedNanos = System.nanoTime();
            }
            (grows ? growing : starting).addLast(room);
            pump(turn);
            tick();
        }
        turn.forEach(Runnable::run);
    }

    /** Waits no longer; its task is not run. */
    synchronized void leave(Room room) {
        growing.remove(room);
        starting.remove(room);
        waiting = growing.size() + starting.size();
    }

    private void pump(List<Runnable> turn) {
        Map<RoomUser.Line, @Nullable Object> oldest = new IdentityHashMap<>();
        for (Iterator<Room> each = growing.iterator(); each.hasNext(); ) {
            Room room = each.next();
            if (memory.tryTake(room.missing(), limit(room, oldest))) {
                each.remove();
                turn.add(room.granted(room.missing()));
            }
        }
        if (!growing.isEmpty() && underWay.get() <= growing.size()) {
            breakUp(turn, oldest);
        }
        boolean inLine = !growing.isEmpty();
        long now = System.nanoTime();
        boolean looks = now - lookedNanos > LOOK_NANOS;
        lookedNanos = looks ? now : lookedNanos;
        for (Iterator<Room> each = starting.iterator(); each.hasNext() && (looks || !inLine); ) {
            Room room = each.next();
            if (isFirst(room, oldest)) {
                // it needs no more than what is left: all others may wait for it
                each.remove();
                turn.add(room.granted(memory.takeUpTo(room.missing())));
            } else if (!inLine && memory.tryTake(room.missing(), limit(room, oldest))) {
                each.remove();
                turn.add(room.granted(room.missing()));
            } else {
                inLine = true;
            }
        }
        waiting = growing.size() + starting.size();
    }

    private long limit(Room room, Map<RoomUser.Line, @Nullable Object> oldest) {
        boolean isAlone = memory.used() - room.held() <= memory.bound() / 8;
        return isAlone || isFirst(room, oldest) ? memory.bound() : memory.ofAll();
    }

    private static boolean isFirst(Room room, Map<RoomUser.Line, @Nullable Object> oldest) {
        RoomUser user = room.user();
        return user != null && user.holds(oldest.computeIfAbsent(user.line(), RoomUser.Line::oldest));
    }

    /** All that are being read wait: one has to go. */
    private void breakUp(List<Runnable> turn, Map<RoomUser.Line, @Nullable Object> oldest) {
        long still = System.nanoTime() - freedNanos;
        Room youngest = null;
        Room first = null;
        for (Room room : growing) {
            if (isFirst(room, oldest)) {
                first = room;
            } else {
                youngest = room;
            }
        }
        if (youngest != null && still > STALE_NANOS) {
            growing.remove(youngest);
            turn.add(youngest.refused(false));
        } else if (youngest == null && first != null && still > STUCK_NANOS && isStuck(first)) {
            growing.remove(first);
            turn.add(first.refused(true));
        }
    }

    /** Whether what is in its way goes only after it. */
    private boolean isStuck(Room first) {
        RoomUser user = first.user();
        long behind = memory.inOrder() + (user == null ? 0 : user.line().heldByLists());
        return first.held() + first.missing() + behind > memory.bound();
    }

    /** A turn can come by what nobody tells of: an item that has its outcome, or time. */
    private void tick() {
        if (waiting > 0 && !ticking) {
            ticking = true;
            Thread thread = new Thread(Unrecoverable.told(this::ticks), "saddlebag-memory");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void ticks() {
        boolean goesOn = true;
        while (goesOn) {
            try {
                Thread.sleep(TICK_MILLIS);
            } catch (InterruptedException e) {
                // nobody does
                Thread.currentThread().interrupt();
            }
            wake();
            synchronized (this) {
                goesOn = waiting > 0 && !Thread.currentThread().isInterrupted();
                ticking = goesOn;
            }
        }
    }
}
