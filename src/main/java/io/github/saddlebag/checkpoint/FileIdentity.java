package io.github.saddlebag.checkpoint;

import io.github.saddlebag.support.MovedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * By what a file is known again.
 *
 * @param key the file's own number in its file system; empty: the system has none
 * @param modified when it was changed last, in milliseconds
 */
public record FileIdentity(String key, long size, long modified) {

    public static FileIdentity of(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new FileIdentity(
                MovedFile.key(attributes),
                attributes.size(),
                attributes.lastModifiedTime().toMillis());
    }
}
