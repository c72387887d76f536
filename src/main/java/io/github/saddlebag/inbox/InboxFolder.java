package io.github.saddlebag.inbox;

import io.github.saddlebag.support.LockedException;
import io.github.saddlebag.support.PathLock;
import io.github.saddlebag.support.UnwritableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder that files are taken from, by one runtime at a time: it is locked, and whatever keeps it from being looked into
 * is told once.
 */
final class InboxFolder {

    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

    private final Path directory;
    private final Path outbox;
    private final long pollMillis;
    private boolean made;
    private @Nullable PathLock lock;
    private String said = "";

    /**
     * @param directory it is made if it is not there at the start
     * @param outbox the folder for the lock where the directory cannot be written
     * @param poll how long between two looks, for messages
     */
    public InboxFolder(String directory, String outbox, Duration poll) {
        this.directory = Path.of(directory);
        this.outbox = Path.of(outbox);
        this.pollMillis = Math.max(1, poll.toMillis());
    }

    Path path() {
        return directory;
    }

    /** Milliseconds between two looks. */
    long pollMillis() {
        return pollMillis;
    }

    /** Whether its files may be taken; otherwise somebody else has it, or it is not there. */
    synchronized boolean isMine() {
        if (lock != null && !lock.isThere()) {
            // the folder is another one, such as after a file system was mounted anew
            release();
        }
        if (lock == null) {
            String why = take();
            if (!why.equals(said) && !why.isEmpty()) {
                LOG.warn("{} {}.", directory, why);
            } else if (why.isEmpty() && !said.isEmpty()) {
                LOG.info("{} is free: its files are taken now.", directory);
            }
            said = why;
        }
        return lock != null;
    }

    /** Empty, or why it could not be had. */
    private String take() {
        try {
            if (!made && !Files.isDirectory(directory)) {
                Files.createDirectories(directory);
            }
            if (!Files.isDirectory(directory)) {
                return "is not there; it is looked for again each " + pollMillis + " ms";
            }
            made = true;
            lock = PathLock.ofFolder(directory, outbox);
            return "";
        } catch (LockedException e) {
            return "is in use by " + e.holder() + ": its files wait until that ends";
        } catch (IOException e) {
            return "cannot be locked (" + UnwritableException.words(e) + ")";
        }
    }

    /** It could be read. */
    synchronized void wasRead() {
        if (!said.isEmpty()) {
            LOG.info("{} can be read again.", directory);
        }
        said = "";
    }

    /** It could not be read. */
    synchronized void wasNotRead(IOException cause) {
        String why = UnwritableException.words(cause);
        if (!why.equals(said)) {
            LOG.warn("{} cannot be read: {}. It is looked at again each {} ms.", directory, why, pollMillis);
        }
        said = why;
    }

    /** Others may have it. */
    synchronized void release() {
        PathLock held = lock;
        lock = null;
        if (held != null) {
            try {
                held.close();
            } catch (IOException e) {
                LOG.debug("{}: the lock was lost.", directory, e);
            }
        }
    }
}
