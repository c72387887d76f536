package io.github.saddlebag.support;

import org.jspecify.annotations.Nullable;

/**
 * An {@link Error} on any thread: memory has ended, or a class is missing, and nobody can say what was left undone. Camel
 * puts it on an exchange as it does exceptions, so it is told from there to whoever is told of uncaught ones: the commands
 * end the process; a host's own handler decides, and its exchanges end with the error.
 */
public final class Unrecoverable {

    private static final int DEEPEST = 20;

    private Unrecoverable() {}

    /** Tells the thread's handler of uncaught errors, if this is one or was caused by one. */
    public static void report(@Nullable Throwable thrown) {
        Error error = in(thrown);
        if (error != null) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, error);
        }
    }

    /** The error in a chain of causes, or null. */
    public static @Nullable Error in(@Nullable Throwable thrown) {
        Throwable each = thrown;
        for (int depth = 0; each != null && depth < DEEPEST; depth++) {
            if (each instanceof Error error) {
                return error;
            }
            each = each.getCause();
        }
        return null;
    }

    /** A task whose errors are told, where its executor would keep them in a future that nobody asks. */
    public static Runnable told(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Error e) {
                report(e);
                throw e;
            }
        };
    }
}
