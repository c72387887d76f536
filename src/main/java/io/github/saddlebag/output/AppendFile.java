package io.github.saddlebag.output;

import io.github.saddlebag.support.FolderSync;
import io.github.saddlebag.support.LockedException;
import io.github.saddlebag.support.LostWriteException;
import io.github.saddlebag.support.MovedFile;
import io.github.saddlebag.support.PathLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that whole lines are appended to, for sources that have no end. It begins where the last run left it, without
 * what that run did not write to its end. Safe for many threads; another process is kept out by a lock.
 */
public final class AppendFile implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AppendFile.class);
    private static final int BLOCK = 1 << 16;
    /** So far from the end holes are looked for. */
    private static final long TAIL = 64L << 20;

    private final Path path;
    private final Roll roll;
    private final InstantSource clock;
    private final Object disk = new Object();
    private @Nullable FileChannel channel;
    private @Nullable PathLock lock;
    private String key = "";
    private volatile long written;
    private volatile long forced;
    /** How long the file was before the write that has not succeeded yet; -1: there is none. */
    private long whole = -1;
    /** When the file was written to last, in milliseconds since 1970. */
    private long lastMillis;

    /** @param roll when a new file is begun */
    public AppendFile(Path path, Roll roll, InstantSource clock) {
        this.path = path;
        this.roll = roll;
        this.clock = clock;
    }

    /**
     * Appends all of the lines or, where it throws, none.
     *
     * @param lines each with its line feed
     */
    public synchronized void append(byte[] lines) throws IOException {
        look();
        FileChannel open = open();
        takeBack(open);
        Instant now = clock.instant();
        if (roll.isDue(open.size(), lines.length, lastMillis, now.toEpochMilli())) {
            moveAside(open, now);
            open = open();
        }
        lastMillis = now.toEpochMilli();
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
        forceAll(old);
        Path now = MovedFile.find(path, key);
        channel = null;
        old.close();
        if (now == null) {
            LOG.error("{} was deleted or moved away: what stood in it is lost. A new one is written.", path);
        } else {
            LOG.warn("{} was moved to {}: what follows is written to a new file of its name.", path, now);
        }
    }

    /** The file is full, or its period is over: it gets the time behind its name, once all of it is on the disk. */
    private void moveAside(FileChannel full, Instant now) throws IOException {
        forceAll(full);
        channel = null;
        full.close();
        Path real = PathLock.real(path);
        Files.move(real, AsideName.free(real, now));
        FolderSync.of(real);
    }

    private void forceAll(FileChannel old) throws LostWriteException {
        try {
            old.force(false);
        } catch (IOException e) {
            throw new LostWriteException(path + ": " + e.getMessage());
        }
        forced = written;
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
    public void force() throws IOException {
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
            FolderSync.made(folder);
        }
        lock();
        FileChannel opened =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            lastMillis = Files.getLastModifiedTime(path).toMillis();
            // an interrupt closes a channel in the middle of a write
            opened.truncate(whole >= 0 ? whole : endOfWholeLines(opened));
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
    public synchronized void take() throws IOException {
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

    /**
     * Behind the last line that is whole. What was written since it was last forced to the disk may have holes after a loss
     * of power, which read as zeros: they are looked for near the end, and nothing behind one was vouched for.
     */
    private static long endOfWholeLines(FileChannel file) throws IOException {
        long to = file.size();
        while (to > 0) {
            long from = Math.max(0, to - TAIL);
            long end = endOfWholeLines(file, from, to);
            if (end > from) {
                return end;
            }
            to = from;
        }
        return 0;
    }

    private static long endOfWholeLines(FileChannel file, long from, long to) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        long end = from;
        for (long at = from; at < to; at += block.position()) {
            block.clear().limit((int) Math.min(BLOCK, to - at));
            if (file.read(block, at) <= 0) {
                return end;
            }
            for (int i = 0; i < block.position(); i++) {
                byte b = block.get(i);
                if (b == 0) {
                    return end;
                }
                end = b == '\n' ? at + i + 1 : end;
            }
        }
        return end;
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
