package io.github.saddlebag.source;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.checkpoint.Checkpointer;
import io.github.saddlebag.checkpoint.OutputFile;
import io.github.saddlebag.checkpoint.Trouble;
import io.github.saddlebag.deliver.ResultSink;
import io.github.saddlebag.memory.Memory;
import io.github.saddlebag.output.KeptBlocks;
import io.github.saddlebag.output.Mark;
import io.github.saddlebag.output.OrderedFile;
import io.github.saddlebag.output.ResultLines;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.support.DaemonThreads;
import io.github.saddlebag.support.UnwritableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the outcomes of a run: result lines, and dead letters with them. What cannot be written is kept and tried again;
 * checkpoints do that by themselves, and without them a thread does.
 */
final class RunOutput implements ResultSink {

    private static final long LOOK_MILLIS = 50;

    private final OrderedFile results;
    private final OutputStream output;
    private final ResultLines lines;
    private final @Nullable Checkpointer checkpoints;
    private final Trouble trouble;
    private final Interruption interruption;
    private final LongConsumer done;
    private final Mark before;
    private final LongAdder written = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final Map<Long, byte[]> letters = new ConcurrentHashMap<>();
    private final Pipeline pipeline;
    private boolean rewriting;
    private long lookedNanos = System.nanoTime();

    /**
     * @param checkpoints null: nothing else flushes what is written, or tries it again
     * @param interruption told what ends the run, or puts it off
     * @param kept where results wait for their turn; null: in memory
     * @param done told of items that are done with, as they need no room any more
     */
    RunOutput(
            Run.Files files,
            RunOptions options,
            @Nullable Checkpointer checkpoints,
            Interruption interruption,
            @Nullable KeptBlocks kept,
            LongConsumer done) {
        this.pipeline = options.pipeline();
        this.output = files.results();
        this.lines = new ResultLines(options.shape());
        this.checkpoints = checkpoints;
        this.before = checkpoints == null ? Mark.NONE : checkpoints.durable();
        this.interruption = interruption;
        this.trouble = interruption.trouble();
        this.done = done;
        this.results = new OrderedFile(
                output, files.deadLetters(), options.ordered(), before, this::wasWritten, kept, options.rows());
        this.results.tells(pipeline::told);
    }

    /** Checkpoints begin to make durable what is written. */
    void start() {
        if (checkpoints != null) {
            checkpoints.nameThread(pipeline.name());
            checkpoints.trouble(trouble, interruption::isStopped, interruption::putsOff);
            checkpoints.start(results, done, interruption::broken);
        }
    }

    private void wasWritten(long items, long bad) {
        written.add(items);
        failed.add(bad);
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
            interruption.broken(e);
            throw e;
        }
    }

    @Override
    public void deadLetter(long itemSequence, byte[] line) {
        // written together with the result, so that both files are cut at the same item after a crash
        letters.put(itemSequence, line);
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
            flush();
            look();
        }
    }

    private void flush() throws IOException {
        try {
            results.flush();
        } finally {
            if (checkpoints == null) {
                done.accept(results.released());
            }
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

    private void rewrite(UnwritableException why) {
        synchronized (trouble) {
            if (checkpoints != null || rewriting) {
                return;
            }
            rewriting = true;
        }
        DaemonThreads.of(pipeline.name() + "-write-again", () -> rewriteUntilItWorks(why))
                .start();
    }

    private void rewriteUntilItWorks(IOException why) {
        IOException cause = why;
        try {
            while (cause != null) {
                boolean goesOn = trouble.failed(cause);
                boolean putOff = goesOn && interruption.putsOff(cause);
                if (!goesOn || interruption.isStopped() && !putOff) {
                    interruption.broken(cause);
                    return;
                }
                cause = flushAgain(cause);
            }
        } catch (IOException e) {
            interruption.broken(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            interruption.broken(why);
        } catch (Error e) {
            interruption.broken(new IOException(e));
            throw e;
        } finally {
            synchronized (trouble) {
                rewriting = false;
                trouble.notifyAll();
            }
        }
    }

    /** What is still in the way. */
    private @Nullable IOException flushAgain(IOException why) throws IOException, InterruptedException {
        long until = System.nanoTime() + trouble.pause().toNanos();
        while (System.nanoTime() < until && !interruption.isStopped()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        long before = trouble.failures();
        try {
            flush();
            return trouble.over(before) ? null : why;
        } catch (UnwritableException e) {
            return e;
        }
    }

    /**
     * Returns when all that was answered is in the files, or is not to be waited for.
     *
     * @param goesOn whether it is still waited for
     */
    void awaitFlush(BooleanSupplier goesOn) throws InterruptedException {
        results.end();
        boolean tried = false;
        while (!tried || goesOn.getAsBoolean()) {
            tried = true;
            try {
                results.flush();
                return;
            } catch (UnwritableException e) {
                if (!trouble.failed(e)) {
                    interruption.broken(e);
                }
                rewrite(e);
                // whether it is put off or not, the rest is written now
                boolean unused = interruption.putsOff(e);
            } catch (IOException e) {
                interruption.broken(e);
            }
            while (trouble.isThere() && goesOn.getAsBoolean()) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        }
    }

    /** @param whole asked once all is flushed: whether the input is done to its end */
    void close(BooleanSupplier whole) throws IOException {
        try (results) {
            results.flush();
            boolean isWhole = whole.getAsBoolean();
            if (isWhole) {
                output.write(results.tail());
                output.flush();
            }
            if (output instanceof OutputFile file) {
                if (isWhole) {
                    file.begin();
                }
                file.look();
            }
        }
    }

    long kept() {
        return results.kept();
    }

    long answered() {
        return results.answered();
    }

    /** Items whose results stand in the file, those of earlier runs included. */
    long written() {
        if (interruption.isResultGone()) {
            return interruption.left();
        }
        // where it was not written to its end: what is in no buffer any more
        return interruption.problem() == null ? before.items() + written.sum() : results.flushed();
    }

    /** Those of them that failed. */
    long failed() {
        if (interruption.isResultGone()) {
            return 0;
        }
        return interruption.problem() == null ? before.failed() + failed.sum() : results.flushedFailed();
    }
}
