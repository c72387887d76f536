package io.github.saddlebag.checkpoint;

import io.github.saddlebag.output.Pieces;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that is open, and appended to. What a write that failed has left is cut off. Not a channel, which a thread that is
 * interrupted would close for all others.
 */
final class OpenFile implements Closeable {

    private static final int PIPE = 0010000;
    private static final int KIND = 0170000;

    private final Path path;
    private final boolean regular;
    private final Disk disk;
    private final FileOutputStream out;
    private boolean torn;
    /** Whether the name of the file is on the disk for sure. */
    private volatile boolean named;

    /** @param regular false: it is written to, and neither cut nor forced to the disk */
    OpenFile(Path path, boolean regular, Disk disk) throws IOException {
        this.path = path;
        this.regular = regular;
        this.disk = disk;
        this.out = new FileOutputStream(path.toFile(), true);
    }

    /** Whether it is a pipe, or nobody knows what it is. */
    static boolean isPipe(Path path) {
        try {
            return ((int) Files.getAttribute(path, "unix:mode") & KIND) == PIPE;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return true;
        }
    }

    /** @param end how long it is without what a write that failed has left */
    void append(Pieces bytes, long end) throws IOException {
        takeBack(end);
        torn = regular;
        bytes.writeTo(out);
        torn = false;
    }

    /** Cuts off what a failed write has left. */
    void takeBack(long end) throws IOException {
        if (torn) {
            // an interrupt would close it
            boolean interrupted = Thread.interrupted();
            try {
                out.getChannel().truncate(end);
                torn = false;
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** Forces what was appended to the disk. Another thread may go on appending. */
    void sync() throws IOException {
        disk.sync(out.getFD());
        if (!named) {
            disk.name(path);
            named = true;
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
