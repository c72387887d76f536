package io.github.saddlebag.support;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.camel.util.concurrent.SynchronousExecutorService;

/**
 * Runs each task on the thread that gives it. With it the parts of a parallel Split begin one after the other, and one that
 * waits without a thread keeps no other from beginning.
 */
public final class CallerThread extends SynchronousExecutorService {

    /** An {@link Error} goes on to the caller. */
    @Override
    public Future<?> submit(Runnable task) {
        task.run();
        return CompletableFuture.completedFuture(null);
    }
}
