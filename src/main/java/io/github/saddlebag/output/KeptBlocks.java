package io.github.saddlebag.output;

import io.github.saddlebag.output.OrderedFile.Range;
import io.github.saddlebag.support.FolderSync;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of lines that wait on the disk for their turn, behind items that have no answer yet. They stand in files beside
 * the checkpoint, each block with its numbers and a checksum, so that a start finds those that are whole; in memory is
 * only which items they are. A file goes when all that it holds is written, and that is durable.
 *
 * <p>For one thread at a time, but for {@link #force}.
 */
public final class KeptBlocks implements Closeable {

    /** Items that may be kept behind the first that has no answer. */
    static final long MOST_ITEMS = 1_000_000;

    private static final int HEAD = 8 + 4 * Integer.BYTES;
    private static final int SUM = 8;
    private static final int PART = 1 << 20;
    private static final long LARGEST_SEGMENT = 16 << 20;

    private final Path base;
    private final long mostBytes;
    private final long segmentBytes;
    private final Deque<Segment> segments = new ArrayDeque<>();
    private final TreeMap<Long, Kept> index = new TreeMap<>();
    private long number;
    private long items;
    private boolean mayGrow;

    /** A block of lines, and of dead letters. */
    record Block(int count, int failed, byte[] lines, byte[] letters) {

        long bytes() {
            return HEAD + (long) lines.length + letters.length + SUM;
        }
    }

    private record Kept(Segment segment, long offset, int count) {}

    private static final class Segment {
        private final Path path;
        private final RandomAccessFile file;
        private long length;
        private long end;
        private volatile boolean dirty;
        private volatile boolean named;

        private Segment(Path path) throws IOException {
            this.path = path;
            this.file = new RandomAccessFile(path.toFile(), "rw");
        }
    }

    /**
     * @param base the beginning of the files' names
     * @param mostBytes how much may be kept
     */
    public KeptBlocks(Path base, long mostBytes) {
        this.base = base;
        this.mostBytes = mostBytes;
        this.segmentBytes = Math.max(1, Math.min(LARGEST_SEGMENT, mostBytes / 16));
    }

    /** Finds what an earlier run has kept that is not written yet. */
    public void open(OrderedFile.Mark written) throws IOException {
        long next = written.next();
        for (Range range : written.beyond()) {
            next = range.from() == next ? range.to() : next;
        }
        for (Path path : files(base)) {
            number = Math.max(number, number(path));
            Segment segment = new Segment(path);
            segments.add(segment);
            read(segment, next);
        }
        free(next);
    }

    private void read(Segment segment, long next) throws IOException {
        long size = segment.file.length();
        while (true) {
            Block block = at(segment, segment.length, size);
            if (block == null) {
                // what follows was not written to its end
                return;
            }
            long first = first(segment, segment.length);
            if (first >= next) {
                add(first, new Kept(segment, segment.length, block.count));
            }
            segment.end = Math.max(segment.end, first + block.count);
            segment.length += block.bytes();
        }
    }

    private void add(long first, Kept kept) {
        Kept before = index.put(first, kept);
        items += kept.count - (before == null ? 0 : before.count);
    }

    private static long first(Segment segment, long offset) throws IOException {
        segment.file.seek(offset);
        return segment.file.readLong();
    }

    /** Null: there is no whole one. */
    private static @Nullable Block at(Segment segment, long offset, long size) throws IOException {
        if (offset + HEAD + SUM > size) {
            return null;
        }
        byte[] head = new byte[HEAD];
        segment.file.seek(offset);
        try {
            segment.file.readFully(head);
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
            byte[] ofLines = new byte[lines];
            byte[] ofLetters = new byte[letters];
            read(segment.file, ofLines);
            read(segment.file, ofLetters);
            CRC32C sum = new CRC32C();
            sum.update(head);
            sum.update(ofLines);
            sum.update(ofLetters);
            return segment.file.readLong() == sum.getValue() ? new Block(count, failed, ofLines, ofLetters) : null;
        } catch (EOFException e) {
            return null;
        }
    }

    /** In parts, as each is copied once more, outside of the heap. */
    private static void read(RandomAccessFile file, byte[] bytes) throws IOException {
        for (int at = 0; at < bytes.length; at += PART) {
            file.readFully(bytes, at, Math.min(PART, bytes.length - at));
        }
    }

    private static void write(RandomAccessFile file, byte[] bytes) throws IOException {
        for (int at = 0; at < bytes.length; at += PART) {
            file.write(bytes, at, Math.min(PART, bytes.length - at));
        }
    }

    /** Whether the block may be kept. */
    boolean hasRoom(long next, long first, Block block) {
        long bytes = block.bytes();
        for (Segment segment : segments) {
            bytes += segment.length;
        }
        return bytes <= mostBytes && first + block.count - next <= MOST_ITEMS;
    }

    /** Keeps a block; durable only when it was {@link #force forced}. */
    void keep(long first, Block block) throws IOException {
        Segment segment = segment();
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        head.putLong(first).putInt(block.count).putInt(block.failed);
        head.putInt(block.lines.length).putInt(block.letters.length);
        CRC32C sum = new CRC32C();
        sum.update(head.array());
        sum.update(block.lines);
        sum.update(block.letters);
        byte[] end = ByteBuffer.allocate(SUM).putLong(sum.getValue()).array();
        segment.dirty = true;
        segment.file.seek(segment.length);
        if (block.bytes() <= PART) {
            ByteBuffer whole = ByteBuffer.allocate((int) block.bytes());
            whole.put(head.array()).put(block.lines).put(block.letters).put(end);
            segment.file.write(whole.array());
        } else {
            segment.file.write(head.array());
            write(segment.file, block.lines);
            write(segment.file, block.letters);
            segment.file.write(end);
        }
        add(first, new Kept(segment, segment.length, block.count));
        segment.end = Math.max(segment.end, first + block.count);
        segment.length += block.bytes();
    }

    private Segment segment() throws IOException {
        Segment last = mayGrow ? segments.peekLast() : null;
        if (last == null || last.length >= segmentBytes) {
            last = new Segment(base.resolveSibling(base.getFileName() + "." + ++number));
            segments.add(last);
            mayGrow = true;
        }
        return last;
    }

    /** Forces what is kept to the disk. */
    void force() throws IOException {
        List<Segment> written;
        synchronized (this) {
            written = segments.stream().filter(segment -> segment.dirty).toList();
        }
        for (Segment segment : written) {
            segment.dirty = false;
            segment.file.getFD().sync();
            if (!segment.named) {
                FolderSync.of(segment.path);
                segment.named = true;
            }
        }
    }

    /** Takes the block that begins with this item, or null. */
    @Nullable
    Block take(long first) throws IOException {
        Kept kept = index.remove(first);
        if (kept == null) {
            return null;
        }
        items -= kept.count;
        Block block = at(kept.segment, kept.offset, kept.segment.length);
        if (block == null) {
            throw new IOException(kept.segment.path + " was changed: the answers from item " + first + " on are lost.");
        }
        return block;
    }

    /** All items before this one are written, durably. */
    synchronized void free(long next) throws IOException {
        for (Segment segment : List.copyOf(segments)) {
            if (segment.end <= next) {
                segments.remove(segment);
                mayGrow &= !segments.isEmpty();
                segment.file.close();
                Files.deleteIfExists(segment.path);
            }
        }
    }

    /** The items that are kept, in their order. */
    public List<Range> ranges() {
        List<Range> ranges = new ArrayList<>();
        long from = -1;
        long to = -1;
        for (Map.Entry<Long, Kept> kept : index.entrySet()) {
            if (kept.getKey() != to) {
                if (to > from) {
                    ranges.add(new Range(from, to));
                }
                from = kept.getKey();
            }
            to = kept.getKey() + kept.getValue().count;
        }
        if (to > from) {
            ranges.add(new Range(from, to));
        }
        return ranges;
    }

    /** Writes all that is kept, in its order. */
    public void drain(OutputStream lines, OutputStream letters) throws IOException {
        while (!index.isEmpty()) {
            Block block = take(index.firstKey());
            if (block != null) {
                lines.write(block.lines);
                letters.write(block.letters);
            }
        }
    }

    /** The beginning of the names, for what is kept beside this checkpoint. */
    public static Path beside(Path checkpoint) {
        String name = checkpoint.getFileName().toString();
        return checkpoint.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".kept");
    }

    /** The beginning of the files' names. */
    Path base() {
        return base;
    }

    /** How many items are kept. */
    public long items() {
        return items;
    }

    @Override
    public synchronized void close() throws IOException {
        for (Segment segment : segments) {
            segment.file.close();
        }
    }

    /** Deletes it all. */
    public void delete() throws IOException {
        close();
        if (number > 0) {
            // only then: the folder may be large
            delete(base);
        }
    }

    /** Deletes what an earlier run has kept. */
    public static void delete(Path base) throws IOException {
        for (Path path : files(base)) {
            Files.deleteIfExists(path);
        }
    }

    private static List<Path> files(Path base) throws IOException {
        Path folder = base.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return List.of();
        }
        String beginning = base.getFileName() + ".";
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(path -> path.getFileName().toString().startsWith(beginning) && number(path) > 0)
                    .sorted((a, b) -> Long.compare(number(a), number(b)))
                    .toList();
        }
    }

    private static long number(Path path) {
        String name = path.getFileName().toString();
        String end = name.substring(name.lastIndexOf('.') + 1);
        return end.matches("\\d{1,15}") ? Long.parseLong(end) : 0;
    }
}
