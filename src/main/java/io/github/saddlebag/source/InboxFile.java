package io.github.saddlebag.source;

import java.nio.file.Path;

/**
 * A file of the inbox.
 *
 * @param root the inbox
 * @param name its path below the inbox, with {@code /} between folders
 * @param modified when it was changed last, in milliseconds; 0 where nobody asked
 */
public record InboxFile(Path root, Path path, String name, long modified) {

    /** Where it belongs within a folder of the inbox. */
    public Path in(String folder) {
        return root.resolve(folder).resolve(root.relativize(path));
    }
}
