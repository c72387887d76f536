package io.github.saddlebag.checkpoint;

import io.github.saddlebag.input.ItemInput;
import io.github.saddlebag.output.KeptBlocks;
import io.github.saddlebag.output.Mark;
import io.github.saddlebag.output.OrderedFile;
import io.github.saddlebag.support.DaemonThreads;
import io.github.saddlebag.support.Unrecoverable;
import io.github.saddlebag.support.UnwritableException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes durable what a run has written: forces its files to the disk, then says in a checkpoint how far they go. It does
 * so on a thread of its own, now and then, and tells the reader only then that there is room.
 */
public final class Checkpointer {

    private static final Duration LONGEST_WAIT = Duration.ofMillis(200);
    private static final Duration SHORT_WAIT = Duration.ofMillis(5);
    /** How often is seen to it that the files are still there, where nothing is written. */
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** How long nothing is made durable of an input that may end before. */
    private static final Duration FIRST_WAIT = Duration.ofMillis(500);
    /** Which part of the room that a reader has is made durable at once: the less often, the cheaper. */
    private static final int PART = 2;
    /** And where the reader waits for it. */
    private static final int SMALL_PART = 8;

    private final CheckpointSaver saver;
    private final int window;
    private final Thread thread = DaemonThreads.of("saddlebag-checkpoint", this::run);

    private final @Nullable KeptBlocks kept;
    /** Items that are durable: written, or kept for their turn. */
    private long settled;

    private long waiting;
    private volatile boolean answeredAny;
    private boolean hurried;
    /** How many items were written while the last one was made. */
    private long meanwhile;

    private final @Nullable ScheduledExecutorService timer;
    private @Nullable Future<?> firstDue;
    private boolean begun;
    private boolean started;
    private boolean closed;
    private boolean complete;
    private boolean abandoned;
    private boolean refused;
    private boolean ended;
    private volatile @Nullable IOException problem;
    private Trouble trouble = new Trouble("", Trouble.Limits.DEFAULT);
    private BooleanSupplier stopped = () -> false;
    private Predicate<IOException> putsOff = why -> false;
    private @Nullable OrderedFile results;
    private @Nullable LongConsumer released;
    private @Nullable Consumer<Exception> broken;

    /**
     * @param saver makes durable what is written
     * @param window how far a reader may be ahead of what is durable
     * @param kept where answers are kept until their turn has come; null: in memory
     * @param timer the thread is started only when the first checkpoint is due; null: at once
     */
    public Checkpointer(
            CheckpointSaver saver, int window, @Nullable KeptBlocks kept, @Nullable ScheduledExecutorService timer) {
        this.saver = saver;
        this.window = window;
        this.kept = kept;
        this.timer = timer;
        this.settled = saver.durable().items() + (kept == null ? 0 : kept.items());
    }

    /** Its thread is one of a pipeline of this name. */
    public void nameThread(String pipeline) {
        thread.setName(pipeline + "-checkpoint");
    }

    /**
     * Begins.
     *
     * @param newReleased told how many items became durable
     * @param newBroken told what kept others from it
     */
    public void start(OrderedFile newResults, LongConsumer newReleased, Consumer<Exception> newBroken) {
        results = newResults;
        released = newReleased;
        broken = newBroken;
        if (timer == null) {
            startThread();
        }
    }

    /** The first checkpoint is due. */
    private synchronized void startThread() {
        if (!started && !begun) {
            started = true;
            thread.start();
        }
    }

    /** False: it has begun in time, and there is no thread. */
    private boolean beginsLate() {
        if (started || begun || timer == null) {
            return false;
        }
        if (isDue()) {
            startThread();
        } else if (firstDue == null) {
            try {
                firstDue = timer.schedule(
                        Unrecoverable.told(this::startThread), FIRST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                startThread();
            }
        }
        return true;
    }

    /**
     * Before it begins: what is done where the files cannot be written.
     *
     * @param newTrouble tells of it, and says how often and how long it is tried again
     * @param newStopped whether the runtime stops: then not much longer
     * @param newPutsOff whether the end of the run is put off for that reason; it is closed again later
     */
    public void trouble(Trouble newTrouble, BooleanSupplier newStopped, Predicate<IOException> newPutsOff) {
        trouble = newTrouble;
        stopped = newStopped;
        putsOff = newPutsOff;
    }

    /** What is kept until its turn has come; null: there is no place for it. */
    @Nullable
    public KeptBlocks kept() {
        return kept;
    }

    /** What is durable. */
    public Mark durable() {
        return saver.durable();
    }

    /** The reader stands at this place, in front of this item. */
    public void reached(long sequence, ItemInput.Place place) {
        saver.reached(sequence, place);
    }

    /** So many items more have their answer; does not wait. */
    public synchronized void answered(long items) {
        boolean wasIdle = waiting == 0;
        waiting += items;
        answeredAny = true;
        if (!beginsLate() && (wasIdle || isDue())) {
            notifyAll();
        }
    }

    /** A reader waits for room; does not wait. */
    public synchronized void hurry() {
        hurried = true;
        if (waiting > 0) {
            beginsLate();
        }
        notifyAll();
    }

    private boolean isDue() {
        // earlier where the last one took long: what came meanwhile takes of the room too
        int part = hurried ? 0 : window / PART - (int) Math.min(window, 2 * meanwhile);
        return waiting >= Math.max(1, Math.max(window / SMALL_PART, part));
    }

    private void run() {
        try (saver) {
            boolean last = false;
            while (!last) {
                last = awaitWork();
                last = attempt(last);
            }
            dropIfNothingWasDone();
        } catch (IOException | RuntimeException e) {
            failed(e instanceof IOException io ? io : new IOException(e));
        } catch (Error e) {
            // nothing that was answered since the last one counts as written
            failed(new IOException(e));
            throw e;
        } finally {
            synchronized (this) {
                ended = true;
                notifyAll();
            }
        }
    }

    private void failed(IOException why) {
        problem = why;
        Consumer<Exception> listener = broken;
        if (listener != null) {
            listener.accept(why);
        }
    }

    /** Whether that was the last. */
    private boolean attempt(boolean last) throws IOException {
        if (last && abandoned) {
            return true;
        }
        long before = trouble.failures();
        try {
            save(last && complete, last);
            trouble.over(before);
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

    private synchronized void putOff() {
        closed = false;
        refused = true;
        notifyAll();
    }

    /** True: it is over. */
    private synchronized boolean awaitWork() {
        try {
            meanwhile = waiting;
            long pause = trouble.pause().toNanos();
            boolean asked = closed;
            while (pause > 0 && closed == asked && !(closed && (abandoned || stopped.getAsBoolean()))) {
                pause -= await(Math.min(pause, LONGEST_WAIT.toNanos()));
            }
            long look = LOOK.toNanos();
            while (waiting == 0 && !closed && look > 0 && !trouble.isThere()) {
                look -= await(look);
            }
            long since = System.nanoTime();
            long left = 1;
            while (waiting > 0 && !isDue() && !closed && left > 0) {
                left = since + (hurried ? SHORT_WAIT : LONGEST_WAIT).toNanos() - System.nanoTime();
                await(left);
            }
            waiting = 0;
            hurried = false;
            return closed;
        } catch (InterruptedException e) {
            return true;
        }
    }

    /** Waits so long at most; returns how long that took. */
    private long await(long nanos) throws InterruptedException {
        long begin = System.nanoTime();
        TimeUnit.NANOSECONDS.timedWait(this, nanos);
        return System.nanoTime() - begin;
    }

    private void save(boolean toItsEnd, boolean last) throws IOException {
        OrderedFile file = results;
        LongConsumer room = released;
        if (file == null || room == null) {
            return;
        }
        if (!toItsEnd && answeredAny) {
            saver.begin();
        }
        Mark mark = file.mark(saver::look);
        long now = file.settled();
        file.forceKept();
        boolean isMore = now != settled || mark.items() > saver.durable().items();
        if (isMore || toItsEnd || last && saver.isShared()) {
            if (!saver.save(mark, toItsEnd, last)) {
                return;
            }
            file.durable(mark);
        }
        room.accept(now - settled);
        settled = now;
    }

    /** All is answered, and it is closed next: one that has no thread yet needs none. */
    public synchronized void closesSoon() {
        begun = !started;
        if (firstDue != null) {
            firstDue.cancel(false);
        }
    }

    /** It is put off instead: what was answered is tried again until it can be written. */
    public synchronized void closesLater() {
        begun = false;
        startThread();
    }

    /**
     * Makes the last one: no more is written.
     *
     * @param toItsEnd whether the input is done to its end
     * @return whether that is over; otherwise it is tried on
     */
    public boolean close(boolean toItsEnd) throws IOException {
        synchronized (this) {
            closed = true;
            refused = false;
            complete = toItsEnd;
            closesSoon();
        }
        return begun && closeAtOnce() || closeByThread();
    }

    /** Without a thread. False: that did not work at once, and one is needed for it. */
    private boolean closeAtOnce() throws IOException {
        try {
            save(complete, true);
        } catch (UnwritableException e) {
            closesLater();
            return false;
        } catch (IOException | RuntimeException e) {
            saver.close();
            throw e;
        }
        try (saver) {
            dropIfNothingWasDone();
        }
        return true;
    }

    private void dropIfNothingWasDone() throws IOException {
        if (saver.isThere() && !complete && settled == 0 && !abandoned) {
            delete();
        }
    }

    private boolean closeByThread() throws IOException {
        if (!awaitEnd()) {
            return false;
        }
        end();
        IOException why = problem;
        if (why != null) {
            throw why;
        }
        return true;
    }

    /** Whether it has ended; false: it is put off. */
    private synchronized boolean awaitEnd() {
        boolean interrupted = false;
        notifyAll();
        while (!refused && !ended) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !refused;
    }

    /** Ends without a last one. */
    public void abandon() {
        synchronized (this) {
            closed = true;
            abandoned = true;
            begun = true;
            notifyAll();
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
    public void delete() throws IOException {
        saver.delete();
        if (kept != null) {
            kept.delete();
        }
    }
}
