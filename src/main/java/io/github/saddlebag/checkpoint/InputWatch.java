package io.github.saddlebag.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * Whether an input that was read to its end is still the file that was opened.
 *
 * @param opened what it was when it was opened
 * @param sample of all of it then
 * @param seen how many bytes of it were read
 */
public record InputWatch(Path path, FileIdentity opened, String sample, LongSupplier seen) {

    /** What others did to it meanwhile. */
    public enum Change {
        NONE,
        /** There is more of it than was read. */
        GROWN,
        /** It was cut, or other things were written into it. */
        WRITTEN,
        /** Another file has its name now. */
        REPLACED,
        /** It was renamed or removed. */
        GONE
    }

    /**
     * Begins, right after the file was opened.
     *
     * @param before what it was before
     */
    public static InputWatch of(Path path, FileIdentity before, LongSupplier seen) throws IOException {
        FileIdentity now = FileIdentity.of(path);
        if (!now.key().equals(before.key())) {
            throw new IOException(path + " was replaced while it was opened.");
        }
        return new InputWatch(path, now, InputIdentity.sample(path, now.size()), seen);
    }

    public Change change() throws IOException {
        try {
            FileIdentity now = FileIdentity.of(path);
            if (!now.key().equals(opened.key())) {
                return Change.REPLACED;
            }
            if (now.size() == opened.size()) {
                return now.modified() == opened.modified() ? Change.NONE : Change.WRITTEN;
            }
            if (now.size() < opened.size()
                    || !InputIdentity.sample(path, opened.size()).equals(sample)) {
                return Change.WRITTEN;
            }
            return now.size() > seen.getAsLong() ? Change.GROWN : Change.NONE;
        } catch (NoSuchFileException e) {
            return Files.exists(path) ? Change.REPLACED : Change.GONE;
        }
    }

    /** What became of it, as a sentence. */
    public String text(Change change) {
        return switch (change) {
            case NONE -> path + " is as it was.";
            case GROWN -> path + " has grown since it was read to its end.";
            case WRITTEN ->
                path + " was cut, or written over, while it was read: nobody knows what of it belongs together.";
            case REPLACED ->
                path + " was replaced while it was read: all items of the file before are done, and none of the new"
                        + " one.";
            case GONE -> path + " was renamed or removed while it was read: all of its items are done.";
        };
    }
}
