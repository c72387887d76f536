package io.github.saddlebag.source;

import io.github.saddlebag.checkpoint.Checkpoint;
import io.github.saddlebag.checkpoint.CheckpointFile;
import io.github.saddlebag.checkpoint.Earlier;
import io.github.saddlebag.checkpoint.Resume;
import io.github.saddlebag.checkpoint.SharedFiles;
import io.github.saddlebag.output.AsideName;
import io.github.saddlebag.output.KeptBlocks;
import io.github.saddlebag.unpack.UnreadableInputException;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides how a run begins with files that are there: it goes on with its own, and destroys those of nobody else.
 *
 * @param results null: standard output
 * @param checkpoint null: none is kept
 * @param done where the input is moved to at its end
 * @param shared which of them are appended to, whosever they are
 */
public record Outputs(
        @Nullable Path results, Path deadLetters, @Nullable Path checkpoint, Path done, SharedFiles shared) {

    private static final Logger LOG = LoggerFactory.getLogger(Outputs.class);

    /**
     * How it begins.
     *
     * @param finished whether all of it was done before
     * @param replaced what is to be emptied with the first answer
     */
    record Start(Resume resume, boolean finished, List<Path> replaced) {

        /** Empties, in place, what is to be replaced; links, owner and mode stay. */
        void replace(@Nullable Path oldCheckpoint) throws IOException {
            if (oldCheckpoint != null) {
                // it would otherwise vouch for what is gone
                CheckpointFile.delete(oldCheckpoint);
            }
            for (Path file : replaced) {
                try (FileChannel old = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    old.truncate(0);
                }
            }
        }
    }

    /**
     * @param earlier what an earlier run has left
     * @param keepLetters whether dead letters that are there belong to it in any case
     * @throws UnreadableInputException there are files of another run
     */
    Start start(Existing existing, Earlier earlier, boolean keepLetters) throws IOException {
        boolean goesOn = switch (earlier.kind()) {
            case UNFINISHED -> existing != Existing.ANEW;
            case FINISHED, GROWN -> !existing.replaces();
            default -> false;
        };
        if (goesOn) {
            Resume resume = earlier.resume();
            boolean finished = earlier.kind() == Earlier.Kind.FINISHED;
            if (!finished && resume.written().items() > 0) {
                LOG.info(
                        "{}: {} items were done before, {} of them failed; it resumes after line {}.",
                        checkpoint == null ? "" : checkpoint.getFileName(),
                        resume.written().items(),
                        resume.written().failed(),
                        resume.place().line());
            }
            return new Start(resume, finished, List.of());
        }
        List<Path> foreign = new ArrayList<>();
        if (hasBytes(results) && !shared.results()) {
            foreign.add(results);
        }
        if (hasBytes(deadLetters) && !shared.letters() && !keepLetters && !earlier.ownLetters()) {
            foreign.add(deadLetters);
        }
        if (existing.replaces()) {
            return new Start(Resume.ANEW, false, foreign);
        }
        if (existing == Existing.ASIDE && earlier.kind() == Earlier.Kind.OTHER) {
            writeWhatIsKept();
        }
        if (!foreign.isEmpty()) {
            String why = earlier.why().isEmpty() ? "they are not of this run" : earlier.why();
            if (existing == Existing.REFUSE) {
                throw refused(foreign.get(0), why);
            }
            aside(why);
        }
        deleteCheckpoint();
        return new Start(Resume.ANEW, false, List.of());
    }

    /** What another input had answered, and kept for its turn, which never comes now: it is written behind the rest. */
    private void writeWhatIsKept() throws IOException {
        if (checkpoint == null || results == null || !Files.isRegularFile(results)) {
            return;
        }
        Checkpoint known = CheckpointFile.read(checkpoint);
        KeptBlocks kept = new KeptBlocks(KeptBlocks.beside(checkpoint), Long.MAX_VALUE);
        kept.open(known.written());
        try (kept;
                OutputStream lines = new BufferedOutputStream(Files.newOutputStream(
                        results, StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.SYNC));
                ByteArrayOutputStream letters = new ByteArrayOutputStream()) {
            kept.drain(lines, letters);
            if (letters.size() > 0) {
                Files.write(
                        deadLetters,
                        letters.toByteArray(),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND,
                        StandardOpenOption.SYNC);
            }
        }
    }

    /** What is kept is looked for only where there is a checkpoint: the folder may be large. */
    private void deleteCheckpoint() throws IOException {
        if (checkpoint != null && Files.exists(checkpoint)) {
            KeptBlocks.delete(KeptBlocks.beside(checkpoint));
            CheckpointFile.delete(checkpoint);
        }
    }

    private UnreadableInputException refused(Path file, String why) {
        boolean letters = file.equals(deadLetters);
        return new UnreadableInputException((letters ? "--dead-letters " : "--output ") + file + ": it holds "
                + (letters ? "dead letters" : "results") + " already, which would be lost (" + why
                + "); name another file, move this one away, or replace it with --overwrite.");
    }

    private static boolean hasBytes(@Nullable Path file) throws IOException {
        return file != null && Files.isRegularFile(file) && Files.size(file) > 0;
    }

    /** Results of another input of the same name get the time behind their names, and so does that input. */
    private void aside(String why) throws IOException {
        deleteCheckpoint();
        List<Path> files = new ArrayList<>(List.of(deadLetters, done));
        if (results != null) {
            files.add(results);
        }
        files.removeIf(Files::notExists);
        String time = AsideName.time(Instant.now());
        for (Path file : files) {
            Files.move(file, AsideName.of(file, time));
        }
        LOG.info("{}: {}; moved aside, with .{} behind their names.", files.get(files.size() - 1), why, time);
    }

    /** Moves a file out of the way, if there is one. */
    public static void makeRoom(Path file) throws IOException {
        if (Files.exists(file)) {
            Files.move(file, AsideName.of(file, AsideName.time(Instant.now())));
        }
    }
}
