package io.github.saddlebag.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * By what an input is known again. A file that has grown is the same: what counts is that it is unchanged as far as it
 * was done.
 *
 * @param file as it was when it was opened
 * @param sampled how far it was read; all of it, where what is read is not what stands in the file
 * @param sample checksums of its first bytes, and of the last of those
 * @param listed null: it is the only one
 */
public record InputIdentity(
        String path,
        FileIdentity file,
        long sampled,
        String sample,
        @Nullable Listed listed) {

    /**
     * Where it stands among several.
     *
     * @param index how many are before it
     * @param list a digest of the paths of all
     * @param done a digest of those that are before it, as they were
     * @param files the paths of all, packed; empty: they are too many
     */
    record Listed(int index, String list, String done, String files) {}

    /** The same, as one of several. */
    InputIdentity of(Listed where) {
        return new InputIdentity(path, file, sampled, sample, where);
    }

    private static final int SAMPLE = 1024;

    /** @param offset how far it was read */
    public static String sample(FileChannel input, long offset) throws IOException {
        int length = (int) Math.min(SAMPLE, offset);
        return crc(input, 0, length) + "-" + crc(input, offset - length, length);
    }

    public static String sample(Path file, long offset) throws IOException {
        try (FileChannel input = FileChannel.open(file)) {
            return sample(input, offset);
        }
    }

    private static String crc(FileChannel input, long from, int length) throws IOException {
        return crc(read(input, from, length));
    }

    static String crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Long.toHexString(crc.getValue());
    }

    /** What stands there, as far as there is so much. */
    static ByteBuffer read(FileChannel input, long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        int read = 0;
        while (bytes.hasRemaining() && read >= 0) {
            read = input.read(bytes, from + bytes.position());
        }
        return bytes.flip();
    }

    /** Why the file is another one, or changed where it was done; empty: it is the same. */
    String difference(Path now, boolean complete) throws IOException {
        if (!now.toAbsolutePath().toString().equals(path)) {
            return "the input was " + path;
        }
        if (isSame(now)) {
            return "";
        }
        long size = Files.size(now);
        if (size < sampled || complete && size <= file.size()) {
            return "the input is another file now";
        }
        return sample(now, sampled).equals(sample) ? "" : "the input has other content now";
    }

    /** Whether nothing at all has changed. */
    boolean isSame(Path now) throws IOException {
        return FileIdentity.of(now).equals(file);
    }
}
