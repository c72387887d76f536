package io.github.saddlebag.source;

import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Memory;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.batch.StoppedException;
import io.github.saddlebag.deliver.KeptBlocks;
import io.github.saddlebag.deliver.OrderedFile;
import io.github.saddlebag.deliver.OrderedFile.Mark;
import io.github.saddlebag.deliver.OrderedFile.Range;
import io.github.saddlebag.deliver.ResultLines;
import io.github.saddlebag.deliver.ResultShape;
import io.github.saddlebag.deliver.ResultSink;
import io.github.saddlebag.deliver.Rows;
import io.github.saddlebag.deliver.UnwritableException;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One input from its first line to its last result: reads items in chunks, and takes their outcomes. */
final class Run implements Iterator<List<Item>>, ResultSink, RunProgress {

    private static final Logger LOG = LoggerFactory.getLogger(Run.class);
    private static final long BYTES_PER_ITEM = 16 * 1024;
    private static final long LOOK_MILLIS = 50;

    private final String name;
    private final ItemInput reader;
    private final long inputBytes;
    private final int chunk;
    private final boolean unwrap;
    private final boolean newKeys;
    private final boolean repeated;
    private final ReadAhead ahead;
    private final BooleanSupplier stopped;
    private final OrderedFile results;
    private final OutputStream output;
    private final ResultLines lines;
    private final Map<Long, byte[]> letters = new ConcurrentHashMap<>();
    private final LongAdder written = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final @Nullable Checkpointer checkpoints;
    private final Mark before;
    private volatile long offset;
    private volatile long itemsRead;
    private long sequence;
    private volatile boolean complete;
    private volatile boolean finishedBefore;
    private volatile Closeable held = () -> {};
    /** What is written already, of what is still to be read. */
    private final Deque<Range> skipped;

    private @Nullable List<Item> first;
    private @Nullable Item last;
    private boolean begun;
    private volatile boolean ended;
    private volatile boolean atEnd;
    private volatile boolean suspended;
    private volatile boolean suspends;
    private final Trouble trouble;
    private boolean rewriting;
    private @Nullable InputWatch watch;
    private volatile InputWatch.Change change = InputWatch.Change.NONE;
    private volatile boolean gone;
    private volatile long left;
    private long lookedNanos = System.nanoTime();
    private volatile @Nullable Exception problem;

    /**
     * What a run needs to know.
     *
     * @param shape how results stand in their file
     * @param rows makes that of result lines
     * @param newKeys whether the items of dead letters are sent as new requests in any case
     * @param repeated whether an earlier process may have sent the same items
     * @param limits how what cannot be written is tried again
     */
    record Settings(
            int chunk,
            int readAhead,
            boolean unwrap,
            boolean ordered,
            ResultShape shape,
            Rows rows,
            boolean newKeys,
            boolean repeated,
            Trouble.Limits limits) {

        Settings(int chunk, int readAhead, boolean unwrap, boolean ordered, boolean details) {
            this(
                    chunk,
                    readAhead,
                    unwrap,
                    ordered,
                    ResultShape.LINES.details(details),
                    Rows.LINES,
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
        this.reader = files.input;
        this.inputBytes = files.inputBytes;
        this.chunk = settings.chunk;
        this.unwrap = settings.unwrap;
        this.newKeys = settings.newKeys;
        this.repeated = settings.repeated;
        this.ahead = new ReadAhead(settings.readAhead, this::waits);
        this.stopped = stopped;
        this.trouble = new Trouble(name, settings.limits);
        this.lines = new ResultLines(settings.shape);
        this.checkpoints = checkpoints;
        this.before = checkpoints == null ? Mark.NONE : checkpoints.durable();
        this.sequence = before.next();
        KeptBlocks kept = checkpoints == null ? null : checkpoints.kept();
        this.itemsRead = before.items() + (kept == null ? 0 : kept.items());
        this.offset = reader.place().offset();
        this.skipped = new ArrayDeque<>(before.beyond());
        if (kept != null) {
            skipped.addAll(kept.ranges());
        }
        this.output = files.results;
        this.results = new OrderedFile(
                files.results, files.deadLetters, settings.ordered, before, this::wasWritten, kept, settings.rows);
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
        if (checkpoints != null) {
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

    private record LinePosition(Run run, long number, long sequence, String occasion, boolean isPerhapsRepeated)
            implements Place {

        @Override
        public boolean isReadOn() {
            return !run.ended;
        }

        @Override
        public String source() {
            return run.name;
        }

        @Override
        public boolean isSourceWaiting() {
            return run.ahead.isWaiting();
        }

        @Override
        public boolean isSourceEnded() {
            return run.ended;
        }

        @Override
        public ResultSink sink() {
            return run;
        }
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
                List<Item> items = readChunk();
                offset = reader.place().offset();
                long all = itemsRead + items.size();
                itemsRead = all;
                ahead.release(chunk - items.size());
                last = items.isEmpty() ? last : items.get(items.size() - 1);
                return items;
            }
            StoppedException here = stoppedHere();
            if (problem == null && !isAtEnd()) {
                broken(here);
            }
        } catch (IOException e) {
            broken(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            broken(stoppedHere());
        }
        ended = true;
        return List.of();
    }

    /** As many items as a chunk holds; fewer where they are large, or where the input has to be waited for. */
    private List<Item> readChunk() throws IOException {
        List<Item> items = new ArrayList<>(chunk);
        long bytes = 0;
        while (items.size() < chunk && bytes < chunk * BYTES_PER_ITEM) {
            if (isSkipped() && !items.isEmpty()) {
                break;
            }
            byte[] content = nextToDo();
            if (content == null) {
                atEnd = true;
                ended = true;
                break;
            }
            items.add(item(content));
            bytes += content.length;
            if (reader.mayBlock()) {
                break;
            }
        }
        reached();
        return items;
    }

    private void reached() {
        if (checkpoints != null) {
            checkpoints.reached(sequence, reader.place());
        }
    }

    private boolean isSkipped() {
        Range next = skipped.peek();
        return next != null && next.from() == sequence;
    }

    /** The items of a chunk follow each other: what is passed over stands between two of them. */
    private byte @Nullable [] nextToDo() throws IOException {
        while (isSkipped()) {
            Range range = skipped.remove();
            while (sequence < range.to()) {
                if (reader.next() == null) {
                    return null;
                }
                sequence++;
            }
            reached();
        }
        return reader.next();
    }

    /** Whether a reader that was stopped had nothing more to read: then all may be done. */
    private boolean isAtEnd() throws IOException {
        return !reader.mayBlock() && nextToDo() == null;
    }

    private StoppedException stoppedHere() {
        return new StoppedException(
                name + " was read up to line " + reader.place().line() + " when the runtime stopped.");
    }

    private Item item(byte[] content) {
        DeadLetterReader.Letter letter = unwrap ? DeadLetterReader.read(content, newKeys) : null;
        byte[] body = letter == null ? content : letter.item();
        String occasion = letter == null ? "" : letter.occasion();
        boolean again = repeated || letter != null && letter.isRepeated();
        Item item = new Item(body, Map.of(), new LinePosition(this, reader.number(), sequence++, occasion, again));
        String why = reader.problem();
        if (why != null) {
            item.identify(Long.toString(reader.number()), true);
            item.fail(new Failure(name + " line " + reader.number() + ": " + why), null);
        }
        return item;
    }

    @Override
    public void results(long first, List<Outcome> outcomes, Set<Outcome> elsewhere) throws IOException {
        ByteArrayOutputStream own = new ByteArrayOutputStream(0);
        int bad = 0;
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i).failed()) {
                bad++;
                byte[] letter = letters.remove(first + i);
                if (letter != null) {
                    own.writeBytes(letter);
                }
            }
        }
        List<Outcome> here = elsewhere.isEmpty()
                ? outcomes
                : outcomes.stream().filter(o -> !elsewhere.contains(o)).toList();
        Memory memory = outcomes.get(0).item().memory();
        if (memory != null) {
            results.countIn(memory);
        }
        try {
            write(first, outcomes.size(), bad, lines.of(here), own.toByteArray());
        } catch (UnwritableException e) {
            // it is kept until it can be written: the reader waits for that
            rewrite(e);
        } catch (IOException e) {
            broken(e);
            throw e;
        }
    }

    private void write(long firstItem, int count, int bad, byte[] resultLines, byte[] deadLetters) throws IOException {
        try {
            results.write(firstItem, count, bad, resultLines, deadLetters);
        } finally {
            if (checkpoints != null) {
                checkpoints.answered(count);
            }
        }
        if (checkpoints == null) {
            // nothing else would: checkpoints flush what they count
            results.flush();
            look();
        }
    }

    /** Whether the file is still there. */
    private void look() throws IOException {
        long now = System.nanoTime();
        if (output instanceof OutputFile file) {
            synchronized (trouble) {
                if (now - lookedNanos < TimeUnit.SECONDS.toNanos(1)) {
                    return;
                }
                lookedNanos = now;
            }
            file.look();
        }
    }

    /** Checkpoints try it again by themselves; without them a thread does. */
    private void rewrite(UnwritableException why) {
        synchronized (trouble) {
            if (checkpoints != null || rewriting) {
                return;
            }
            rewriting = true;
        }
        Thread thread = new Thread(() -> rewriteUntilItWorks(why), "saddlebag-write-again");
        thread.setDaemon(true);
        thread.start();
    }

    private void rewriteUntilItWorks(IOException why) {
        IOException cause = why;
        try {
            while (cause != null) {
                if (!trouble.failed(cause) || stopped.getAsBoolean() && !putsOff(cause)) {
                    broken(cause);
                    return;
                }
                putsOff(cause);
                cause = flushAgain();
            }
            trouble.over();
        } catch (IOException e) {
            broken(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            broken(why);
        } finally {
            synchronized (trouble) {
                rewriting = false;
                trouble.notifyAll();
            }
        }
    }

    private @Nullable UnwritableException flushAgain() throws IOException, InterruptedException {
        long until = System.nanoTime() + trouble.pause().toNanos();
        while (System.nanoTime() < until && !stopped.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        try {
            results.flush();
            return null;
        } catch (UnwritableException e) {
            return e;
        }
    }

    /** Where others wait for their turn it is put off, after a while, with all that it has. */
    private boolean putsOff(IOException why) {
        if (!suspends || stopped.getAsBoolean()) {
            return false;
        }
        if (!suspended) {
            suspended = true;
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
        ended = atEnd;
        begun = false;
        ahead.goOn();
    }

    @Override
    public void deadLetter(long itemSequence, byte[] line) {
        // written together with the result, so that both files are cut at the same item after a crash
        letters.put(itemSequence, line);
    }

    /** Ends the reading; the first reason counts, but for one that only puts it off. */
    void broken(Exception error) {
        synchronized (ahead) {
            if (problem == null || suspended && !(error instanceof UnwritableException)) {
                problem = error;
                suspended &= error instanceof UnwritableException;
                if (error instanceof GoneException file
                        && output instanceof OutputFile own
                        && file.file().equals(own.path())) {
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
        awaitFlush();
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
        try (reader;
                results) {
            results.flush();
            boolean whole = problem == null && unfinished() == null;
            if (whole) {
                output.write(results.tail());
                output.flush();
            }
            if (output instanceof OutputFile file) {
                if (whole) {
                    file.begin();
                }
                file.look();
            }
        } catch (IOException e) {
            broken(e);
        }
    }

    /** Returns when all that was answered is in the files, or is not to be waited for. */
    private void awaitFlush() throws InterruptedException {
        boolean tried = false;
        while (!tried || problem == null && !stopped.getAsBoolean()) {
            tried = true;
            try {
                results.flush();
                return;
            } catch (UnwritableException e) {
                if (!trouble.failed(e)) {
                    broken(e);
                }
                rewrite(e);
                putsOff(e);
            } catch (IOException e) {
                broken(e);
            }
            while (trouble.isThere() && problem == null && !stopped.getAsBoolean()) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
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

    /** Others may have its files. */
    void release() {
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

    @Override
    public long bytesRead() {
        return offset;
    }

    @Override
    public long read() {
        return itemsRead;
    }

    /** Where something was not written to its end, what stands in the file. */
    @Override
    public long written() {
        return gone ? left : problem == null ? before.items() + written.sum() : results.flushed();
    }

    @Override
    public long kept() {
        return results.kept();
    }

    @Override
    public long answered() {
        return results.answered();
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
        return gone ? 0 : problem == null ? before.failed() + failed.sum() : results.flushedFailed();
    }
}
