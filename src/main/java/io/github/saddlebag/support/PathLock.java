package io.github.saddlebag.support;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a file or a folder for one user at a time, whichever process that is in. The system's lock is held on a file of
 * its own, which is opened for nothing else: systems let go of a lock when anything in the process closes the file. That
 * file stays behind and means nothing by itself; who holds the lock is written there for the others' messages.
 */
public final class PathLock implements Closeable {

    /** Far behind what is written there, which others may read. */
    private static final long BYTE = 1L << 40;

    private static final int MOST_LINKS = 40;

    private static final String HOST = host();

    /** What this JVM holds; to open such a file once more would lose the lock. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final @Nullable Path file;
    private final @Nullable FileChannel channel;
    private final String key;

    private PathLock(@Nullable Path file, @Nullable FileChannel channel) {
        this.file = file;
        this.channel = channel;
        this.key = file == null ? "" : MovedFile.key(file);
    }

    /** Whether the lock's file is still the one that is found under its name. */
    public boolean isThere() {
        return file == null || MovedFile.key(file).equals(key);
    }

    /**
     * Takes a file that is to be written, or to be done away with. A pipe or a device is for everybody.
     *
     * @param path it need not be there yet; its folder is made
     * @throws LockedException another one has it
     * @throws UnwritableException the lock's file cannot be written
     */
    public static PathLock of(Path path) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path)) {
            return new PathLock(null, null);
        }
        Path real = real(path);
        return take(path, real.resolveSibling("." + real.getFileName() + ".lock"));
    }

    /**
     * Takes a whole folder.
     *
     * @param elsewhere the folder for the lock's file, where this one cannot be written
     * @throws LockedException another one has it
     * @throws UnwritableException the lock's file cannot be written
     */
    public static PathLock ofFolder(Path folder, Path elsewhere) throws IOException {
        Path place = Files.isWritable(folder) ? folder : elsewhere;
        return take(folder, FolderSync.made(place).toRealPath().resolve(".saddlebag.lock"));
    }

    private static PathLock take(Path what, Path file) throws IOException {
        if (!HELD.add(file)) {
            throw new LockedException(
                    what, "this process, " + ProcessHandle.current().pid());
        }
        try {
            return new PathLock(file, opened(what, file));
        } catch (LockedException | RuntimeException e) {
            HELD.remove(file);
            throw e;
        } catch (IOException e) {
            HELD.remove(file);
            // nobody knows the lock's file, which may not be there
            throw new UnwritableException(what, e);
        }
    }

    private static FileChannel opened(Path what, Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (!isTaken(channel)) {
                throw new LockedException(what, holder(channel));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((self() + "\n").getBytes(StandardCharsets.UTF_8)), 0);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static boolean isTaken(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock(BYTE, 1, false);
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static String self() {
        return "process " + ProcessHandle.current().pid() + " on " + HOST + " since "
                + Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    private static String host() {
        try {
            Path linux = Path.of("/proc/sys/kernel/hostname");
            return Files.exists(linux)
                    ? Files.readString(linux).trim()
                    : InetAddress.getLocalHost().getHostName();
        } catch (IOException e) {
            return "this host";
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(200);
        channel.read(text, 0);
        String line = new String(text.array(), 0, text.position(), StandardCharsets.UTF_8)
                .lines()
                .findFirst()
                .orElse("");
        return line.startsWith("process ") ? line : "another process";
    }

    /** What a path means behind all links, whether it is there or not. */
    public static Path real(Path path) throws IOException {
        Path at = path.toAbsolutePath();
        for (int i = 0; i < MOST_LINKS && Files.isSymbolicLink(at); i++) {
            at = at.resolveSibling(Files.readSymbolicLink(at));
        }
        if (Files.exists(at)) {
            return at.toRealPath();
        }
        Path folder = at.getParent();
        return folder == null ? at : FolderSync.made(folder).toRealPath().resolve(at.getFileName());
    }

    @Override
    public void close() throws IOException {
        if (file != null && channel != null && channel.isOpen()) {
            try {
                channel.close();
            } finally {
                HELD.remove(file);
            }
        }
    }
}
