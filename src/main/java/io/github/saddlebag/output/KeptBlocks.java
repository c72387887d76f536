package io.github.saddlebag.output;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
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

    /** Nor does any item follow what is written. */
    private static final Mark NOTHING = new Mark(-1, List.of(), 0, 0, 0, 0);

    private static final long LARGEST_SEGMENT = 16 << 20;

    private final Path base;
    private final long mostBytes;
    private final long segmentBytes;
    private final Deque<KeptSegment> segments = new ArrayDeque<>();
    private final TreeMap<Long, Kept> index = new TreeMap<>();
    private long number;
    private long items;
    private boolean mayGrow;

    private record Kept(KeptSegment segment, long offset, int count) {}

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
    public void open(Mark mark) throws IOException {
        long next = new WrittenItems(mark).next();
        for (Path path : files(base)) {
            number = Math.max(number, number(path));
            KeptSegment segment = new KeptSegment(path);
            segments.add(segment);
            segment.read((first, offset, count) -> {
                if (first >= next) {
                    add(first, new Kept(segment, offset, count));
                }
            });
        }
        free(next);
    }

    private void add(long first, Kept kept) {
        Kept before = index.put(first, kept);
        items += kept.count - (before == null ? 0 : before.count);
    }

    /** Whether the block may be kept. */
    boolean hasRoom(long next, long first, Block block) {
        long bytes = block.bytes();
        for (KeptSegment segment : segments) {
            bytes += segment.length();
        }
        return bytes <= mostBytes && first + block.count() - next <= MOST_ITEMS;
    }

    /** Keeps a block; durable only when it was {@link #force forced}. */
    void keep(long first, Block block) throws IOException {
        KeptSegment segment = segment();
        add(first, new Kept(segment, segment.add(first, block), block.count()));
    }

    private KeptSegment segment() throws IOException {
        KeptSegment last = mayGrow ? segments.peekLast() : null;
        if (last == null || last.length() >= segmentBytes) {
            last = new KeptSegment(base.resolveSibling(base.getFileName() + "." + ++number));
            segments.add(last);
            mayGrow = true;
        }
        return last;
    }

    /** Forces what is kept to the disk. */
    void force() throws IOException {
        List<KeptSegment> written;
        synchronized (this) {
            written = segments.stream().filter(KeptSegment::isDirty).toList();
        }
        for (KeptSegment segment : written) {
            segment.force();
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
        Block block = kept.segment.at(kept.offset);
        if (block == null) {
            throw new IOException(
                    kept.segment.path() + " was changed: the answers from item " + first + " on are lost.");
        }
        return block;
    }

    /** All items before this one are written, durably. */
    synchronized void free(long next) throws IOException {
        for (KeptSegment segment : List.copyOf(segments)) {
            if (segment.end() <= next) {
                segments.remove(segment);
                mayGrow &= !segments.isEmpty();
                segment.delete();
            }
        }
    }

    /** The items that are kept, in their order. */
    public List<Range> ranges() {
        WrittenItems all = new WrittenItems(NOTHING);
        index.forEach((first, kept) -> all.add(first, first + kept.count));
        return all.beyond();
    }

    /** Writes all that is kept, in its order. */
    public void drain(OutputStream lines, OutputStream letters) throws IOException {
        while (!index.isEmpty()) {
            Block block = take(index.firstKey());
            if (block != null) {
                lines.write(block.lines());
                letters.write(block.letters());
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
        for (KeptSegment segment : segments) {
            segment.close();
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
