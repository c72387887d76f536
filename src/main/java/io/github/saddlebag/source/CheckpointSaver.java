package io.github.saddlebag.source;

import io.github.saddlebag.deliver.OrderedFile.Mark;
import io.github.saddlebag.deliver.OrderedFile.Range;
import io.github.saddlebag.deliver.UnwritableException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Forces the files of a run to the disk, then says in a checkpoint how far they go. For one thread at a time. */
final class CheckpointSaver implements Closeable {

    private final Files files;
    private final FileChannel input;
    private final ConcurrentSkipListMap<Long, ItemInput.Place> places = new ConcurrentSkipListMap<>();
    private @Nullable CheckpointFile saved;
    private Mark durable;

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
     * @param before what is durable already
     * @param begin where the reader begins
     * @param late whether nothing is saved before something was answered
     */
    CheckpointSaver(Files files, Mark before, ItemInput.Place begin, boolean late) throws IOException {
        this.files = files;
        this.durable = before;
        places.put(before.next(), begin);
        input = FileChannel.open(files.input);
        try {
            if (!late) {
                saved = new CheckpointFile(
                        files.checkpoint, checkpoint(before, false, false).bytes());
            }
        } catch (IOException e) {
            input.close();
            throw new UnwritableException(files.checkpoint, e);
        }
    }

    /** What is durable. */
    Mark durable() {
        return durable;
    }

    /** Whether there is a checkpoint. */
    boolean isThere() {
        return saved != null;
    }

    /** Whether other inputs write to the same files. */
    boolean isShared() {
        return files.shared;
    }

    /** The reader stands at this place, in front of this item. */
    void reached(long sequence, ItemInput.Place place) {
        places.put(sequence, place);
    }

    /** Whether the files are still there. */
    void look() throws IOException {
        files.out.look();
        files.deadLetters.look();
    }

    /**
     * Makes durable what is written.
     *
     * @param toItsEnd whether the input is done to its end
     * @param last whether the run ends
     * @return false: there are too many gaps, and the reader waits until there are fewer
     */
    boolean save(Mark mark, boolean toItsEnd, boolean last) throws IOException {
        if (mark.letterLength() > durable.letterLength()) {
            files.deadLetters.sync();
        }
        if (toItsEnd || saved == null) {
            files.out.begin();
        }
        files.out.sync();
        if (!save(checkpoint(mark, toItsEnd, last))) {
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
            throw new UnwritableException(files.checkpoint, e);
        }
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

    /** Deletes the checkpoint. */
    void delete() throws IOException {
        CheckpointFile.delete(files.checkpoint);
    }

    @Override
    public void close() throws IOException {
        try (input) {
            if (saved != null) {
                saved.close();
            }
        }
    }
}
