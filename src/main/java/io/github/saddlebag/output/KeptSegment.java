package io.github.saddlebag.output;

import io.github.saddlebag.support.FolderSync;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A file of kept blocks, each with its numbers before it and a checksum behind. */
final class KeptSegment implements Closeable {

    /** The bytes before the lines of a block. */
    static final int HEAD = 8 + 4 * Integer.BYTES;
    /** The bytes behind it. */
    static final int SUM = 8;

    private static final int PART = 1 << 20;

    private final Path path;
    private final RandomAccessFile file;
    private long length;
    private long end;
    private volatile boolean dirty;
    private volatile boolean named;

    KeptSegment(Path path) throws IOException {
        this.path = path;
        this.file = new RandomAccessFile(path.toFile(), "rw");
    }

    /** Told of each block that is found. */
    @FunctionalInterface
    interface Found {

        /** @param first the number of its first item */
        void block(long first, long offset, int count);
    }

    /** Finds the blocks that an earlier run has written to their end. */
    void read(Found found) throws IOException {
        long size = file.length();
        for (Block block = at(0, size); block != null; block = at(length, size)) {
            file.seek(length);
            long first = file.readLong();
            found.block(first, length, block.count());
            grown(first, block);
        }
    }

    private void grown(long first, Block block) {
        end = Math.max(end, first + block.count());
        length += block.bytes();
    }

    /** Null: there is no whole one. */
    @Nullable
    Block at(long offset) throws IOException {
        return at(offset, length);
    }

    private @Nullable Block at(long offset, long size) throws IOException {
        if (offset + HEAD + SUM > size) {
            return null;
        }
        byte[] head = new byte[HEAD];
        file.seek(offset);
        try {
            file.readFully(head);
            DataInputStream fields = new DataInputStream(new ByteArrayInputStream(head));
            fields.readLong();
            int count = fields.readInt();
            int failed = fields.readInt();
            int lines = fields.readInt();
            int letters = fields.readInt();
            long rest = (long) lines + letters + SUM;
            if (count < 1 || lines < 0 || letters < 0 || offset + HEAD + rest > size || rest > Integer.MAX_VALUE) {
                return null;
            }
            Block block = new Block(count, failed, bytes(lines), bytes(letters));
            return file.readLong() == sum(head, block) ? block : null;
        } catch (EOFException e) {
            return null;
        }
    }

    private static long sum(byte[] head, Block block) {
        CRC32C sum = new CRC32C();
        sum.update(head);
        sum.update(block.lines());
        sum.update(block.letters());
        return sum.getValue();
    }

    /** In parts, as each is copied once more, outside of the heap. */
    private byte[] bytes(int count) throws IOException {
        byte[] bytes = new byte[count];
        for (int at = 0; at < count; at += PART) {
            file.readFully(bytes, at, Math.min(PART, count - at));
        }
        return bytes;
    }

    private void write(byte[] bytes) throws IOException {
        for (int at = 0; at < bytes.length; at += PART) {
            file.write(bytes, at, Math.min(PART, bytes.length - at));
        }
    }

    /**
     * Adds a block; durable only when it was {@link #force forced}.
     *
     * @return where it begins
     */
    long add(long first, Block block) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        head.putLong(first).putInt(block.count()).putInt(block.failed());
        head.putInt(block.lines().length).putInt(block.letters().length);
        byte[] sum = ByteBuffer.allocate(SUM).putLong(sum(head.array(), block)).array();
        long offset = length;
        dirty = true;
        file.seek(offset);
        if (block.bytes() <= PART) {
            ByteBuffer whole = ByteBuffer.allocate((int) block.bytes());
            whole.put(head.array()).put(block.lines()).put(block.letters()).put(sum);
            file.write(whole.array());
        } else {
            file.write(head.array());
            write(block.lines());
            write(block.letters());
            file.write(sum);
        }
        grown(first, block);
        return offset;
    }

    /** Whether something was added that is not forced to the disk yet. */
    boolean isDirty() {
        return dirty;
    }

    /** Forces all that was added to the disk. Another thread may add more. */
    void force() throws IOException {
        dirty = false;
        file.getFD().sync();
        if (!named) {
            FolderSync.of(path);
            named = true;
        }
    }

    Path path() {
        return path;
    }

    long length() {
        return length;
    }

    /** The number behind the last item. */
    long end() {
        return end;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    void delete() throws IOException {
        file.close();
        Files.deleteIfExists(path);
    }
}
