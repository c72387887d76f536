package io.github.saddlebag.support;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Forces the names in a folder to the disk: a file that was forced may lose its name all the same. */
public final class FolderSync {

    /** What file systems say that have nothing of the kind. */
    private static final Set<String> CANNOT =
            Set.of("Invalid argument", "Operation not supported", "Function not implemented", "Bad file descriptor");

    private FolderSync() {}

    /** Makes a folder, and those above it, whose names are on the disk then. A link to a folder is one. */
    public static Path made(Path folder) throws IOException {
        Path above = folder.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder) && above != null) {
            made(above);
            Files.createDirectories(folder);
            of(folder);
        }
        return folder;
    }

    /**
     * Returns once the name of this file, or that it has none any more, outlives a loss of power.
     *
     * @throws IOException the disk failed
     */
    public static void of(Path file) throws IOException {
        FileChannel opened;
        try {
            opened = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ);
        } catch (IOException e) {
            // systems that open no folders keep their names by themselves
            return;
        }
        try (opened) {
            opened.force(true);
        } catch (IOException e) {
            if (!CANNOT.contains(String.valueOf(e.getMessage()))) {
                throw e;
            }
        }
    }
}
