package io.github.saddlebag.support;

import io.github.saddlebag.setting.EndsWithContext;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The pool that batches run on. Its queue never rejects, for the gate bounds it: a pool that lets the caller run what it
 * has no room for would run a batch under the aggregator's lock.
 */
public final class BatchPool extends ThreadPoolExecutor implements EndsWithContext {

    /**
     * @param name what its threads are called, with a number behind it
     * @param threads how many it has, at least 1
     */
    public BatchPool(String name, int threads) {
        super(threads, threads, 60, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), DaemonThreads.numbered(name));
        allowCoreThreadTimeOut(true);
    }

    /** What is under way ends first. */
    @Override
    public void end() {
        shutdown();
    }
}
