package io.github.saddlebag.source;

import io.github.saddlebag.deliver.OrderedFile;
import io.github.saddlebag.deliver.OrderedFile.Mark;
import io.github.saddlebag.deliver.OrderedFile.Range;
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
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes durable what a run has written: forces its files to the disk, then says in a checkpoint how far they go. It does
 * so on a thread of its own, now and then, and tells the reader only then that there is room.
 */
final class Checkpointer {

    private static final Duration LONGEST_WAIT = Duration.ofMillis(200);
    /** How often within the room that a reader has: it should not have to wait for a disk. */
    private static final int PER_WINDOW = 8;

    private final Files files;
    private final long every;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ConcurrentSkipListMap<Long, ItemInput.Place> places = new ConcurrentSkipListMap<>();
    private final Thread thread = new Thread(this::run, "saddlebag-checkpoint");

    private long waiting;
    private boolean closed;
    private boolean complete;
    private volatile @Nullable IOException problem;
    private Mark durable;
    private @Nullable FileChannel input;
    private @Nullable OrderedFile results;
    private @Nullable LongConsumer released;
    private @Nullable Consumer<Exception> broken;

    /** The files of a run. */
    record Files(
            Path checkpoint,
            Path input,
            FileIdentity identity,
            String settings,
            OutputFile out,
            OutputFile deadLetters) {}

    /**
     * @param window how far a reader may be ahead of what is durable
     * @param before what is durable already
     * @param begin where the reader begins
     */
    Checkpointer(Files files, int window, Mark before, ItemInput.Place begin) {
        this.files = files;
        this.every = Math.max(1, window / PER_WINDOW);
        this.durable = before;
        places.put(before.next(), begin);
        thread.setDaemon(true);
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

    /** What an earlier run has made durable. */
    Mark durable() {
        return durable;
    }

    /** The reader stands at this place, in front of this item. */
    void reached(long sequence, ItemInput.Place place) {
        places.put(sequence, place);
    }

    /** So many items more were written; does not wait. */
    void written(long items) {
        lock.lock();
        try {
            boolean wasIdle = waiting == 0;
            waiting += items;
            if (wasIdle || waiting >= every) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try (Closing closing = this::closeInput) {
            while (awaitWork()) {
                save(false);
            }
            save(complete);
        } catch (IOException | RuntimeException e) {
            IOException why = e instanceof IOException io ? io : new IOException(e);
            problem = why;
            Consumer<Exception> listener = broken;
            if (listener != null) {
                listener.accept(why);
            }
        }
    }

    private interface Closing extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    private void closeInput() throws IOException {
        FileChannel open = input;
        if (open != null) {
            open.close();
        }
    }

    /** False: it is over. */
    private boolean awaitWork() {
        lock.lock();
        try {
            while (waiting == 0 && !closed) {
                changed.awaitUninterruptibly();
            }
            long left = LONGEST_WAIT.toNanos();
            while (waiting < every && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            waiting = 0;
            return !closed;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void save(boolean toItsEnd) throws IOException {
        OrderedFile file = results;
        LongConsumer room = released;
        if (file == null || room == null) {
            return;
        }
        Mark mark = file.mark();
        long more = mark.items() - durable.items();
        if (more == 0 && !toItsEnd) {
            return;
        }
        if (mark.letterLength() > durable.letterLength()) {
            files.deadLetters.sync();
        }
        files.out.sync();
        Checkpoint next = checkpoint(mark, toItsEnd);
        try {
            next.save(files.checkpoint);
        } catch (IOException e) {
            throw new IOException("The checkpoint " + files.checkpoint + " cannot be written: " + e, e);
        }
        durable = mark;
        room.accept(more);
    }

    /** Goes on at the last place that is known before what is not written; what is written behind it is passed over. */
    private Checkpoint checkpoint(Mark mark, boolean toItsEnd) throws IOException {
        Map.Entry<Long, ItemInput.Place> last = places.floorEntry(mark.next());
        long sequence = last.getKey();
        places.headMap(sequence).clear();
        List<Range> beyond = new ArrayList<>(mark.beyond());
        if (sequence < mark.next()) {
            beyond.add(0, new Range(sequence, mark.next()));
        }
        Mark written = new Mark(sequence, beyond, mark.items(), mark.failed(), mark.length(), mark.letterLength());
        ItemInput.Place place = last.getValue();
        return new Checkpoint(
                new InputIdentity(
                        files.input.toAbsolutePath().toString(),
                        files.identity,
                        InputIdentity.sample(input(), place.offset())),
                files.settings,
                place,
                written,
                FileIdentity.of(files.out.path()),
                files.deadLetters.path().toAbsolutePath().toString(),
                toItsEnd);
    }

    private FileChannel input() throws IOException {
        FileChannel open = input;
        if (open == null) {
            open = FileChannel.open(files.input);
            input = open;
        }
        return open;
    }

    /**
     * Makes the last one: no more is written.
     *
     * @param toItsEnd whether the input is done to its end
     */
    void close(boolean toItsEnd) throws IOException {
        lock.lock();
        try {
            closed = true;
            complete = toItsEnd;
            changed.signal();
        } finally {
            lock.unlock();
        }
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
        IOException why = problem;
        if (why != null) {
            throw why;
        }
    }

    /** The run is over and acknowledged: nothing is left of it here. */
    void delete() throws IOException {
        Checkpoint.delete(files.checkpoint);
    }
}
