package io.github.saddlebag.support;

import java.util.concurrent.ThreadFactory;

/** Makes threads that keep no process from ending. */
public final class DaemonThreads {

    private DaemonThreads() {}

    /** Those of one name, for pools of a single thread, or whose threads need not be told apart. */
    public static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
