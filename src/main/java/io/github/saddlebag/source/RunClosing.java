package io.github.saddlebag.source;

import io.github.saddlebag.checkpoint.Checkpointer;
import io.github.saddlebag.checkpoint.InputWatch;
import io.github.saddlebag.support.StoppedException;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Completes the files of a run once all its chunks are delivered, or says why they are not complete. */
final class RunClosing {

    private static final Logger LOG = LoggerFactory.getLogger(Run.class);

    private final String name;
    private final RunReading reading;
    private final RunOutput output;
    private final @Nullable Checkpointer checkpoints;
    private final Interruption interruption;
    private final @Nullable InputWatch watch;
    private volatile InputWatch.Change change = InputWatch.Change.NONE;

    RunClosing(
            Run.Files files,
            RunReading reading,
            RunOutput output,
            @Nullable Checkpointer checkpoints,
            Interruption interruption) {
        this.name = files.name();
        this.watch = files.watch();
        this.reading = reading;
        this.output = output;
        this.checkpoints = checkpoints;
        this.interruption = interruption;
    }

    /**
     * Writes what is left, and closes the files, but for those of a run that is put off.
     *
     * @return why they are not complete; null: they are
     * @throws Exception why the run is put off
     */
    @Nullable
    Exception finish() throws Exception {
        output.awaitFlush(() -> interruption.problem() == null && !interruption.isStopped());
        if (interruption.isSuspended() && checkpoints != null) {
            checkpoints.closesLater();
        }
        if (interruption.isSuspended() || !isLastSaved()) {
            throw Objects.requireNonNull(interruption.problem());
        }
        closeFiles();
        Exception why = interruption.problem();
        return why == null ? unfinished() : why;
    }

    /** What others did to the input, known at its end; null: it was not looked for. */
    @Nullable
    InputWatch watch() {
        return watch;
    }

    /**
     * Looks what others did to the input.
     *
     * @return why it is not done; null: it is
     */
    @Nullable
    IOException inputChanged() throws IOException {
        InputWatch input = watch;
        if (input == null) {
            return null;
        }
        change = input.change();
        boolean isOther = change == InputWatch.Change.REPLACED || change == InputWatch.Change.WRITTEN;
        if (isOther && !interruption.maySuspend()) {
            return new IOException(input.text(change));
        }
        if (change == InputWatch.Change.GONE) {
            LOG.warn("{}", input.text(change));
        }
        return null;
    }

    /** Whether it was found to be another one, or written to. */
    boolean isInputChanged() {
        return change != InputWatch.Change.NONE;
    }

    /** As a stop does: writes what can be written. */
    void giveUp() {
        interruption.broken(reading.stoppedHere());
        isLastSaved();
        closeFiles();
    }

    private void closeFiles() {
        try (reading) {
            output.close(this::isWhole);
        } catch (IOException e) {
            interruption.broken(e);
        }
    }

    /** False: it was put off. */
    private boolean isLastSaved() {
        try {
            return checkpoints == null || checkpoints.close(isWhole());
        } catch (IOException e) {
            interruption.broken(e);
            return true;
        }
    }

    private boolean isWhole() {
        return interruption.problem() == null && unfinished() == null;
    }

    /** Chunks that were given back, or whose delivery failed, leave no other trace here. */
    private @Nullable Exception unfinished() {
        long all = reading.items();
        long missing = all - output.written();
        if (missing == 0) {
            return null;
        }
        String text = name + ": " + missing + " of " + all + " items have no result line";
        return interruption.isStopped()
                ? new StoppedException(text + " yet; the runtime stopped.")
                : new IOException(text + ", for their delivery failed.");
    }
}
