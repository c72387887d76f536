package io.github.saddlebag.memory;

import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.CamelContext;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jspecify.annotations.Nullable;

/**
 * Counts what responses take of the heap, in bytes: while they are awaited, read and matched, as long as their answers are
 * on their way, and while those wait in the order of the input. One for all contexts of a JVM, which have one heap.
 *
 * <p>Requests wait until there is {@link Room} for their response, see {@link RoomQueue}. Two thirds are for all of them; the
 * rest is for the one that holds the oldest item without an outcome, and for one that is alone.
 */
public final class Memory {

    /** What an answer takes until it is delivered: itself, and the line that is made of it. */
    private static final int COPIES = 2;

    private static final long LEAST = 8 << 20;
    private static final long OF_RUNTIME = 64 << 20;

    /** Gone when no context holds it any more. */
    private static WeakReference<Memory> ofJvm = new WeakReference<>(null);

    private final AtomicLong used = new AtomicLong();
    /** Of those, what waits for its turn in the order of the input. */
    private final AtomicLong inOrder = new AtomicLong();

    private final RoomQueue queue = new RoomQueue(this);

    /** What is set for contexts that run. */
    private final Map<CamelContext, Long> bounds = new WeakHashMap<>();

    private final long fallback;

    private volatile long bound;

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
    public static long of(@Nullable Object answer) {
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
        return queue.waiting();
    }

    /** Bytes are there that were not asked for. */
    public void add(long bytes) {
        used.addAndGet(bytes);
    }

    /** Bytes are gone. */
    public void remove(long bytes) {
        if (bytes != 0) {
            used.addAndGet(-bytes);
            queue.freed();
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
    public void wake() {
        queue.wake();
    }

    /** Room for the response to a request; of one exchange. */
    public Room room(@Nullable RoomUser user) {
        return new Room(this, user);
    }

    RoomQueue queue() {
        return queue;
    }

    /** Takes what is left, and no more than that. */
    long takeUpTo(long bytes) {
        long taken = Math.max(0, Math.min(bytes, bound - used.get()));
        used.addAndGet(taken);
        return taken;
    }

    long inOrder() {
        return inOrder.get();
    }

    /** Takes bytes for a request that was not sent, if there is room and nobody was there before. */
    boolean tryStart(long bytes) {
        return queue.waiting() == 0 && tryGrow(bytes);
    }

    boolean tryGrow(long bytes) {
        return tryTake(bytes, ofAll());
    }

    /** Whether half of what all may take is taken. */
    boolean isScarce() {
        return used.get() > ofAll() / 2;
    }

    /** What all may take together. */
    long ofAll() {
        return bound / 3 * 2;
    }

    boolean tryTake(long bytes, long limit) {
        long before = used.get();
        while (before + bytes <= limit) {
            if (used.compareAndSet(before, before + bytes)) {
                return true;
            }
            before = used.get();
        }
        return false;
    }
}
