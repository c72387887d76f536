package io.github.saddlebag.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.saddlebag.checkpoint.FileIdentity;
import io.github.saddlebag.checkpoint.InputIdentity;
import io.github.saddlebag.checkpoint.InputWatch;
import io.github.saddlebag.checkpoint.Resume;
import io.github.saddlebag.input.ItemInput;
import io.github.saddlebag.output.Mark;
import io.github.saddlebag.output.Range;
import io.github.saddlebag.support.LockedException;
import io.github.saddlebag.support.PathLock;
import io.github.saddlebag.support.Replaced;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Dead letters that are sent again: one replay of a file at a time. Where somebody writes the file meanwhile, what was
 * there at the begin is sent, and how far that was is kept in {@code FILE.replayed}, behind which the next replay begins;
 * what fails again stands in {@code FILE.again}. Where nobody does, that takes the place of the file at the end.
 */
public final class Replay implements Closeable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BLOCK = 1 << 16;

    private final Path file;
    private final PathLock turn;
    private final @Nullable PathLock alone;
    private final String writer;
    private final ItemInput.Place from;
    private final ItemInput.Place to;
    private final InputWatch watch;
    private volatile LongSupplier seen = () -> 0;

    /**
     * How it ended.
     *
     * @param again where what failed again is, if anything did
     * @param told what others did to the file meanwhile; empty: nothing
     * @param isOther whether it is another file now
     */
    public record End(Path again, String told, boolean isOther) {}

    private Replay(Path file, PathLock turn, @Nullable PathLock alone, String writer) throws IOException {
        this.file = file;
        this.turn = turn;
        this.alone = alone;
        this.writer = writer;
        this.from = replayed(file);
        this.watch = InputWatch.of(file, FileIdentity.of(file), () -> seen.getAsLong());
        this.to = alone == null ? endOfLines(Files.size(file)) : new ItemInput.Place(Files.size(file), 0);
    }

    /** @param newSeen how many bytes of the file were read */
    void reads(LongSupplier newSeen) {
        seen = newSeen;
    }

    /**
     * Begins one.
     *
     * @param file not a link: whoever names it otherwise means the same
     * @throws LockedException another one is under way
     * @throws IOException the file cannot be read, or nothing can be written beside it
     */
    public static Replay of(Path file) throws IOException {
        PathLock turn = PathLock.of(progress(file));
        PathLock alone = null;
        String writer = "";
        try {
            try {
                alone = PathLock.of(file);
            } catch (LockedException e) {
                writer = e.holder();
            }
            return new Replay(file, turn, alone, writer);
        } catch (IOException | RuntimeException e) {
            if (alone != null) {
                alone.close();
            }
            turn.close();
            throw e;
        }
    }

    private static Path beside(Path file, String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }

    /** Where those go that fail again. */
    public Path again() {
        return beside(file, ".again");
    }

    /** Who writes the file meanwhile; empty: nobody. */
    public String writer() {
        return writer;
    }

    /** Behind the last byte that is read. */
    long end() {
        return alone == null ? to.offset() : Long.MAX_VALUE;
    }

    /** Whether what failed in earlier replays of the file is kept. */
    boolean keepsAgain() {
        return from.offset() > 0;
    }

    /** Begins behind what was replayed, and keeps what failed then; unless an unfinished run has come further. */
    Resume begin(Resume known) throws IOException {
        if (from.offset() <= known.place().offset()) {
            return known;
        }
        Mark before = known.written();
        List<Range> beyond = before.beyond();
        long next =
                beyond.isEmpty() ? before.next() : beyond.get(beyond.size() - 1).to();
        long letters = Files.exists(again()) ? Files.size(again()) : 0;
        return new Resume(from, new Mark(next, List.of(), before.items(), before.failed(), before.length(), letters));
    }

    /** Where it is kept how far the file was replayed. */
    public static Path progress(Path file) {
        return beside(file, ".replayed");
    }

    /** Whether an earlier replay has sent a part of the file, and has left it as it was, for it was written. */
    public static boolean isBegun(Path file) throws IOException {
        return replayed(file).offset() > 0;
    }

    private static ItemInput.Place replayed(Path file) throws IOException {
        Path known = progress(file);
        if (Files.notExists(known)) {
            return ItemInput.Place.BEGIN;
        }
        JsonNode json = JSON.readTree(Files.readAllBytes(known));
        long offset = json.path("offset").asLong();
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            // another file, or one that was cut: all of it is to be sent
            return FileIdentity.of(file).key().equals(json.path("key").asText())
                            && in.size() >= offset
                            && InputIdentity.sample(in, offset)
                                    .equals(json.path("sample").asText())
                    ? new ItemInput.Place(offset, json.path("line").asLong())
                    : ItemInput.Place.BEGIN;
        }
    }

    /** What is whole of its first bytes: the last line may be under way. */
    private ItemInput.Place endOfLines(long size) throws IOException {
        long offset = from.offset();
        long line = from.line();
        long end = offset;
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(offset);
            byte[] block = new byte[BLOCK];
            for (int read = in.read(block); read > 0 && offset < size; read = in.read(block)) {
                for (int i = 0; i < read && offset + i < size; i++) {
                    if (block[i] == '\n') {
                        line++;
                        end = offset + i + 1;
                    }
                }
                offset += read;
            }
        }
        return new ItemInput.Place(end, line);
    }

    /**
     * All of it was done: what failed again takes the place of the file, unless that is written, or has more in it, or is
     * another one now.
     *
     * @throws IOException what was to be changed could not be; nothing is lost
     */
    public End finish() throws IOException {
        InputWatch.Change change = watch.change();
        boolean isOther = change == InputWatch.Change.REPLACED || change == InputWatch.Change.WRITTEN;
        boolean isGone = change == InputWatch.Change.GONE;
        if (isOther || isGone && alone == null) {
            // whoever writes it may have moved it away to begin another one
            String left = isOther ? " It is left as it is." : "";
            return new End(again(), watch.text(change) + left, isOther && alone != null);
        }
        if (alone == null) {
            keep(to);
            return new End(again(), "", false);
        }
        if (change == InputWatch.Change.GROWN) {
            keep(endOfLines(seen.getAsLong()));
            return new End(again(), watch.text(change) + " The next replay begins there.", false);
        }
        if (Files.exists(again())) {
            Replaced.by(again(), file);
        } else {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(progress(file));
        return new End(file, isGone ? watch.text(change) : "", false);
    }

    private void keep(ItemInput.Place to) throws IOException {
        String sample = InputIdentity.sample(file, to.offset());
        Path known = progress(file);
        Path next = beside(file, ".replayed.tmp");
        byte[] text = JSON.writeValueAsBytes(JSON.createObjectNode()
                .put("offset", to.offset())
                .put("line", to.line())
                .put("key", FileIdentity.of(file).key())
                .put("sample", sample));
        Files.write(
                next,
                text,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                StandardOpenOption.DSYNC);
        Files.move(next, known, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        try (turn) {
            if (alone != null) {
                alone.close();
            }
        }
    }
}
