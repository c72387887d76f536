package io.github.saddlebag.batch;

import io.github.saddlebag.support.Unrecoverable;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.CamelContext;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jspecify.annotations.Nullable;

/**
 * Counts what responses take of the heap, in bytes: while they are awaited, read and matched, as long as their answers are
 * on their way, and while those wait in the order of the input. One for all contexts of a JVM, which have one heap.
 *
 * <p>Requests wait until there is {@link Room} for their response. Two thirds are for all of them; the rest is for the one
 * that holds the oldest item without an outcome, and for one that is alone: all others may have to wait in order for the
 * former, so that it is never held up by them. Where nothing moves, because the responses that are being read all wait for
 * room, the youngest one leaves and comes again.
 */
public final class Memory {

    /** What an answer takes until it is delivered: itself, and the line that is made of it. */
    static final int COPIES = 2;

    private static final long LEAST = 8 << 20;
    private static final long OF_RUNTIME = 64 << 20;
    private static final long TICK_MILLIS = 50;
    /** So long nothing was let go, and responses that are read wait for each other. */
    private static final long STALE_NANOS = 300_000_000;

    /** So often a line that may be long is looked through for the one that is first. */
    private static final long LOOK_NANOS = 20_000_000;

    private static final long STUCK_NANOS = 3_000_000_000L;

    /** Gone when no context holds it any more. */
    private static WeakReference<Memory> ofJvm = new WeakReference<>(null);

    private final AtomicLong used = new AtomicLong();
    /** Of those, what waits for its turn in the order of the input. */
    private final AtomicLong inOrder = new AtomicLong();
    /** Responses that are awaited, read or matched. */
    private final AtomicInteger underWay = new AtomicInteger();

    private final ReentrantLock lock = new ReentrantLock();
    /** Those that are being read, and need more. */
    private final Deque<Room> growing = new ArrayDeque<>();
    /** Requests that were not sent. */
    private final Deque<Room> starting = new ArrayDeque<>();

    /** What is set for contexts that run. */
    private final Map<CamelContext, Long> bounds = new WeakHashMap<>();

    private final long fallback;

    private volatile int waiting;
    private volatile long bound;
    private volatile long freedNanos = System.nanoTime();
    private boolean ticking;
    /** When the whole line was looked through last. */
    private long lookedNanos = System.nanoTime() - LOOK_NANOS - 1;

    /** As large as this JVM's heap allows. */
    public Memory() {
        this(ofHeap(Runtime.getRuntime().maxMemory()));
    }

    /** @param bound the most bytes */
    public Memory(long bound) {
        this.fallback = bound;
        this.bound = bound;
    }

    /** The one that all contexts share. */
    public static synchronized Memory of(CamelContext context) {
        Memory known = context.getCamelContextExtension().getContextPlugin(Memory.class);
        if (known != null) {
            return known;
        }
        Memory shared = ofJvm.get();
        Memory memory = shared == null ? new Memory() : shared;
        ofJvm = new WeakReference<>(memory);
        context.getCamelContextExtension().addContextPlugin(Memory.class, memory);
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopped(CamelContext stopped) {
                memory.unbind(stopped);
            }
        });
        return memory;
    }

    /** What responses may take of a heap of so many bytes: most of what the runtime itself leaves, at most half of it. */
    static long ofHeap(long heap) {
        return Math.max(LEAST, Math.min(heap / 2, (heap - OF_RUNTIME) / 5 * 3));
    }

    /** What an answer takes. */
    static long of(@Nullable Object answer) {
        if (answer instanceof byte[] bytes) {
            return (long) COPIES * bytes.length;
        }
        return answer instanceof CharSequence text ? (long) COPIES * text.length() : 0;
    }

    /** The most bytes. */
    public long bound() {
        return bound;
    }

    /** Sets the most bytes of a context, as long as it runs. Of several the smallest counts. */
    public void bound(CamelContext context, long bytes) {
        synchronized (bounds) {
            bounds.put(context, bytes);
            apply();
        }
        wake();
    }

    private void unbind(CamelContext context) {
        synchronized (bounds) {
            bounds.remove(context);
            apply();
        }
        wake();
    }

    private void apply() {
        bound = bounds.values().stream().min(Long::compare).orElse(fallback);
    }

    /** The most that one response may take, alone: the rest is what others have left. */
    public long most() {
        return bound / 8 * 7;
    }

    /** The bytes that are taken now. */
    public long used() {
        return used.get();
    }

    /** How many requests and responses wait for room. */
    public int waiting() {
        return waiting;
    }

    /** Bytes are there that were not asked for. */
    public void add(long bytes) {
        used.addAndGet(bytes);
    }

    /** Bytes are gone. */
    public void remove(long bytes) {
        if (bytes != 0) {
            used.addAndGet(-bytes);
            if (waiting > 0) {
                freedNanos = System.nanoTime();
                wake();
            }
        }
    }

    /** Bytes wait in the order of the input. */
    public void addInOrder(long bytes) {
        inOrder.addAndGet(bytes);
        add(bytes);
    }

    /** Their turn has come. */
    public void removeInOrder(long bytes) {
        inOrder.addAndGet(-bytes);
        remove(bytes);
    }

    /** Those who wait may have got their turn. */
    void wake() {
        if (waiting > 0) {
            List<Runnable> turn = new ArrayList<>();
            lock.lock();
            try {
                pump(turn);
            } finally {
                lock.unlock();
            }
            turn.forEach(Runnable::run);
        }
    }

    /** Room for the response to a request; of one exchange. */
    public Room room(@Nullable Batch batch) {
        return new Room(this, batch);
    }

    AtomicInteger underWay() {
        return underWay;
    }

    /** Takes bytes for a request that was not sent, if there is room and nobody was there before. */
    boolean tryStart(long bytes) {
        return waiting == 0 && tryTake(bytes, bound / 3 * 2);
    }

    boolean tryGrow(long bytes) {
        return tryTake(bytes, bound / 3 * 2);
    }

    private boolean tryTake(long bytes, long limit) {
        long before = used.get();
        while (before + bytes <= limit) {
            if (used.compareAndSet(before, before + bytes)) {
                return true;
            }
            before = used.get();
        }
        return false;
    }

    /** Waits for its turn, which may come at once. */
    void await(Room room, boolean grows) {
        List<Runnable> turn = new ArrayList<>();
        lock.lock();
        try {
            if (waiting == 0) {
                freedNanos = System.nanoTime();
            }
            (grows ? growing : starting).addLast(room);
            pump(turn);
            tick();
        } finally {
            lock.unlock();
        }
        turn.forEach(Runnable::run);
    }

    /** Waits no longer; its task is not run. */
    void leave(Room room) {
        lock.lock();
        try {
            growing.remove(room);
            starting.remove(room);
            waiting = growing.size() + starting.size();
        } finally {
            lock.unlock();
        }
    }

    private void pump(List<Runnable> turn) {
        Map<BatchHub, Item> oldest = new IdentityHashMap<>();
        for (Iterator<Room> each = growing.iterator(); each.hasNext(); ) {
            Room room = each.next();
            if (tryTake(room.missing(), limit(room, oldest))) {
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
                long bytes = Math.max(0, Math.min(room.missing(), bound - used.get()));
                used.addAndGet(bytes);
                each.remove();
                turn.add(room.granted(bytes));
            } else if (!inLine && tryTake(room.missing(), limit(room, oldest))) {
                each.remove();
                turn.add(room.granted(room.missing()));
            } else {
                inLine = true;
            }
        }
        waiting = growing.size() + starting.size();
    }

    private long limit(Room room, Map<BatchHub, Item> oldest) {
        boolean isAlone = used.get() - room.held() <= bound / 8;
        return isAlone || isFirst(room, oldest) ? bound : bound / 3 * 2;
    }

    private static boolean isFirst(Room room, Map<BatchHub, Item> oldest) {
        Batch batch = room.batch();
        return batch != null && batch.holds(oldest.computeIfAbsent(batch.hub(), BatchHub::oldest));
    }

    /** All that are being read wait: one has to go. */
    private void breakUp(List<Runnable> turn, Map<BatchHub, Item> oldest) {
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
        Batch batch = first.batch();
        long behind = inOrder.get() + (batch == null ? 0 : batch.hub().heldByLists());
        return first.held() + first.missing() + behind > bound;
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
            lock.lock();
            try {
                goesOn = waiting > 0 && !Thread.currentThread().isInterrupted();
                ticking = goesOn;
            } finally {
                lock.unlock();
            }
        }
    }
}
