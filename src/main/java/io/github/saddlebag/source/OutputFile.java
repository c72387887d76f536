package io.github.saddlebag.source;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A result file, or one of dead letters, with a buffer. It goes on behind what an earlier run has written, and cuts off
 * the rest. What is no file, such as {@code /dev/null}, is written to, and neither cut nor deleted.
 */
final class OutputFile extends OutputStream {

    private static final int BUFFER = 1 << 16;

    private final Path path;
    private final boolean regular;
    private @Nullable Step first;
    private final byte[] buffer = new byte[BUFFER];
    private int buffered;
    private volatile boolean broken;
    private volatile @Nullable FileOutputStream out;

    /**
     * @param keep how many bytes of it stay, from its beginning
     * @param lazy whether it is made only with its first byte, so that none is left behind where nothing failed
     */
    OutputFile(Path path, long keep, boolean lazy) throws IOException {
        this.path = path;
        if (Files.isDirectory(path)) {
            throw new FileSystemException(path.toString(), null, "it is a folder");
        }
        this.regular = !Files.exists(path) || Files.isRegularFile(path);
        if (lazy && keep == 0) {
            if (regular && Files.exists(path) && Files.size(path) > 0) {
                Files.delete(path);
            }
        } else {
            if (regular && Files.exists(path)) {
                try (FileChannel old = FileChannel.open(path, StandardOpenOption.WRITE)) {
                    old.truncate(keep);
                }
            }
            open();
        }
    }

    /**
     * A file of which nothing stays, but only once there is something to write.
     *
     * @param first done before anything is written
     */
    OutputFile(Path path, Step first) {
        this.path = path;
        this.regular = true;
        this.first = first;
    }

    /** Leaves a file, empty if nothing was written. */
    void begin() throws IOException {
        whole(this::open);
    }

    /** Not a channel, which a thread that is interrupted would close for all others. */
    private FileOutputStream open() throws IOException {
        FileOutputStream current = out;
        if (current == null) {
            Path folder = path.getParent();
            if (folder != null && !Files.isDirectory(folder)) {
                Files.createDirectories(folder);
            }
            Step before = first;
            if (before != null) {
                before.run();
                first = null;
            }
            current = new FileOutputStream(path.toFile(), true);
            out = current;
        }
        return current;
    }

    /** Whether it is a file, of which a later run can know how much was written. */
    boolean isRegular() {
        return regular;
    }

    Path path() {
        return path;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /** What was not written, or not forced to the disk, may be lost: nothing after it counts. */
    private void whole(Step step) throws IOException {
        if (broken) {
            throw new IOException(path + " could not be written to its end.");
        }
        try {
            step.run();
        } catch (IOException e) {
            broken = true;
            throw new IOException(path + " cannot be written: " + e.getMessage());
        }
    }

    /** Something that may fail. */
    interface Step {
        void run() throws IOException;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        if (buffered + length > BUFFER) {
            flush();
        }
        if (length > BUFFER) {
            whole(() -> open().write(bytes, from, length));
        } else {
            System.arraycopy(bytes, from, buffer, buffered, length);
            buffered += length;
        }
    }

    @Override
    public void flush() throws IOException {
        if (buffered > 0) {
            whole(() -> open().write(buffer, 0, buffered));
            buffered = 0;
        }
    }

    /** Forces what was flushed to the disk. Another thread may go on writing. */
    void sync() throws IOException {
        FileOutputStream current = out;
        if (current != null && regular) {
            whole(() -> current.getFD().sync());
        }
    }

    @Override
    public void close() throws IOException {
        try {
            if (!broken) {
                flush();
            }
        } finally {
            FileOutputStream current = out;
            if (current != null) {
                current.close();
            }
        }
    }
}
