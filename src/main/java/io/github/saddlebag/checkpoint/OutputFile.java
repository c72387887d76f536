package io.github.saddlebag.checkpoint;

import io.github.saddlebag.output.OrderedFile.Step;
import io.github.saddlebag.output.Pieces;
import io.github.saddlebag.support.FolderSync;
import io.github.saddlebag.support.LostWriteException;
import io.github.saddlebag.support.MovedFile;
import io.github.saddlebag.support.UnwritableException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A result file, or one of dead letters, with a buffer. It goes on behind what an earlier run has written, and cuts off
 * the rest. Nothing is written but by {@link #flush}, which writes all of the buffer or, where it fails, nothing, and can be
 * tried again. What is no file, such as {@code /dev/null}, is written to, and neither cut nor deleted.
 */
public final class OutputFile extends OutputStream {

    private static final Logger LOG = LoggerFactory.getLogger(OutputFile.class);
    private static final int BUFFER = 1 << 16;

    private final Path path;
    private final boolean regular;
    private final Disk disk;
    private @Nullable Step first;
    private @Nullable Step begun;
    private Pieces buffer = new Pieces(0);
    /** How long the file is without what a write that failed has left. */
    private long end;

    /** Bytes that were written, or kept, under this name and are not in the file any more, as it was moved away. */
    private long elsewhere;

    private String key = "";
    private boolean moved;
    private volatile boolean broken;
    private volatile @Nullable OpenFile out;

    /**
     * @param keep how many bytes of it stay, from its beginning
     * @param lazy whether it is made only with its first byte, so that none is left behind where nothing failed
     * @throws UnwritableException it cannot be written
     */
    public OutputFile(Path path, long keep, boolean lazy, Disk disk) throws IOException {
        this.path = path;
        this.disk = disk;
        this.regular = !Files.exists(path) || Files.isRegularFile(path);
        try {
            if (Files.isDirectory(path)) {
                throw new FileSystemException(path.toString(), null, "it is a folder");
            }
            if (lazy && keep == 0) {
                if (regular && Files.exists(path)) {
                    clear();
                }
            } else {
                if (regular && Files.exists(path)) {
                    try (FileChannel old = FileChannel.open(path, StandardOpenOption.WRITE)) {
                        old.truncate(keep);
                    }
                }
                end = keep;
                open();
            }
        } catch (IOException e) {
            throw new UnwritableException(path, e);
        }
    }

    /**
     * A file of which nothing stays, but only once there is something to write.
     *
     * @param first done before anything is written
     */
    public OutputFile(Path path, Step first, Disk disk) {
        this.path = path;
        this.disk = disk;
        this.regular = true;
        this.first = first;
    }

    /** Does this once the file is there, before anything is written to it. */
    void whenBegun(Step step) {
        begun = step;
    }

    /** Whether it can be written is found out now, not with the first failure. */
    private void clear() throws IOException {
        try (FileChannel old = FileChannel.open(path, StandardOpenOption.WRITE)) {
            if (old.size() == 0) {
                return;
            }
        }
        Files.delete(path);
    }

    /** Leaves a file, empty if nothing was written. */
    public synchronized void begin() throws IOException {
        try {
            open();
        } catch (IOException e) {
            throw new UnwritableException(path, e);
        }
    }

    private OpenFile open() throws IOException {
        OpenFile current = out;
        if (current == null) {
            Path folder = path.getParent();
            if (folder != null) {
                FolderSync.made(folder);
            }
            Step before = first;
            if (before != null) {
                before.run();
                first = null;
            }
            current = new OpenFile(path, regular, disk);
            out = current;
            key = MovedFile.key(path);
            Step after = begun;
            if (after != null) {
                begun = null;
                try {
                    after.run();
                } catch (IOException | RuntimeException e) {
                    begun = after;
                    out = null;
                    current.close();
                    throw e;
                }
            }
            if (moved) {
                moved = false;
                long size = regular ? Files.size(path) : 0;
                elsewhere += end - size;
                end = size;
            }
        }
        return current;
    }

    /**
     * Looks whether the file is still there; one that was moved away is followed by a new one of its name.
     *
     * @throws GoneException it was deleted, or cut
     */
    public synchronized void look() throws IOException {
        OpenFile current = out;
        if (current == null || !regular || key.isEmpty()) {
            return;
        }
        if (MovedFile.key(path).equals(key)) {
            if (Files.size(path) < end) {
                broken = true;
                throw GoneException.cut(path);
            }
            return;
        }
        Path now = MovedFile.find(path, key);
        if (now == null) {
            broken = true;
            throw new GoneException(path, "was deleted or moved away while it was written.", 0);
        }
        sync();
        current.close();
        moved = true;
        out = null;
        LOG.warn("{} was moved to {}: what follows is written to a new file of its name.", path, now);
        begin();
    }

    /** The file's own number in its file system. */
    String key() {
        return key;
    }

    /** How long the file is where so many bytes were written in all, those in files that were moved away included. */
    synchronized long lengthOf(long all) {
        return Math.max(0, all - elsewhere);
    }

    /** Whether it is a file, of which a later run can know how much was written. */
    public boolean isRegular() {
        return regular;
    }

    public Path path() {
        return path;
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
        buffer.write(bytes, from, length);
    }

    /** What is large is not copied: it must not be changed. */
    @Override
    public synchronized void write(byte[] bytes) {
        buffer.writeBytes(bytes);
    }

    /**
     * Writes what is in the buffer.
     *
     * @throws UnwritableException nothing was written; it may be tried again
     * @throws IOException nothing more can be written
     */
    @Override
    public synchronized void flush() throws IOException {
        if (buffer.size() == 0) {
            return;
        }
        if (broken) {
            throw new IOException(path + " could not be written to its end.");
        }
        try {
            open().append(buffer, end);
            end += buffer.size();
        } catch (IOException e) {
            if (!regular && OpenFile.isPipe(path)) {
                // nobody knows how much of it came out at the other end
                broken = true;
                throw new IOException(path + " cannot be written: " + UnwritableException.words(e));
            }
            UnwritableException why = new UnwritableException(path, e);
            try {
                cutWhatIsTorn();
            } catch (IOException again) {
                why.addSuppressed(again);
            }
            throw why;
        }
        if (buffer.size() > BUFFER) {
            buffer = new Pieces(BUFFER);
        } else {
            buffer.reset();
        }
    }

    private void cutWhatIsTorn() throws IOException {
        OpenFile current = out;
        if (current != null) {
            current.takeBack(end);
        }
    }

    /**
     * Forces what was flushed to the disk. Another thread may go on writing.
     *
     * @throws LostWriteException it cannot be told any more what is on the disk: nothing after it counts
     */
    void sync() throws IOException {
        OpenFile current = out;
        if (current != null && regular) {
            try {
                current.sync();
            } catch (IOException e) {
                broken = true;
                throw new LostWriteException(path + " cannot be written: " + UnwritableException.words(e));
            }
        }
    }

    /** Writes what it can. */
    @Override
    public void close() throws IOException {
        try {
            if (!broken) {
                flush();
            }
        } finally {
            OpenFile current = out;
            if (current != null) {
                current.close();
            }
        }
    }
}
