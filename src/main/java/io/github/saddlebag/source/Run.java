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
import io.github.saddlebag.output.OrderedFile;
import io.github.saddlebag.output.Range;
import io.github.saddlebag.output.ResultLines;
import io.github.saddlebag.output.ResultShape;
import io.github.saddlebag.output.Rows;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.support.Unrecoverable;
import io.github.saddlebag.support.UnwritableException;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One input from its first line to its last result: reads items in chunks, and takes their outcomes. */
final class Run implements Iterator<List<Item>>, RunProgress {

    private static final Logger LOG = LoggerFactory.getLogger(Run.class);

    private final String name;
    private final ChunkReader reader;
    private final long inputBytes;
    private final int chunk;
    private final boolean batchedAlone;
    private final ReadAhead ahead;
    private final BooleanSupplier stopped;
    private final RunOutput output;
    private final LongAdder written = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final @Nullable Checkpointer checkpoints;
    private final Mark before;
    private volatile long offset;
    private volatile long itemsRead;
    private volatile boolean complete;
    private volatile boolean finishedBefore;
    private volatile Closeable held = () -> {};
    private @Nullable List<Item> first;
    private @Nullable Item last;
    private boolean begun;
    private volatile boolean ended;
    private InboxSlots.@Nullable Slot slot;
    private volatile boolean suspended;
    private volatile boolean suspends;
    private final Trouble trouble;
    private @Nullable InputWatch watch;
    private volatile InputWatch.Change change = InputWatch.Change.NONE;
    private volatile boolean gone;
    private volatile long left;
    private volatile @Nullable Exception problem;
    private @Nullable LongSupplier seen;

    /**
     * What a run needs to know.
     *
     * @param shape how results stand in their file
     * @param rows makes that of result lines
     * @param newKeys whether the items of dead letters are sent as new requests in any case
     * @param places the room that it shares with others
     * @param repeated whether an earlier process may have sent the same items
     * @param batchedAlone whether its items share no batch with those of other files
     * @param limits how what cannot be written is tried again
     */
    record Settings(
            int chunk,
            Places places,
            boolean unwrap,
            boolean ordered,
            ResultShape shape,
            Rows rows,
            boolean newKeys,
            boolean repeated,
            boolean batchedAlone,
            Trouble.Limits limits) {

        Settings(int chunk, int readAhead, boolean unwrap, boolean ordered, boolean details) {
            this(
                    chunk,
                    new Places(readAhead),
                    unwrap,
                    ordered,
                    ResultShape.LINES.details(details),
                    Rows.LINES,
                    false,
                    false,
                    false,
                    Trouble.Limits.DEFAULT);
        }
    }

    /** Where items come from, and where their results go. */
    record Files(String name, ItemInput input, long inputBytes, OutputStream results, OutputStream deadLetters) {}

    /** Without a checkpoint. */
    Run(Files files, Settings settings, BooleanSupplier stopped) {
        this(files, settings, stopped, null);
    }

    /** @param checkpoints make durable what is written; null: nothing does */
    Run(Files files, Settings settings, BooleanSupplier stopped, @Nullable Checkpointer checkpoints) {
        this.name = files.name;
        this.inputBytes = files.inputBytes;
        this.chunk = settings.chunk;
        this.batchedAlone = settings.batchedAlone;
        this.ahead = new ReadAhead(settings.places, this::waits);
        this.stopped = stopped;
        this.trouble = new Trouble(name, settings.limits);
        this.checkpoints = checkpoints;
        this.before = checkpoints == null ? Mark.NONE : checkpoints.durable();
        KeptBlocks kept = checkpoints == null ? null : checkpoints.kept();
        this.itemsRead = before.items() + (kept == null ? 0 : kept.items());
        List<Range> done = new ArrayList<>(before.beyond());
        if (kept != null) {
            done.addAll(kept.ranges());
        }
        this.reader = new ChunkReader(this, files.input, settings, checkpoints, before.next(), done);
        this.offset = reader.offset();
        OrderedFile results = new OrderedFile(
                files.results, files.deadLetters, settings.ordered, before, this::wasWritten, kept, settings.rows);
        this.output = new RunOutput(
                results,
                files.results,
                new ResultLines(settings.shape),
                checkpoints,
                trouble,
                stopped,
                this::putsOff,
                this::broken);
        if (checkpoints != null) {
            checkpoints.trouble(trouble, stopped, this::putsOff);
            checkpoints.start(results, ahead::release, this::broken);
        }
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
        if (checkpoints != null && !ended) {
            checkpoints.hurry();
        }
        Item item = last;
        if (item != null) {
            item.sourceWaits();
        }
    }

    private void wasWritten(long items, long bad) {
        written.add(items);
        failed.add(bad);
        if (checkpoints == null) {
            ahead.release(items);
        }
    }

    /** Of an inbox: the place that it has among the files that are read. */
    void slot(InboxSlots.Slot place) {
        slot = place;
    }

    /** Whether others like it are read beside it. */
    boolean isOfInbox() {
        return slot != null;
    }

    /** Whether its items share no batch with those of others. */
    boolean isBatchedAlone() {
        return batchedAlone;
    }

    private void end() {
        ended = true;
        if (slot != null) {
            slot.read();
        }
    }

    /** Whether nothing follows that could share a batch with what is there. */
    boolean isSourceEnded() {
        return ended && (slot == null || !slot.isMoreComing());
    }

    /** Whether nothing more is read of it. */
    boolean isEnded() {
        return ended;
    }

    /** Whether it waits for room. */
    boolean isWaiting() {
        return ahead.isWaiting();
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
        if (!begun) {
            begun = true;
            List<Item> items = readNext();
            first = items.isEmpty() ? null : items;
        }
        return first != null || !ended;
    }

    /** The next chunk; the last one may be empty. */
    @Override
    public List<Item> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        List<Item> items = first == null ? readNext() : first;
        first = null;
        return items;
    }

    private List<Item> readNext() {
        try {
            if (ahead.acquire(chunk, stopped)) {
                List<Item> items = reader.read();
                if (reader.isAtEnd()) {
                    end();
                }
                offset = reader.offset();
                long all = itemsRead + items.size();
                itemsRead = all;
                ahead.release(chunk - items.size());
                last = items.isEmpty() ? last : items.get(items.size() - 1);
                return items;
            }
            StoppedException here = stoppedHere();
            if (problem == null && !reader.hasNothingMore()) {
                broken(here);
            }
        } catch (IOException e) {
            broken(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            broken(stoppedHere());
        } catch (Error e) {
            // the Split, which asked for it, would never go on
            Unrecoverable.report(e);
            broken(new IOException(e));
        }
        end();
        return List.of();
    }

    private StoppedException stoppedHere() {
        return new StoppedException(name + " was read up to line " + reader.line() + " when the runtime stopped.");
    }

    /** Where others wait for their turn it is put off, after a while, with all that it has. */
    private boolean putsOff(IOException why) {
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

    /** Others have their turn while this one cannot be written; {@link #goOn} goes on with it. */
    Run suspends() {
        suspends = true;
        return this;
    }

    /** Whether it waits, with its files open and all answers that it has, until it can be written. */
    boolean isSuspended() {
        return suspended;
    }

    /** Whether there is nothing any more that it waits for. */
    boolean mayGoOn() {
        return !trouble.isThere();
    }

    /** Takes up again what was put off. */
    void goOn() {
        synchronized (ahead) {
            problem = null;
            suspended = false;
        }
        ended = reader.isAtEnd();
        begun = false;
        ahead.goOn();
    }

    /** Ends the reading; the first reason counts, but for one that only puts it off. */
    void broken(Exception error) {
        synchronized (ahead) {
            if (problem == null || suspended && !(error instanceof UnwritableException)) {
                problem = error;
                suspended &= error instanceof UnwritableException;
                if (error instanceof GoneException file && output.isTo(file.file())) {
                    left = file.left();
                    gone = true;
                }
            }
        }
        ahead.stop();
    }

    /**
     * All chunks are delivered: completes the files, or says why the input was not read to its end. What is suspended then
     * keeps its files.
     */
    void finish() throws Exception {
        finishFiles();
        InputWatch input = watch;
        if (input != null) {
            change = input.change();
            boolean isOther = change == InputWatch.Change.REPLACED || change == InputWatch.Change.WRITTEN;
            if (isOther && !suspends) {
                release();
                throw new IOException(input.text(change));
            }
            if (change == InputWatch.Change.GONE) {
                LOG.warn("{}", input.text(change));
            }
        }
    }

    private void finishFiles() throws Exception {
        output.awaitFlush(() -> problem == null && !stopped.getAsBoolean());
        if (suspended || !isLastSaved()) {
            throw Objects.requireNonNull(problem);
        }
        closeFiles();
        Exception why = problem;
        if (why == null) {
            why = unfinished();
        }
        if (why != null) {
            release();
            throw why;
        }
        complete = true;
    }

    private void closeFiles() {
        try (reader) {
            output.close(() -> problem == null && unfinished() == null);
        } catch (IOException e) {
            broken(e);
        }
    }

    /** False: it was put off. */
    private boolean isLastSaved() {
        try {
            return checkpoints == null || checkpoints.close(problem == null && unfinished() == null);
        } catch (IOException e) {
            broken(e);
            return true;
        }
    }

    /** All its chunks are delivered, and {@link #finish} follows when it is its turn. */
    void finishesSoon() {
        if (checkpoints != null) {
            checkpoints.closesSoon();
        }
    }

    /** Tells at the end whether the input is still what it was; null: that does not matter. */
    Run watching(@Nullable InputWatch input) {
        watch = input;
        return this;
    }

    /** What others did to the input, known at its end; null: it was not looked for. */
    @Nullable
    InputWatch watch() {
        return watch;
    }

    @Override
    public boolean isInputChanged() {
        return change != InputWatch.Change.NONE;
    }

    /** Ends what was suspended, as a stop does: what can be written is, and the rest is done again. */
    void giveUp() {
        broken(stoppedHere());
        isLastSaved();
        closeFiles();
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

    /** Chunks that were given back, or whose delivery failed, leave no other trace here. */
    private @Nullable Exception unfinished() {
        long all = itemsRead;
        long missing = all - written();
        if (missing == 0) {
            return null;
        }
        String text = name + ": " + missing + " of " + all + " items have no result line";
        return stopped.getAsBoolean()
                ? new StoppedException(text + " yet; the runtime stopped.")
                : new IOException(text + ", for their delivery failed.");
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
        return bytes == null ? offset : bytes.getAsLong();
    }

    @Override
    public long read() {
        return itemsRead;
    }

    /** Where something was not written to its end, what stands in the file. */
    @Override
    public long written() {
        return gone ? left : problem == null ? before.items() + written.sum() : output.flushed();
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
        return checkpoints != null && !gone;
    }

    @Override
    public long failed() {
        return gone ? 0 : problem == null ? before.failed() + failed.sum() : output.flushedFailed();
    }
}
