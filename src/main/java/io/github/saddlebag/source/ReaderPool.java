package io.github.saddlebag.source;

import io.github.saddlebag.setting.EndsWithContext;
import io.github.saddlebag.support.DaemonThreads;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads that inputs are read on, one for each input while it is read: a task that a thread of this pool hands over
 * runs on the same thread, behind the present one. So the chunks of an input stay in their order, and a reader that waits
 * for room holds up no other one.
 */
public final class ReaderPool extends ThreadPoolExecutor implements EndsWithContext {

    private final ThreadLocal<@Nullable Deque<Runnable>> own = new ThreadLocal<>();

    /** @param name what its threads are called, with a number behind it */
    public ReaderPool(String name) {
        super(0, Integer.MAX_VALUE, 60, TimeUnit.SECONDS, new SynchronousQueue<>(), DaemonThreads.numbered(name));
    }

    @Override
    public void execute(Runnable task) {
        Deque<Runnable> mine = own.get();
        if (mine == null) {
            super.execute(() -> runAll(task));
        } else {
            mine.add(task);
        }
    }

    private void runAll(Runnable first) {
        Deque<Runnable> mine = new ArrayDeque<>();
        own.set(mine);
        try {
            for (Runnable task = first; task != null; task = mine.poll()) {
                task.run();
            }
        } finally {
            own.remove();
            // an error ended one of them: the others have their turn all the same
            mine.forEach(super::execute);
        }
    }

    @Override
    public void end() {
        shutdown();
    }
}
