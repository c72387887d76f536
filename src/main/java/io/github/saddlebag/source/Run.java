package io.github.saddlebag.source;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.checkpoint.Checkpointer;
import io.github.saddlebag.checkpoint.GoneException;
import io.github.saddlebag.checkpoint.InputWatch;
import io.github.saddlebag.checkpoint.Trouble;
import io.github.saddlebag.deliver.ResultSink;
import io.github.saddlebag.input.ItemInput;
import io.github.saddlebag.output.KeptBlocks;
import io.github.saddlebag.output.Mark;
import io.github.saddlebag.output.Range;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One input from its first line to its last result: reads items in chunks, and takes their outcomes. */
final class Run implements Iterator<List<Item>>, RunProgress {

    private static final Logger LOG = LoggerFactory.getLogger(Run.class);

    private final String name;
    private final long inputBytes;
    private final boolean batchedAlone;
    private final ReadAhead ahead;
    private final Interruption interruption;
    private final RunReading reading;
    private final RunOutput output;
    private final RunClosing closing;
    private final @Nullable Checkpointer checkpoints;
    private final Mark before;
    private volatile boolean complete;
    private volatile boolean finishedBefore;
    private volatile Closeable held = () -> {};
    private @Nullable LongSupplier seen;

    /**
     * Where items come from, and where their results go.
     *
     * @param watch tells at the end whether the input is still what it was; null: that does not matter
     */
    record Files(
            String name,
            ItemInput input,
            long inputBytes,
            OutputStream results,
            OutputStream deadLetters,
            @Nullable InputWatch watch) {}

    /** Without a checkpoint. */
    Run(Files files, RunOptions options, BooleanSupplier stopped) {
        this(files, options, stopped, null);
    }

    /** @param checkpoints make durable what is written; null: nothing does */
    Run(Files files, RunOptions options, BooleanSupplier stopped, @Nullable Checkpointer checkpoints) {
        this.name = files.name;
        this.inputBytes = files.inputBytes;
        this.batchedAlone = options.batchedAlone();
        this.checkpoints = checkpoints;
        this.ahead = new ReadAhead(options.places(), this::waits);
        this.interruption =
                new Interruption(ahead, new Trouble(name, options.limits()), stopped, files.results, this::takeBack);
        this.before = checkpoints == null ? Mark.NONE : checkpoints.durable();
        KeptBlocks kept = checkpoints == null ? null : checkpoints.kept();
        List<Range> done = new ArrayList<>(before.beyond());
        if (kept != null) {
            done.addAll(kept.ranges());
        }
        this.reading = new RunReading(
                name,
                new ChunkReader(this, files.input, options, checkpoints, before.next(), done),
                ahead,
                interruption,
                before.items() + (kept == null ? 0 : kept.items()));
        this.output = new RunOutput(files, options, checkpoints, interruption, kept, ahead::release);
        this.closing = new RunClosing(files, reading, output, checkpoints, interruption);
        output.start();
    }

    /** Whether all of it was done before. */
    Run finishedBefore(boolean all) {
        finishedBefore = all;
        return this;
    }

    @Override
    public boolean isFinishedBefore() {
        return finishedBefore;
    }

    /** Lets go of this when it is over. */
    Run holding(Closeable what) {
        held = what;
        return this;
    }

    private void waits() {
        if (reading == null) {
            // it is made just now, and others look already who has room to give
            return;
        }
        if (checkpoints != null && !reading.isEnded()) {
            checkpoints.hurry();
        }
        reading.sourceWaits();
    }

    private void takeBack() {
        reading.takeBack();
    }

    /** Whether a file of it was taken away: all of it is to be done again. */
    boolean isFileGone() {
        return interruption.problem() instanceof GoneException;
    }

    /** What is read of it, and where that stands. */
    RunReading reading() {
        return reading;
    }

    /** Whether its items share no batch with those of others. */
    boolean isBatchedAlone() {
        return batchedAlone;
    }

    /** Takes the outcomes of its items. */
    ResultSink sink() {
        return output;
    }

    /**
     * Whether there may be another chunk; waits for the first one only. The Split asks before it hands the chunk on that
     * it has just taken: to look ahead would hold that one back until there is room, and input, for the next.
     */
    @Override
    public boolean hasNext() {
        return reading.hasNext();
    }

    /** The next chunk; the last one may be empty. */
    @Override
    public List<Item> next() {
        return reading.next();
    }

    /** Others have their turn while this one cannot be written; {@link #goOn} goes on with it. */
    Run suspends() {
        interruption.suspends();
        return this;
    }

    /** Whether it waits, with its files open and all answers that it has, until it can be written. */
    boolean isSuspended() {
        return interruption.isSuspended();
    }

    /** Whether there is nothing any more that it waits for. */
    boolean mayGoOn() {
        return !interruption.trouble().isThere();
    }

    /** Takes up again what was put off. */
    void goOn() {
        interruption.goOn();
        reading.goOn();
    }

    /** Ends the reading; the first reason counts, but for one that only puts it off. */
    void broken(Exception error) {
        interruption.broken(error);
    }

    /**
     * All chunks are delivered: completes the files, or says why the input was not read to its end. What is suspended then
     * keeps its files.
     */
    void finish() throws Exception {
        Exception why = closing.finish();
        if (why != null) {
            release();
            throw why;
        }
        complete = true;
        IOException changed = closing.inputChanged();
        if (changed != null) {
            release();
            throw changed;
        }
    }

    /** All its chunks are delivered, and {@link #finish} follows when it is its turn. */
    void finishesSoon() {
        if (checkpoints != null) {
            checkpoints.closesSoon();
        }
    }

    /** What others did to the input, known at its end; null: it was not looked for. */
    @Nullable
    InputWatch watch() {
        return closing.watch();
    }

    @Override
    public boolean isInputChanged() {
        return closing.isInputChanged();
    }

    /** Ends what was suspended, as a stop does: what can be written is, and the rest is done again. */
    void giveUp() {
        closing.giveUp();
        release();
    }

    /** Ends it as a crash does, but for its thread: nothing more is written. */
    void abandon() {
        ahead.stop();
        if (checkpoints != null) {
            checkpoints.abandon();
        }
        release();
    }

    /** Others may have its files, and its room. */
    void release() {
        ahead.leave();
        try {
            held.close();
        } catch (IOException e) {
            LOG.debug("{}: a lock was lost.", name, e);
        }
    }

    /** Forgets how far it has come, for all of it is done and that is known. */
    void forget() {
        try {
            if (complete && checkpoints != null) {
                checkpoints.delete();
            }
        } catch (IOException e) {
            LOG.warn("{}: the checkpoint cannot be deleted ({}): the next run may take it for unfinished.", name, e);
        } finally {
            release();
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long inputBytes() {
        return inputBytes;
    }

    /** Tells how far it has come in the bytes of the file, where those are not what is read. */
    Run seen(LongSupplier bytes) {
        seen = bytes;
        return this;
    }

    @Override
    public long bytesRead() {
        LongSupplier bytes = seen;
        return bytes == null ? reading.offset() : bytes.getAsLong();
    }

    @Override
    public long read() {
        return reading.items();
    }

    @Override
    public long written() {
        return output.written();
    }

    @Override
    public long kept() {
        return output.kept();
    }

    @Override
    public long answered() {
        return output.answered();
    }

    @Override
    public long writtenBefore() {
        return before.items();
    }

    @Override
    public boolean isResumable() {
        return checkpoints != null && !interruption.isResultGone();
    }

    @Override
    public long failed() {
        return output.failed();
    }
}
