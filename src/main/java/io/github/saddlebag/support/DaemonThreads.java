package io.github.saddlebag.support;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes threads that keep no process from ending. */
public final class DaemonThreads {

    private DaemonThreads() {}

    /** One, which is not started yet. */
    public static Thread of(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Those of one name, for pools of a single thread, or whose threads need not be told apart. */
    public static ThreadFactory named(String name) {
        return task -> of(name, task);
    }

    /** Those of one name, with a number behind it. */
    public static ThreadFactory numbered(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> of(name + '-' + count.incrementAndGet(), task);
    }
}
