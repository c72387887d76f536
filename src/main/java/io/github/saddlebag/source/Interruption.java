package io.github.saddlebag.source;

import io.github.saddlebag.checkpoint.GoneException;
import io.github.saddlebag.checkpoint.OutputFile;
import io.github.saddlebag.checkpoint.Trouble;
import io.github.saddlebag.support.UnwritableException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What keeps a run from its end: it ends before it, or is put off until its results can be written. */
final class Interruption {

    private final ReadAhead ahead;
    private final Trouble trouble;
    private final BooleanSupplier stopped;
    private final OutputStream results;
    private final Runnable whenGone;
    private volatile boolean suspends;
    private volatile boolean suspended;
    private volatile boolean gone;
    private volatile long left;
    private volatile @Nullable Exception problem;

    /**
     * @param ahead stops with it
     * @param trouble what cannot be written
     * @param stopped whether the runtime stops
     * @param results where results go
     * @param whenGone told that these, or the dead letters, were taken away
     */
    Interruption(ReadAhead ahead, Trouble trouble, BooleanSupplier stopped, OutputStream results, Runnable whenGone) {
        this.ahead = ahead;
        this.trouble = trouble;
        this.stopped = stopped;
        this.results = results;
        this.whenGone = whenGone;
    }

    /** Ends the reading; the first reason counts, but for one that only puts it off. */
    void broken(Exception error) {
        synchronized (ahead) {
            if (problem == null || suspended && !(error instanceof UnwritableException)) {
                problem = error;
                suspended &= error instanceof UnwritableException;
                if (error instanceof GoneException file && isResults(file.file())) {
                    left = file.left();
                    gone = true;
                }
            }
        }
        ahead.stop();
        if (error instanceof GoneException) {
            whenGone.run();
        }
    }

    private boolean isResults(Path file) {
        return results instanceof OutputFile own && file.equals(own.path());
    }

    /** Where others wait for their turn it is put off, after a while, with all that it has. */
    boolean putsOff(IOException why) {
        if (!suspends || stopped.getAsBoolean()) {
            return false;
        }
        if (!suspended) {
            suspended = true;
            ahead.lend();
            broken(why);
        }
        return true;
    }

    /** Others have their turn while its results cannot be written. */
    void suspends() {
        suspends = true;
    }

    /** Whether others do. */
    boolean maySuspend() {
        return suspends;
    }

    /** Whether it is put off. */
    boolean isSuspended() {
        return suspended;
    }

    /** What was put off goes on. */
    void goOn() {
        synchronized (ahead) {
            problem = null;
            suspended = false;
        }
    }

    /** What cannot be written. */
    Trouble trouble() {
        return trouble;
    }

    /** Whether the runtime stops. */
    boolean isStopped() {
        return stopped.getAsBoolean();
    }

    /** Why it ends, or is put off; null: it does not. */
    @Nullable
    Exception problem() {
        return problem;
    }

    /** Whether the result file was taken away, or cut. */
    boolean isResultGone() {
        return gone;
    }

    /** How many lines are left in it then. */
    long left() {
        return left;
    }
}
