package io.github.saddlebag.deliver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that whole lines are appended to, for sources that have no end. It begins where the last run left it, without
 * what that run did not write to its end. Safe for many threads; another process is kept out by a lock.
 */
final class AppendFile implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AppendFile.class);
    private static final int BLOCK = 1 << 13;

    private final Path path;
    private final Object disk = new Object();
    private @Nullable FileChannel channel;
    private @Nullable PathLock lock;
    private String key = "";
    private volatile long written;
    private volatile long forced;
    /** How long the file was before the write that has not succeeded yet; -1: there is none. */
    private long whole = -1;

    AppendFile(Path path) {
        this.path = path;
    }

    /**
     * Appends all of the lines or, where it throws, none.
     *
     * @param lines each with its line feed
     */
    synchronized void append(byte[] lines) throws IOException {
        look();
        FileChannel open = open();
        takeBack(open);
        whole = open.size();
        ByteBuffer rest = ByteBuffer.wrap(lines);
        long at = whole;
        try {
            while (rest.hasRemaining()) {
                at += open.write(rest, at);
            }
            whole = -1;
            written++;
        } catch (IOException e) {
            try {
                takeBack(open);
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    /** One that was moved or deleted is followed by a new one of its name. */
    private void look() throws IOException {
        FileChannel old = channel;
        if (old == null || !old.isOpen() || key.isEmpty() || MovedFile.key(path).equals(key)) {
            return;
        }
        takeBack(old);
        try {
            old.force(false);
        } catch (IOException e) {
            throw new LostWriteException(path + ": " + e.getMessage());
        }
        forced = written;
        Path now = MovedFile.find(path, key);
        channel = null;
        old.close();
        if (now == null) {
            LOG.error("{} was deleted or moved away: what stood in it is lost. A new one is written.", path);
        } else {
            LOG.warn("{} was moved to {}: what follows is written to a new file of its name.", path, now);
        }
    }

    /** Cuts off what a failed write has left. */
    private void takeBack(FileChannel open) throws IOException {
        if (whole >= 0) {
            open.truncate(whole);
            whole = -1;
        }
    }

    /**
     * Returns once everything that was appended before is on the disk.
     *
     * @throws LostWriteException it cannot be told any more what is on the disk
     */
    void force() throws IOException {
        long target = written;
        synchronized (disk) {
            if (forced >= target) {
                return;
            }
            FileChannel open;
            synchronized (this) {
                open = channel;
                target = written;
            }
            if (open != null) {
                try {
                    open.force(false);
                } catch (ClosedChannelException e) {
                    if (forced < target) {
                        throw new LostWriteException(path + " was closed.");
                    }
                } catch (IOException e) {
                    throw new LostWriteException(path + ": " + e.getMessage());
                }
            }
            forced = Math.max(forced, target);
        }
    }

    private FileChannel open() throws IOException {
        FileChannel current = channel;
        if (current != null && current.isOpen()) {
            return current;
        }
        Path folder = path.toAbsolutePath().getParent();
        if (folder != null) {
            PathLock.made(folder);
        }
        lock();
        FileChannel opened =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            // an interrupt closes a channel in the middle of a write
            opened.truncate(whole >= 0 ? whole : endOfLastLine(opened));
            FolderSync.of(path);
        } catch (IOException e) {
            opened.close();
            throw e;
        }
        channel = opened;
        key = MovedFile.key(path);
        whole = -1;
        return opened;
    }

    /** @throws LockedException another process has it */
    synchronized void take() throws IOException {
        if (lock == null) {
            lock = PathLock.of(path);
        }
    }

    private void lock() throws IOException {
        try {
            take();
        } catch (LockedException e) {
            throw new FileSystemException(
                    path.toString(),
                    null,
                    "in use by " + e.holder() + "; give each a saddlebag.deliver.directory of its own");
        }
    }

    private static long endOfLastLine(FileChannel file) throws IOException {
        long end = file.size();
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        while (end > 0) {
            long from = Math.max(0, end - BLOCK);
            block.clear().limit((int) (end - from));
            while (block.hasRemaining() && file.read(block, from + block.position()) >= 0) {
                // reads on
            }
            for (int i = block.position() - 1; i >= 0; i--) {
                if (block.get(i) == '\n') {
                    return from + i + 1;
                }
            }
            end = from;
        }
        return 0;
    }

    @Override
    public synchronized void close() throws IOException {
        FileChannel open = channel;
        PathLock held = lock;
        channel = null;
        lock = null;
        try {
            if (open != null) {
                open.close();
            }
        } finally {
            if (held != null) {
                held.close();
            }
        }
    }
}
