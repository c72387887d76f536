package io.github.saddlebag.checkpoint;

import io.github.saddlebag.output.Mark;
import io.github.saddlebag.support.MovedFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Which of an input's files it shares with others, one after the other: each appends its part, which may come in several
 * pieces where it was broken off. Of a run that was killed the last piece may be torn; it is the last in the file, and is
 * cut before anything else is written.
 *
 * @param results whether several inputs have one result file
 * @param letters whether they have one file of dead letters
 */
public record SharedFiles(boolean results, boolean letters) {

    public static final SharedFiles NONE = new SharedFiles(false, false);

    public boolean any() {
        return results || letters;
    }

    /** Cuts what a killed run has left behind its checkpoint. Nobody else writes these files meanwhile. */
    public void repair(Path checkpoint, Path resultFile, Path letterFile) throws IOException {
        Path folder = checkpoint.toAbsolutePath().getParent();
        if (!any() || folder == null || !Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "*.checkpoint")) {
            for (Path each : all) {
                repairAfter(each, resultFile, letterFile.toAbsolutePath());
            }
        }
    }

    private void repairAfter(Path checkpoint, Path resultFile, Path letterFile) throws IOException {
        Checkpoint known;
        try {
            known = CheckpointFile.read(checkpoint);
        } catch (IOException e) {
            // another file, or one of a run that had just begun
            return;
        }
        boolean sameResults = results && known.results().key().equals(MovedFile.key(resultFile));
        boolean sameLetters = letters && known.deadLetters().equals(letterFile.toString());
        if (!known.open() || !sameResults && !sameLetters) {
            return;
        }
        if (sameResults) {
            cut(resultFile, known.written().length());
        }
        if (sameLetters) {
            cut(letterFile, known.written().letterLength());
        }
        new CheckpointFile(checkpoint, known.closed().bytes(), new Disk()).close();
    }

    private static void cut(Path file, long length) throws IOException {
        if (Files.isRegularFile(file) && Files.size(file) > length) {
            try (FileChannel tail = FileChannel.open(file, StandardOpenOption.WRITE)) {
                tail.truncate(length);
                tail.force(true);
            }
        }
    }

    /** Where an input goes on: behind what is there by now. */
    public Resume behind(Resume resume, Path resultFile, Path letterFile) throws IOException {
        Mark own = resume.written();
        return new Resume(
                resume.place(),
                own.withLengths(
                        results ? size(resultFile) : own.length(), letters ? size(letterFile) : own.letterLength()));
    }

    private static long size(Path file) throws IOException {
        return Files.isRegularFile(file) ? Files.size(file) : 0;
    }
}
