package io.github.saddlebag.source;

import io.github.saddlebag.batch.Memory;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.checkpoint.Checkpointer;
import io.github.saddlebag.checkpoint.OutputFile;
import io.github.saddlebag.checkpoint.Trouble;
import io.github.saddlebag.deliver.ResultSink;
import io.github.saddlebag.output.OrderedFile;
import io.github.saddlebag.output.ResultLines;
import io.github.saddlebag.support.UnwritableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
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
    private final BooleanSupplier stopped;
    private final Predicate<IOException> putsOff;
    private final Consumer<Exception> broken;
    private final Map<Long, byte[]> letters = new ConcurrentHashMap<>();
    private boolean rewriting;
    private long lookedNanos = System.nanoTime();

    /**
     * @param output the result file itself
     * @param checkpoints null: nothing else flushes what is written, or tries it again
     * @param putsOff whether the run is put off until something can be written
     * @param broken told what ends the run
     */
    RunOutput(
            OrderedFile results,
            OutputStream output,
            ResultLines lines,
            @Nullable Checkpointer checkpoints,
            Trouble trouble,
            BooleanSupplier stopped,
            Predicate<IOException> putsOff,
            Consumer<Exception> broken) {
        this.results = results;
        this.output = output;
        this.lines = lines;
        this.checkpoints = checkpoints;
        this.trouble = trouble;
        this.stopped = stopped;
        this.putsOff = putsOff;
        this.broken = broken;
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
            broken.accept(e);
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
                boolean goesOn = trouble.failed(cause);
                boolean putOff = goesOn && putsOff.test(cause);
                if (!goesOn || stopped.getAsBoolean() && !putOff) {
                    broken.accept(cause);
                    return;
                }
                cause = flushAgain(cause);
            }
        } catch (IOException e) {
            broken.accept(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            broken.accept(why);
        } catch (Error e) {
            broken.accept(new IOException(e));
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
        while (System.nanoTime() < until && !stopped.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        long before = trouble.failures();
        try {
            results.flush();
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
        boolean tried = false;
        while (!tried || goesOn.getAsBoolean()) {
            tried = true;
            try {
                results.flush();
                return;
            } catch (UnwritableException e) {
                if (!trouble.failed(e)) {
                    broken.accept(e);
                }
                rewrite(e);
                // whether it is put off or not, the rest is written now
                boolean unused = putsOff.test(e);
            } catch (IOException e) {
                broken.accept(e);
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

    /** Whether this is the result file. */
    boolean isTo(Path file) {
        return output instanceof OutputFile own && file.equals(own.path());
    }

    long kept() {
        return results.kept();
    }

    long answered() {
        return results.answered();
    }

    /** Items whose results are in no buffer any more. */
    long flushed() {
        return results.flushed();
    }

    /** Those of them that failed. */
    long flushedFailed() {
        return results.flushedFailed();
    }
}
