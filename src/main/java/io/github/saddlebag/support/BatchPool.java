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

    private String name = "saddlebag-batch";

    /** One thread, until more are asked for. */
    public BatchPool() {
        super(1, 1, 60, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        allowCoreThreadTimeOut(true);
        setThreadFactory(DaemonThreads.numbered(() -> name));
    }

    /** What is under way ends first. */
    @Override
    public void end() {
        shutdown();
    }

    /** What its threads are called. */
    public void setName(String name) {
        this.name = name;
    }

    /** How many threads it has, at least 1. */
    public void setThreads(int threads) {
        if (threads > getMaximumPoolSize()) {
            setMaximumPoolSize(threads);
            setCorePoolSize(threads);
        } else {
            setCorePoolSize(threads);
            setMaximumPoolSize(threads);
        }
    }
}
