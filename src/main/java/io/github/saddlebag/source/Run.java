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
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One input from its first line to its last result: reads items in chunks, and takes their outcomes. */
final class Run implements Iterator<List<Item>>, ResultSink, RunProgress {

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
    private @Nullable List<Item> first;
    private boolean begun;
    private boolean ended;
    private @Nullable Exception problem;
    private volatile @Nullable Exception broken;

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

    /**
     * Whether there may be another chunk; waits for the first one only. The Split asks before it hands the chunk on that
     * it has just taken: to look ahead would hold that one back until there is room, and input, for the next.
     */
    @Override
    public boolean hasNext() {
        if (!begun) {
            begun = true;
            List<Item> items = read();
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
        List<Item> items = first == null ? read() : first;
        first = null;
        return items;
    }

    private List<Item> read() {
        try {
            if (ahead.acquire(chunk, () -> broken != null || stopped.getAsBoolean())) {
                List<Item> items = readChunk();
                offset = reader.offset();
                ahead.release(chunk - items.size());
                return items;
            }
            problem = stopped.getAsBoolean() ? stoppedHere() : broken;
        } catch (IOException e) {
            problem = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problem = stoppedHere();
        }
        ended = true;
        return List.of();
    }

    /** A chunk was not delivered: what is behind it can never be written, so there is no use in reading on. */
    void broken(Exception why) {
        broken = why;
    }

    /** As many items as a chunk holds; fewer where the input has to be waited for. */
    private List<Item> readChunk() throws IOException {
        List<Item> items = new ArrayList<>(chunk);
        while (items.size() < chunk) {
            byte[] line = reader.next();
            if (line == null) {
                ended = true;
                break;
            }
            items.add(item(line));
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
        results.write(first, outcomes.size(), lines.of(outcomes));
    }

    @Override
    public void deadLetters(List<Outcome> outcomes) throws IOException {
        byte[] letters = DeadLetterLines.of(outcomes, Instant.now());
        synchronized (deadLetters) {
            deadLetters.write(letters);
        }
        failed.add(outcomes.size());
    }

    /** All chunks are delivered: completes the files, or says why the input was not read to its end. */
    void finish() throws Exception {
        try (reader;
                results;
                deadLetters) {
            results.flush();
        }
        if (problem != null) {
            throw problem;
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
