package io.github.saddlebag.checkpoint;

import io.github.saddlebag.support.FolderSync;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** Forces the names of new files to the disk: one sync of their folder for all that come at about the same time. */
final class FolderSyncs {

    /** While many come, a sync waits for more of them as long as another one comes within this time. */
    private static final long GATHER_NANOS = 10_000_000;

    private static final long BUSY_NANOS = 50_000_000;

    private static final int MOST_WAITS = 10;

    private final Map<Path, Folder> folders = new ConcurrentHashMap<>();
    private final Runnable counted;

    /** @param counted run for each sync */
    FolderSyncs(Runnable counted) {
        this.counted = counted;
    }

    private static final class Folder {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition over = lock.newCondition();
        private long asked;
        private long done;
        private boolean running;
        private long endNanos = System.nanoTime() - BUSY_NANOS;

        /** Whether this one makes the sync; false: another one has made it. */
        private boolean begins() {
            lock.lock();
            try {
                long mine = ++asked;
                while (running && done < mine) {
                    over.awaitUninterruptibly();
                }
                if (done >= mine) {
                    return false;
                }
                running = true;
                return true;
            } finally {
                lock.unlock();
            }
        }

        /** Waits until no more come, if many do. What was asked for until then is in the sync that follows. */
        private long gathered() {
            long before = -1;
            long now = asked();
            int waits = System.nanoTime() - endNanos < BUSY_NANOS ? MOST_WAITS : 0;
            for (int i = 0; i < waits && now != before; i++) {
                LockSupport.parkNanos(GATHER_NANOS);
                before = now;
                now = asked();
            }
            return now;
        }

        private long asked() {
            lock.lock();
            try {
                return asked;
            } finally {
                lock.unlock();
            }
        }

        private void ends(long upTo) {
            lock.lock();
            try {
                running = false;
                done = Math.max(done, upTo);
                endNanos = System.nanoTime();
                over.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Returns once the name of this file is on the disk.
     *
     * @throws IOException the disk failed
     */
    void of(Path file) throws IOException {
        Folder folder = folders.computeIfAbsent(
                Objects.requireNonNull(file.toAbsolutePath().getParent()), path -> new Folder());
        if (!folder.begins()) {
            return;
        }
        long done = 0;
        try {
            long asked = folder.gathered();
            counted.run();
            FolderSync.of(file);
            done = asked;
        } finally {
            folder.ends(done);
        }
    }
}
