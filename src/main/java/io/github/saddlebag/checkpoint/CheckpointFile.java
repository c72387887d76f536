package io.github.saddlebag.checkpoint;

import io.github.saddlebag.support.FolderSync;
import io.github.saddlebag.support.UnwritableException;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The file of a checkpoint, with room for two of them. The next one takes the place of the older, in place: after a crash
 * at least one of them is whole. That takes one write to the disk, where a file that is put in the place of another takes
 * three.
 */
public final class CheckpointFile implements Closeable {

    /** Room for thousands of gaps. */
    public static final int SLOT = 1 << 16;

    private static final int HEAD = 64;

    private final Path path;
    private final Disk disk;
    private final RandomAccessFile file;
    private final boolean goesOn;
    private long number;
    private boolean forced;

    /** Makes the file, or overwrites it; it is on the disk then. */
    CheckpointFile(Path path, byte[] first, Disk disk) throws IOException {
        this(path, disk);
        save(first);
    }

    private CheckpointFile(Path path, Disk disk) throws IOException {
        this.path = path;
        this.disk = disk;
        if (path.getParent() != null) {
            FolderSync.made(path.getParent());
        }
        number = Files.exists(path) ? Math.max(0, Latest.of(path).number) : 0;
        goesOn = number > 0;
        file = new RandomAccessFile(path.toFile(), "rw");
    }

    /** Makes one that outlives the process, and is forced to the disk with the next one that is saved. */
    static CheckpointFile unforced(Path path, byte[] first, Disk disk) throws IOException {
        CheckpointFile made = new CheckpointFile(path, disk);
        try {
            made.write(first);
            made.keepLast();
        } catch (IOException | RuntimeException e) {
            made.close();
            throw e;
        }
        return made;
    }

    /** Whether it is on the disk. */
    boolean isForced() {
        return forced;
    }

    /** Saves it, on the disk. False: it is too long. */
    boolean save(byte[] checkpoint) throws IOException {
        if (!write(checkpoint)) {
            return false;
        }
        if (forced) {
            // the file keeps its length: its data is enough
            disk.force(file.getChannel(), false);
            return true;
        }
        keepLast();
        // both, so that later ones find their room on a disk that is full by then
        write(checkpoint);
        disk.force(file.getChannel(), true);
        disk.name(path);
        forced = true;
        return true;
    }

    /** Where the file had a checkpoint, a crash of the machine may leave that one, or the new one, and never none. */
    private void keepLast() throws IOException {
        if (goesOn) {
            disk.force(file.getChannel(), true);
        }
    }

    /** As {@link #save}, but a crash of the machine may lose it. */
    boolean write(byte[] checkpoint) throws IOException {
        if (checkpoint.length > SLOT - HEAD) {
            return false;
        }
        // a slot that could not be written is the next one too: the other holds the latest
        long next = number + 1;
        String head = next + " " + checkpoint.length + " " + InputIdentity.crc(ByteBuffer.wrap(checkpoint)) + "\n";
        byte[] slot = new byte[HEAD + checkpoint.length];
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(start, 0, slot, 0, start.length);
        System.arraycopy(checkpoint, 0, slot, HEAD, checkpoint.length);
        file.seek((next % 2) * SLOT);
        file.write(slot);
        number = next;
        return true;
    }

    /** The newest whole one, or null. */
    private record Latest(long number, byte @Nullable [] bytes) {

        private static Latest of(Path path) throws IOException {
            Latest latest = new Latest(-1, null);
            try (FileChannel in = FileChannel.open(path, StandardOpenOption.READ)) {
                for (int slot = 0; slot < 2; slot++) {
                    Latest found = at(in, slot * (long) SLOT);
                    latest = found.number > latest.number ? found : latest;
                }
            }
            return latest;
        }

        private static Latest at(FileChannel in, long from) throws IOException {
            String[] head = new String(InputIdentity.read(in, from, HEAD).array(), StandardCharsets.US_ASCII)
                    .trim()
                    .split("\\s+");
            if (head.length == 3 && head[0].matches("\\d{1,18}") && head[1].matches("\\d{1,7}")) {
                byte[] bytes = InputIdentity.read(in, from + HEAD, Integer.parseInt(head[1]))
                        .array();
                if (InputIdentity.crc(ByteBuffer.wrap(bytes)).equals(head[2])) {
                    return new Latest(Long.parseLong(head[0]), bytes);
                }
            }
            return new Latest(-1, null);
        }
    }

    /** @throws IOException it cannot be read, or there is none in it */
    public static Checkpoint read(Path path) throws IOException {
        byte[] bytes = Latest.of(path).bytes;
        if (bytes == null) {
            throw new IOException("there is no checkpoint in it");
        }
        return Checkpoint.of(bytes);
    }

    /** Deletes it, for good. */
    public static void delete(Path path) throws IOException {
        if (remove(path)) {
            FolderSync.of(path);
        }
    }

    /** Deletes it, but a crash of the machine may bring it back. */
    static boolean remove(Path path) throws IOException {
        try {
            return Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UnwritableException(path, e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
