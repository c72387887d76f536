package io.github.saddlebag.recording;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lines that a thread of its own writes, once a second: nobody waits for the disk. It ends by itself where it is as large as
 * it may be, where it cannot be written, and where the disk is slower than the lines come; that is told once.
 */
final class RecordFile implements AutoCloseable {

    /** The last line of one that was ended with the run, and of one that became too large. */
    static final String STOPPED = "{\"end\":\"stop\"}";

    static final String FULL = "{\"end\":\"full\"}";

    private static final int CHUNK = 1 << 16;
    private static final int MOST_PENDING = 8 << 20;
    private static final long EACH = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_END = TimeUnit.SECONDS.toMillis(5);

    private final OutputStream out;
    private final long most;
    private final Runnable eachSecond;
    private final Consumer<String> ended;
    private final Thread writer = new Thread(this::write, "saddlebag-record");
    private final Object lock = new Object();
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private long bytes;
    private boolean over;
    private @Nullable String why;

    /**
     * Begins to write.
     *
     * @param most how many bytes it may have
     * @param eachSecond what is done in between
     * @param ended hears why it ended before it was closed
     */
    RecordFile(OutputStream out, long most, Runnable eachSecond, Consumer<String> ended) {
        this.out = out;
        this.most = most;
        this.eachSecond = eachSecond;
        this.ended = ended;
        writer.setDaemon(true);
    }

    /** A new file that its owner alone may read, in the place of one that is there. */
    static OutputStream create(Path file) throws IOException {
        Files.deleteIfExists(file);
        boolean posix = Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix");
        FileAttribute<?>[] owner = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        return Channels.newOutputStream(
                Files.newByteChannel(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), owner));
    }

    void start() {
        writer.start();
    }

    /** Writes a line, soon. */
    void add(String line) {
        byte[] text = (line + '\n').getBytes(StandardCharsets.UTF_8);
        synchronized (lock) {
            if (over) {
                return;
            }
            if (bytes + text.length + FULL.length() + 1 > most) {
                end(FULL, "it has " + bytes + " bytes of at most " + most);
            } else if (pending.size() + text.length > MOST_PENDING) {
                end(null, "the disk is slower than what is to be recorded");
            } else {
                put(text);
            }
            if (over || pending.size() >= CHUNK) {
                lock.notifyAll();
            }
        }
    }

    private void put(byte[] text) {
        pending.writeBytes(text);
        bytes += text.length;
    }

    private void end(@Nullable String last, @Nullable String reason) {
        if (last != null) {
            put((last + '\n').getBytes(StandardCharsets.UTF_8));
        }
        over = true;
        why = reason;
    }

    private void write() {
        String reason;
        try (out) {
            byte[] next = next(0);
            while (next != null) {
                out.write(next);
                eachSecond.run();
                next = next(EACH);
            }
            reason = why();
        } catch (IOException e) {
            reason = Objects.requireNonNullElse(e.getMessage(), e.toString());
        }
        synchronized (lock) {
            over = true;
            pending.reset();
        }
        if (reason != null) {
            ended.accept(reason);
        }
    }

    /** What came within so long, or until it is much; null: nothing comes any more. */
    private byte @Nullable [] next(long nanos) {
        long until = System.nanoTime() + nanos;
        synchronized (lock) {
            long left = nanos;
            while (!over && pending.size() < CHUNK && left > 0) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(lock, left);
                } catch (InterruptedException e) {
                    over = true;
                }
                left = until - System.nanoTime();
            }
            if (over && pending.size() == 0) {
                return null;
            }
            byte[] text = pending.toByteArray();
            pending.reset();
            return text;
        }
    }

    private @Nullable String why() {
        synchronized (lock) {
            return why;
        }
    }

    /** Writes what is left, and waits for a disk that takes it for a few seconds. */
    @Override
    public void close() {
        synchronized (lock) {
            if (!over) {
                end(STOPPED, null);
                lock.notifyAll();
            }
        }
        try {
            writer.join(LONGEST_END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
