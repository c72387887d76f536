package io.github.saddlebag.progress;

import io.github.saddlebag.runtime.Standalone;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A signal that ends the JVM stops a run, and waits until what came of it is reported. */
final class StopOnSignal {

    private static final Duration GOODBYE = Duration.ofSeconds(10);

    private final CountDownLatch reported = new CountDownLatch(1);
    private @Nullable Thread hook;
    private volatile boolean finished;

    /**
     * From now on a signal closes it.
     *
     * @param longest how many seconds that may take
     * @param shown told of it; null: nobody is
     */
    void closes(Standalone standalone, String longest, @Nullable PrintWriter shown) {
        Thread thread = new Thread(() -> stop(standalone, longest, shown), "saddlebag-signal");
        hook = thread;
        Runtime.getRuntime().addShutdownHook(thread);
    }

    private void stop(Standalone standalone, String longest, @Nullable PrintWriter shown) {
        if (shown != null) {
            shown.println("saddlebag: stopping: requests that are under way are finished, for at most " + longest
                    + " s; no other is begun. A second signal ends it at once.");
            shown.flush();
        }
        standalone.close();
        try {
            if (reported.await(GOODBYE.toMillis(), TimeUnit.MILLISECONDS) && finished) {
                // all was done before the stop: the command ends the JVM, with the status of a run that came to its end
                TimeUnit.SECONDS.sleep(GOODBYE.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * It is closed, and a signal ends the JVM as it would without it.
     *
     * @param toItsEnd whether the run came to its end
     */
    void closed(boolean toItsEnd) {
        Thread thread = hook;
        if (thread != null) {
            try {
                Runtime.getRuntime().removeShutdownHook(thread);
            } catch (IllegalStateException e) {
                // a signal came: the hook is at work
            }
        }
        finished = toItsEnd;
    }

    /** A JVM that was told to end may do so. */
    void reported() {
        reported.countDown();
    }
}
