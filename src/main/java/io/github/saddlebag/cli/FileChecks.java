package io.github.saddlebag.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** What can be said of files before a run begins. */
final class FileChecks {

    private FileChecks() {}

    static void checkReadable(String option, Path path) throws UsageException {
        if (!Files.exists(path)) {
            throw new UsageException(option + " " + path + ": there is no such file.");
        }
        if (Files.isDirectory(path) || !Files.isReadable(path)) {
            throw new UsageException(option + " " + path + ": it is not a file that can be read.");
        }
    }

    static void checkWritable(String option, Path path) throws UsageException {
        Path folder = path.toAbsolutePath().getParent();
        if (Files.isDirectory(path) || Files.exists(path) && !Files.isWritable(path)) {
            throw new UsageException(option + " " + path + ": it is not a file that can be written.");
        }
        if (folder != null && !Files.isWritable(folder)) {
            throw new UsageException(
                    option + " " + path + ": the folder " + folder + " is not there or cannot be written.");
        }
    }
}
