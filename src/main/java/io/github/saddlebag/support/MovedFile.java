package io.github.saddlebag.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where a file is that was open under a name which now means another one, or none. */
public final class MovedFile {

    private static final Path OPEN_FILES = Path.of("/proc/self/fd");

    private MovedFile() {}

    /** The file's own number in its file system; empty: there is none. */
    public static String key(Path path) {
        try {
            return key(Files.readAttributes(path, BasicFileAttributes.class));
        } catch (IOException e) {
            return "";
        }
    }

    /** The same of a file whose attributes were read. */
    public static String key(BasicFileAttributes attributes) {
        Object key = attributes.fileKey();
        return key == null ? "" : key.toString();
    }

    /** Whether two such numbers are of files in one file system. */
    public static boolean isOfSameDisk(String one, String other) {
        int end = one.indexOf(',');
        return end > 0 && other.startsWith(one.substring(0, end + 1));
    }

    /**
     * Looks among the files that this process has open, where the system tells them, and beside the old name.
     *
     * @param key the file's own number
     * @return null: it was deleted, or is where nobody looks
     */
    public static @Nullable Path find(Path oldName, String key) {
        Path moved = first(OPEN_FILES, key, true);
        Path folder = oldName.toAbsolutePath().getParent();
        return moved != null || folder == null ? moved : first(folder, key, false);
    }

    private static @Nullable Path first(Path folder, String key, boolean links) {
        if (key.isEmpty() || !Files.isDirectory(folder)) {
            return null;
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> links ? target(path) : path)
                    .filter(path -> key(path).equals(key))
                    .findFirst()
                    .orElse(null);
        } catch (IOException e) {
            return null;
        }
    }

    private static Path target(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException e) {
            return link;
        }
    }
}
