package io.github.saddlebag.source;

import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.batch.StoppedException;
import io.github.saddlebag.deliver.OrderedFile;
import io.github.saddlebag.deliver.ResultLines;
import io.github.saddlebag.deliver.ResultSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentHashMap;
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
    private final boolean unwrap;
    private final ReadAhead ahead;
    private final BooleanSupplier stopped;
    private final OrderedFile results;
    private final ResultLines lines;
    private final Map<Long, byte[]> letters = new ConcurrentHashMap<>();
    private final LongAdder written = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile long offset;
    private volatile long itemsRead;
    private long sequence;
    private @Nullable List<Item> first;
    private boolean begun;
    private boolean ended;
    private volatile @Nullable Exception problem;

    /** What a run needs to know. */
    record Settings(int chunk, int readAhead, boolean unwrap, boolean ordered, boolean details) {}

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
        this.unwrap = settings.unwrap;
        this.ahead = new ReadAhead(settings.readAhead);
        this.stopped = stopped;
        this.lines = new ResultLines(settings.details);
        this.results = new OrderedFile(results, deadLetters, settings.ordered, items -> {
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
                offset = reader.offset();
                itemsRead = sequence;
                ahead.release(chunk - items.size());
                return items;
            }
            broken(stoppedHere());
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
            byte[] line = reader.next();
            if (line == null) {
                ended = true;
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
        byte[] body = unwrap ? DeadLetterReader.item(line) : line;
        Item item = new Item(body, Map.of(), new LinePosition(this, reader.line(), sequence++));
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
        try {
            results.write(first, outcomes.size(), lines.of(outcomes), own.toByteArray());
        } catch (IOException e) {
            broken(e);
            throw e;
        }
        failed.add(bad);
    }

    @Override
    public void deadLetter(long itemSequence, byte[] line) {
        // written together with the result, so that both files are cut at the same item after a crash
        letters.put(itemSequence, line);
    }

    /** Ends the reading; the first reason counts. */
    void broken(Exception error) {
        synchronized (ahead) {
            if (problem == null) {
                problem = error;
            }
        }
        ahead.stop();
    }

    /** All chunks are delivered: completes the files, or says why the input was not read to its end. */
    void finish() throws Exception {
        try (reader;
                results) {
            results.flush();
        } catch (IOException e) {
            broken(e);
        }
        Exception why = problem;
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
    public long read() {
        return itemsRead;
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
