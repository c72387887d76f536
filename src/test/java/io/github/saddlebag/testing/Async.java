package io.github.saddlebag.testing;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Tasks on threads of their own. The common pool has one thread on a small machine, and a task that blocks takes it. */
public final class Async {

    private Async() {}

    public static <T> CompletableFuture<T> call(Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(task.call());
                    } catch (Throwable e) {
                        result.completeExceptionally(e);
                    }
                },
                "test-async");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    /** What may throw. */
    @FunctionalInterface
    public interface Task {
        void run() throws Exception;
    }

    public static CompletableFuture<Void> run(Task task) {
        return call(() -> {
            task.run();
            return null;
        });
    }
}
