package io.github.saddlebag.source;

import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.batch.StoppedException;
import io.github.saddlebag.deliver.DeadLetterLines;
import io.github.saddlebag.deliver.OrderedFile;
import io.github.saddlebag.deliver.ResultLines;
import io.github.saddlebag.deliver.ResultSink;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One input from its first line to its last result: reads items in chunks, and takes their outcomes. */
final class Run implements Iterator<List<Item>>, ResultSink, RunProgress {

    private static final long BYTES_PER_ITEM = 16 * 1024;

    private final String name;
    private final LineReader reader;
    private final long inputBytes;
    private final int chunk;
    private final ReadAhead ahead;
    private final BooleanSupplier stopped;
    private final OrderedFile results;
    private final ResultLines lines;
    private final OutputStream deadLetters;
    private final LongAdder written = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile long offset;
    private long sequence;
    private @Nullable List<Item> next;
    private boolean ended;
    /** The first reason why this input cannot be done. */
    private final AtomicReference<@Nullable Exception> problem = new AtomicReference<>();

    /** What a run needs to know. */
    record Settings(int chunk, int readAhead, boolean ordered, boolean details) {}

    Run(
            String name,
            LineReader reader,
            long inputBytes,
            OutputStream results,
            OutputStream deadLetters,
            Settings settings,
            BooleanSupplier stopped) {
        this.name = name;
        this.reader = reader;
        this.inputBytes = inputBytes;
        this.chunk = settings.chunk;
        this.ahead = new ReadAhead(settings.readAhead);
        this.stopped = stopped;
        this.lines = new ResultLines(settings.details);
        this.deadLetters = deadLetters;
        this.results = new OrderedFile(results, settings.ordered, items -> {
            written.add(items);
            ahead.release(items);
        });
    }

    private record LinePosition(Run run, long number, long sequence) implements Place {

        @Override
        public String source() {
            return run.name;
        }

        @Override
        public ResultSink sink() {
            return run;
        }
    }

    @Override
    public boolean hasNext() {
        if (next == null && !ended) {
            next = read();
            ended = next == null;
        }
        return next != null;
    }

    @Override
    public List<Item> next() {
        List<Item> items = hasNext() ? next : null;
        if (items == null) {
            throw new NoSuchElementException();
        }
        next = null;
        return items;
    }

    private @Nullable List<Item> read() {
        try {
            if (!ahead.acquire(chunk, () -> stopped.getAsBoolean() || problem.get() != null)) {
                problem.compareAndSet(null, stoppedHere());
                return null;
            }
            List<Item> items = readChunk();
            offset = reader.offset();
            ahead.release(chunk - items.size());
            return items.isEmpty() ? null : items;
        } catch (IOException e) {
            problem.compareAndSet(null, e);
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problem.compareAndSet(null, stoppedHere());
            return null;
        }
    }

    /** As many items as a chunk holds; fewer where they are large, or where the input has to be waited for. */
    private List<Item> readChunk() throws IOException {
        List<Item> items = new ArrayList<>(chunk);
        long bytes = 0;
        while (items.size() < chunk && bytes < chunk * BYTES_PER_ITEM) {
            byte[] line = reader.next();
            if (line == null) {
                break;
            }
            items.add(item(line));
            bytes += line.length;
            if (reader.mayBlock()) {
                break;
            }
        }
        return items;
    }

    private StoppedException stoppedHere() {
        return new StoppedException(name + " was read up to line " + reader.line() + " when the runtime stopped.");
    }

    private Item item(byte[] line) {
        Item item = new Item(line, Map.of(), new LinePosition(this, reader.line(), sequence++));
        if (reader.isTooLong()) {
            item.identify(Long.toString(reader.line()), true);
            item.fail(
                    new Failure(name + " line " + reader.line() + ": The line has " + reader.lineLength()
                            + " bytes, more than saddlebag.source.max-line allows."),
                    null);
        }
        return item;
    }

    @Override
    public void results(long first, List<Outcome> outcomes) throws IOException {
        try {
            results.write(first, outcomes.size(), lines.of(outcomes));
        } catch (IOException | RuntimeException e) {
            // room will not come free any more: the reader must not wait for it
            problem.compareAndSet(null, e);
            throw e;
        }
    }

    @Override
    public void deadLetters(List<Outcome> outcomes) throws IOException {
        try {
            byte[] letters = DeadLetterLines.of(outcomes, Instant.now());
            synchronized (deadLetters) {
                deadLetters.write(letters);
            }
        } catch (IOException | RuntimeException e) {
            problem.compareAndSet(null, e);
            throw e;
        }
        failed.add(outcomes.size());
    }

    /** All chunks are delivered: completes the files, or says why the input was not read to its end. */
    void finish() throws Exception {
        try (reader;
                results;
                deadLetters) {
            results.flush();
        } catch (IOException e) {
            problem.compareAndSet(null, e);
        }
        Exception why = problem.get();
        if (why == null) {
            why = unfinished();
        }
        if (why != null) {
            throw why;
        }
    }

    /** Chunks that were given back, or whose delivery failed, leave no other trace here. */
    private @Nullable Exception unfinished() {
        long missing = sequence - written.sum();
        if (missing == 0) {
            return null;
        }
        String text = name + ": " + missing + " of " + sequence + " items have no result line";
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
    public long written() {
        return written.sum();
    }

    @Override
    public long failed() {
        return failed.sum();
    }
}
