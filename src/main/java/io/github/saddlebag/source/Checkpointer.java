package io.github.saddlebag.source;

import io.github.saddlebag.deliver.KeptBlocks;
import io.github.saddlebag.deliver.OrderedFile;
import io.github.saddlebag.deliver.OrderedFile.Mark;
import io.github.saddlebag.deliver.OrderedFile.Range;
import io.github.saddlebag.deliver.UnwritableException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes durable what a run has written: forces its files to the disk, then says in a checkpoint how far they go. It does
 * so on a thread of its own, now and then, and tells the reader only then that there is room.
 */
final class Checkpointer {

    private static final Duration LONGEST_WAIT = Duration.ofMillis(200);
    private static final Duration SHORT_WAIT = Duration.ofMillis(5);
    /** How often is seen to it that the files are still there, where nothing is written. */
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** Which part of the room that a reader has is made durable at once: the less often, the cheaper. */
    private static final int PART = 2;
    /** And where the reader waits for it. */
    private static final int SMALL_PART = 8;

    private final Files files;
    private final FileChannel input;
    private @Nullable CheckpointFile saved;
    private final int window;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition over = lock.newCondition();
    private final ConcurrentSkipListMap<Long, ItemInput.Place> places = new ConcurrentSkipListMap<>();
    private final Thread thread = new Thread(this::run, "saddlebag-checkpoint");

    private final @Nullable KeptBlocks kept;
    /** Items that are durable: written, or kept for their turn. */
    private long settled;

    private long waiting;
    private boolean hurried;
    /** How many items were written while the last one was made. */
    private long meanwhile;

    private boolean closed;
    private boolean complete;
    private boolean abandoned;
    private boolean refused;
    private boolean ended;
    private volatile @Nullable IOException problem;
    private Trouble trouble = new Trouble("", Trouble.Limits.DEFAULT);
    private BooleanSupplier stopped = () -> false;
    private Predicate<IOException> putsOff = why -> false;
    private Mark durable;
    private @Nullable OrderedFile results;
    private @Nullable LongConsumer released;
    private @Nullable Consumer<Exception> broken;

    /**
     * The files of a run.
     *
     * @param identity the input as it was opened
     * @param shared whether other inputs write to the same files before or after it
     * @param watch what becomes of the input meanwhile; null: that does not matter
     */
    record Files(
            Path checkpoint,
            Path input,
            FileIdentity identity,
            @Nullable InputWatch watch,
            boolean shared,
            String settings,
            OutputFile out,
            OutputFile deadLetters) {}

    /**
     * @param window how far a reader may be ahead of what is durable
     * @param before what is durable already
     * @param begin where the reader begins
     */
    Checkpointer(Files files, int window, Mark before, ItemInput.Place begin) throws IOException {
        this(files, window, before, begin, null, false);
    }

    /**
     * @param kept where answers are kept until their turn has come; null: in memory
     * @param late whether nothing is saved before something was answered
     */
    Checkpointer(Files files, int window, Mark before, ItemInput.Place begin, @Nullable KeptBlocks kept, boolean late)
            throws IOException {
        this.kept = kept;
        this.settled = before.items() + (kept == null ? 0 : kept.items());
        this.files = files;
        this.window = window;
        this.durable = before;
        places.put(before.next(), begin);
        thread.setDaemon(true);
        input = FileChannel.open(files.input);
        try {
            if (!late) {
                saved = new CheckpointFile(
                        files.checkpoint, checkpoint(before, false, false).bytes());
            }
        } catch (IOException e) {
            input.close();
            throw cannotBeWritten(files.checkpoint, e);
        }
    }

    /**
     * Begins.
     *
     * @param newReleased told how many items became durable
     * @param newBroken told what kept others from it
     */
    void start(OrderedFile newResults, LongConsumer newReleased, Consumer<Exception> newBroken) {
        results = newResults;
        released = newReleased;
        broken = newBroken;
        thread.start();
    }

    /**
     * Before it begins: what is done where the files cannot be written.
     *
     * @param newTrouble tells of it, and says how often and how long it is tried again
     * @param newStopped whether the runtime stops: then not much longer
     * @param newPutsOff whether the end of the run is put off for that reason; it is closed again later
     */
    void trouble(Trouble newTrouble, BooleanSupplier newStopped, Predicate<IOException> newPutsOff) {
        trouble = newTrouble;
        stopped = newStopped;
        putsOff = newPutsOff;
    }

    /** What is kept until its turn has come; null: there is no place for it. */
    @Nullable
    KeptBlocks kept() {
        return kept;
    }

    /** What an earlier run has made durable. */
    Mark durable() {
        return durable;
    }

    /** The reader stands at this place, in front of this item. */
    void reached(long sequence, ItemInput.Place place) {
        places.put(sequence, place);
    }

    /** So many items more have their answer; does not wait. */
    void answered(long items) {
        lock.lock();
        try {
            boolean wasIdle = waiting == 0;
            waiting += items;
            if (wasIdle || isDue()) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** A reader waits for room; does not wait. */
    void hurry() {
        lock.lock();
        try {
            hurried = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private boolean isDue() {
        // earlier where the last one took long: what came meanwhile takes of the room too
        int part = hurried ? 0 : window / PART - (int) Math.min(window, 2 * meanwhile);
        return waiting >= Math.max(1, Math.max(window / SMALL_PART, part));
    }

    private void run() {
        try (Closing closing = this::closeFiles) {
            boolean last = false;
            while (!last) {
                last = awaitWork();
                last = attempt(last);
            }
            if (saved != null && !complete && settled == 0 && !abandoned) {
                // nothing was done
                delete();
            }
        } catch (IOException | RuntimeException e) {
            IOException why = e instanceof IOException io ? io : new IOException(e);
            problem = why;
            Consumer<Exception> listener = broken;
            if (listener != null) {
                listener.accept(why);
            }
        } finally {
            lock.lock();
            ended = true;
            over.signalAll();
            lock.unlock();
        }
    }

    /** Whether that was the last. */
    private boolean attempt(boolean last) throws IOException {
        if (last && abandoned) {
            return true;
        }
        try {
            save(last && complete, last);
            trouble.over();
            return last;
        } catch (UnwritableException e) {
            boolean again = trouble.failed(e);
            boolean later = putsOff.test(e);
            if (!again || last && !later && stopped.getAsBoolean()) {
                throw e;
            }
            if (last && later) {
                putOff();
            }
            return false;
        }
    }

    private void putOff() {
        lock.lock();
        try {
            closed = false;
            refused = true;
            over.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private interface Closing extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    private void closeFiles() throws IOException {
        try (input) {
            if (saved != null) {
                saved.close();
            }
        }
    }

    /** True: it is over. */
    private boolean awaitWork() {
        lock.lock();
        try {
            meanwhile = waiting;
            long pause = trouble.pause().toNanos();
            boolean asked = closed;
            while (pause > 0 && closed == asked && !(closed && (abandoned || stopped.getAsBoolean()))) {
                pause -= slice(pause);
            }
            long look = LOOK.toNanos();
            while (waiting == 0 && !closed && look > 0 && !trouble.isThere()) {
                look = changed.awaitNanos(look);
            }
            long since = System.nanoTime();
            long left = 1;
            while (waiting > 0 && !isDue() && !closed && left > 0) {
                left = since + (hurried ? SHORT_WAIT : LONGEST_WAIT).toNanos() - System.nanoTime();
                if (left > 0) {
                    left = changed.awaitNanos(left);
                }
            }
            waiting = 0;
            hurried = false;
            return closed;
        } catch (InterruptedException e) {
            return true;
        } finally {
            lock.unlock();
        }
    }

    private long slice(long pause) throws InterruptedException {
        long begin = System.nanoTime();
        changed.awaitNanos(Math.min(pause, LONGEST_WAIT.toNanos()));
        return System.nanoTime() - begin;
    }

    private void save(boolean toItsEnd, boolean last) throws IOException {
        OrderedFile file = results;
        LongConsumer room = released;
        if (file == null || room == null) {
            return;
        }
        Mark mark = file.mark(this::look);
        long now = mark.items() + file.kept();
        file.forceKept();
        if (now != settled || mark.items() > durable.items() || toItsEnd || last && files.shared) {
            if (!save(mark, toItsEnd, last)) {
                return;
            }
            file.durable(mark);
        }
        room.accept(now - settled);
        settled = now;
    }

    private void look() throws IOException {
        files.out.look();
        files.deadLetters.look();
    }

    private boolean save(Mark mark, boolean toItsEnd, boolean last) throws IOException {
        if (mark.letterLength() > durable.letterLength()) {
            files.deadLetters.sync();
        }
        if (toItsEnd || saved == null) {
            files.out.begin();
        }
        files.out.sync();
        if (!save(checkpoint(mark, toItsEnd, last))) {
            // too many gaps: the reader waits until there are fewer
            return false;
        }
        durable = mark;
        return true;
    }

    private boolean save(Checkpoint next) throws IOException {
        try {
            CheckpointFile file = saved;
            if (file == null) {
                file = new CheckpointFile(files.checkpoint, next.bytes());
                saved = file;
            }
            return file.save(next.bytes());
        } catch (IOException e) {
            throw cannotBeWritten(files.checkpoint, e);
        }
    }

    private static IOException cannotBeWritten(Path path, IOException e) {
        return new UnwritableException(path, e);
    }

    /** Goes on at the last place that is known before what is not written; what is written behind it is passed over. */
    private Checkpoint checkpoint(Mark mark, boolean toItsEnd, boolean atLast) throws IOException {
        Map.Entry<Long, ItemInput.Place> last = places.floorEntry(mark.next());
        long sequence = last.getKey();
        places.headMap(sequence).clear();
        List<Range> beyond = new ArrayList<>(mark.beyond());
        if (sequence < mark.next()) {
            beyond.add(0, new Range(sequence, mark.next()));
        }
        Mark written = new Mark(
                sequence,
                beyond,
                mark.items(),
                mark.failed(),
                files.out.lengthOf(mark.length()),
                files.deadLetters.lengthOf(mark.letterLength()));
        ItemInput.Place place = last.getValue();
        long reached = places.lastEntry().getValue().offset();
        return new Checkpoint(
                new InputIdentity(
                        files.input.toAbsolutePath().toString(),
                        toItsEnd ? identityAtEnd() : files.identity,
                        InputIdentity.sample(input, reached)),
                files.settings,
                place,
                reached,
                written,
                new FileIdentity(files.out.key(), 0, 0),
                files.deadLetters.path().toAbsolutePath().toString(),
                toItsEnd,
                files.shared && !atLast);
    }

    /** The input may have grown while it was read; what was not read of it, or is not its own, does not count. */
    private FileIdentity identityAtEnd() throws IOException {
        InputWatch watch = files.watch;
        return watch != null && watch.change() == InputWatch.Change.NONE
                ? FileIdentity.of(files.input)
                : files.identity;
    }

    /**
     * Makes the last one: no more is written.
     *
     * @param toItsEnd whether the input is done to its end
     * @return whether that is over; otherwise it is tried on
     */
    boolean close(boolean toItsEnd) throws IOException {
        lock.lock();
        try {
            closed = true;
            refused = false;
            complete = toItsEnd;
            changed.signal();
            while (!refused && !ended) {
                over.awaitUninterruptibly();
            }
            if (refused) {
                return false;
            }
        } finally {
            lock.unlock();
        }
        end();
        IOException why = problem;
        if (why != null) {
            throw why;
        }
        return true;
    }

    /** Ends without a last one. */
    void abandon() {
        lock.lock();
        try {
            closed = true;
            abandoned = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        end();
    }

    private void end() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The run is over and acknowledged: nothing is left of it here. */
    void delete() throws IOException {
        CheckpointFile.delete(files.checkpoint);
        if (kept != null) {
            kept.delete();
        }
    }
}
