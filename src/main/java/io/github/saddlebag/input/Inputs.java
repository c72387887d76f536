package io.github.saddlebag.input;

import io.github.saddlebag.unpack.BoundedStream;
import io.github.saddlebag.unpack.CountedStream;
import io.github.saddlebag.unpack.InputBytes;
import io.github.saddlebag.unpack.Packing;
import io.github.saddlebag.unpack.UnreadableInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens files and streams by their format. */
public final class Inputs {

    private static final Logger LOG = LoggerFactory.getLogger(Inputs.class);

    private static final int LONGEST_MARK = 4;

    private final @Nullable InputFormat given;
    private final int max;
    private final char separator;
    private final InputBytes bytes;
    private final String pointer;
    private char separatorNow;
    private boolean plain = true;
    private @Nullable CountedStream counted;
    /** Of the input that is opened, as far as it is known. */
    private long size = Long.MAX_VALUE;

    /**
     * @param given null: it is found out
     * @param max the most bytes of an item
     * @param separator what stands between the fields of a CSV file
     * @param bytes unpacks and decodes them
     * @param pointer where the array of the items stands in a document; empty: it is the document
     */
    public Inputs(@Nullable InputFormat given, int max, char separator, InputBytes bytes, String pointer) {
        this.given = pointer.isEmpty() ? given : InputFormat.JSON;
        this.pointer = pointer;
        this.separatorNow = separator;
        this.max = max;
        this.separator = separator;
        this.bytes = bytes;
    }

    public InputFormat format(Path file) throws IOException {
        String name = Packing.inner(name(file));
        InputFormat known = given == null ? InputFormat.byName(name) : given;
        if (known != null) {
            return known;
        }
        try (InputStream in = utf8(file)) {
            boolean json = name.toLowerCase(Locale.ROOT).endsWith(".json");
            byte[] sample = Beginning.of(in, InputFormat.SAMPLE, null).bytes();
            TextCheck.check(sample, null);
            return told(name, InputFormat.byContent(text(sample), json));
        }
    }

    private static InputFormat told(String name, InputFormat found) {
        if (found == InputFormat.LINES && !name.endsWith(".txt")) {
            LOG.info("{} is read as plain text, each line an item; --format says otherwise.", name);
        }
        return found;
    }

    private static String text(byte[] sample) {
        return new String(sample, StandardCharsets.ISO_8859_1);
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    /** A name that ends so says it, where nothing else does. */
    private char separator(String name) {
        return separator == ',' && Packing.inner(name).toLowerCase(Locale.ROOT).endsWith(".tsv") ? '\t' : separator;
    }

    private InputStream utf8(Path file) throws IOException {
        return bytes.open(stream(file), name(file)).in();
    }

    private static InputStream stream(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        if (!Files.isReadable(file)) {
            throw new UnreadableInputException(file + " must not be read by this user.");
        }
        return Files.newInputStream(file);
    }

    /** @param begin where to begin */
    public ItemInput open(Path file, InputFormat format, ItemInput.Place begin) throws IOException {
        return open(file, format, begin, Long.MAX_VALUE);
    }

    /** @param end the place behind the last byte that is read */
    public ItemInput open(Path file, InputFormat format, ItemInput.Place begin, long end) throws IOException {
        separatorNow = separator(name(file));
        CsvReader header = null;
        if (format == InputFormat.CSV && begin.offset() > 0) {
            header = CsvReader.open(new ByteInput(utf8(file), max, 0, Long.MAX_VALUE), separatorNow);
            header.close();
        }
        CountedStream raw = new CountedStream(stream(file));
        InputBytes.Opened opened = bytes.open(raw, name(file));
        InputStream in = begin.offset() > 0 ? opened.in() : checked(opened.in(), format);
        try {
            in.skipNBytes(begin.offset());
            counted = raw;
            plain = opened.isPlain();
            InputStream part = end == Long.MAX_VALUE ? in : new BoundedStream(in, end - begin.offset());
            size = plain && Files.isRegularFile(file) ? Math.max(0, Files.size(file) - begin.offset()) : Long.MAX_VALUE;
            return open(part, format, begin, header);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    /** How far the file was read that was opened last, in its own bytes. */
    public long seen() {
        CountedStream raw = counted;
        return raw == null ? 0 : raw.count();
    }

    /** Whether the bytes of the file that was opened last are those that are read. */
    public boolean isPlain() {
        return plain;
    }

    /** A file that begins like one of the format. */
    private static InputStream checked(InputStream in, InputFormat format) throws IOException {
        try {
            Beginning begin = Beginning.of(in, InputFormat.SAMPLE, null);
            TextCheck.check(begin.bytes(), format);
            return begin.wholeFile();
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /** @param name of which the ending counts */
    public ItemInput open(InputStream raw, String name) throws IOException {
        separatorNow = separator(name);
        InputStream in = bytes.open(raw, name).in();
        if (given != null) {
            return open(marked(in), given, ItemInput.Place.BEGIN, null);
        }
        Beginning begin = InputFormat.sample(in);
        InputFormat found = told(name, InputFormat.byContent(text(begin.bytes()), false));
        TextCheck.check(begin.bytes(), found);
        return open(begin.whole(), found, ItemInput.Place.BEGIN, null);
    }

    /** A stream may be slow: no more of it is waited for than its first byte, if that begins no mark. */
    private static InputStream marked(InputStream in) throws IOException {
        int first = in.read();
        if (first < 0) {
            return in;
        }
        byte[] begin = {(byte) first};
        if (first < ' ' && first != '\n' && first != '\r' && first != '\t' || first > 0xF4) {
            byte[] more = in.readNBytes(LONGEST_MARK - 1);
            begin = Arrays.copyOf(begin, 1 + more.length);
            System.arraycopy(more, 0, begin, 1, more.length);
            TextCheck.check(begin, null);
        }
        PushbackInputStream whole = new PushbackInputStream(in, begin.length);
        whole.unread(begin);
        return whole;
    }

    private ItemInput open(InputStream in, InputFormat format, ItemInput.Place begin, @Nullable CsvReader header)
            throws IOException {
        return switch (format) {
            case JSONL -> new LineReader(in, max, begin, size);
            case LINES -> new PlainLines(new LineReader(in, max, begin, size));
            case JSON -> array(in, begin);
            case DOCUMENT -> new DocumentReader(new ByteInput(in, max, begin.offset(), size), begin);
            case CSV -> {
                ByteInput bytes = new ByteInput(in, max, begin.offset(), size);
                yield header == null ? CsvReader.open(bytes, separatorNow) : header.from(bytes, begin);
            }
        };
    }

    private ArrayReader array(InputStream in, ItemInput.Place begin) throws IOException {
        ByteInput at = new ByteInput(in, max, begin.offset(), size);
        if (!pointer.isEmpty() && begin.offset() == 0) {
            ArrayPlace.seek(at, pointer);
        }
        ArrayReader reader = new ArrayReader(at, begin, !pointer.isEmpty());
        if (begin.offset() == 0) {
            reader.checkBegin();
        }
        return reader;
    }
}
