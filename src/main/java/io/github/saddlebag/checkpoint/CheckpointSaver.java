package io.github.saddlebag.checkpoint;

import io.github.saddlebag.input.ItemInput;
import io.github.saddlebag.output.Mark;
import io.github.saddlebag.output.Range;
import io.github.saddlebag.support.UnwritableException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Forces the files of a run to the disk, then says in a checkpoint how far they go. For one thread at a time.
 *
 * <p>A run that may end before its first checkpoint is due has none that is forced to the disk: what says whose its results
 * are outlives the process, and a crash of the machine may lose it. Then they are moved aside, and the input is done again.
 */
public final class CheckpointSaver implements Closeable {

    private final Files files;
    private final ConcurrentSkipListMap<Long, ItemInput.Place> places = new ConcurrentSkipListMap<>();
    private final boolean late;
    private volatile @Nullable CheckpointFile saved;
    private Mark durable;

    /**
     * The files of a run.
     *
     * @param shared whether other inputs write to the same files before or after it
     * @param settings what the results depend on besides, as it is now: it may change while the run goes on
     */
    public record Files(
            Path checkpoint,
            RunInput input,
            boolean shared,
            Supplier<String> settings,
            OutputFile out,
            OutputFile deadLetters,
            Disk disk) {}

    /**
     * @param before what is durable already
     * @param begin where the reader begins
     * @param late whether nothing is saved before something was answered
     */
    public CheckpointSaver(Files files, Mark before, ItemInput.Place begin, boolean late) throws IOException {
        this.files = files;
        this.durable = before;
        this.late = late;
        places.put(before.next(), begin);
        if (late) {
            return;
        }
        try {
            saved = new CheckpointFile(
                    files.checkpoint, checkpoint(before, false, false).bytes(), files.disk);
        } catch (IOException e) {
            close();
            throw new UnwritableException(files.checkpoint, e);
        }
    }

    /** Says whose the results are before there are any, though not on the disk. */
    public void saysBefore() {
        files.deadLetters.whenBegun(files.out::begin);
        files.out.whenBegun(this::say);
    }

    private void say() throws IOException {
        Checkpoint begin = new Checkpoint(
                files.input.begin(),
                files.settings.get(),
                ItemInput.Place.BEGIN,
                0,
                Mark.NONE,
                new FileIdentity(files.out.key(), 0, 0),
                files.deadLetters.path().toAbsolutePath().toString(),
                false,
                false);
        byte[] bytes = begin.bytes();
        synchronized (places) {
            if (saved == null) {
                try {
                    saved = CheckpointFile.unforced(files.checkpoint, bytes, files.disk);
                } catch (IOException e) {
                    throw new UnwritableException(files.checkpoint, e);
                }
            }
        }
    }

    /** Before anything is kept on the disk beside the results: says whose it is. */
    void begin() throws IOException {
        if (late && saved == null) {
            files.out.begin();
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
        if (!save(checkpoint(mark, toItsEnd, last), toItsEnd)) {
            return false;
        }
        durable = mark;
        return true;
    }

    private boolean save(Checkpoint next, boolean toItsEnd) throws IOException {
        byte[] bytes = next.bytes();
        try {
            CheckpointFile file = saved;
            if (file == null) {
                saved = new CheckpointFile(files.checkpoint, bytes, files.disk);
                return true;
            }
            return toItsEnd && !file.isForced() ? file.write(bytes) : file.save(bytes);
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
        ItemInput.Place reached = places.lastEntry().getValue();
        return new Checkpoint(
                files.input.identity(reached, toItsEnd),
                files.settings.get(),
                place,
                reached.offset(),
                written,
                new FileIdentity(files.out.key(), 0, 0),
                files.deadLetters.path().toAbsolutePath().toString(),
                toItsEnd,
                files.shared && !atLast);
    }

    /** Deletes the checkpoint. */
    void delete() throws IOException {
        CheckpointFile file = saved;
        if (file != null && !file.isForced()) {
            CheckpointFile.remove(files.checkpoint);
        } else {
            CheckpointFile.delete(files.checkpoint);
        }
    }

    @Override
    public void close() throws IOException {
        try (CheckpointFile file = saved) {
            files.input.release();
        }
    }
}
