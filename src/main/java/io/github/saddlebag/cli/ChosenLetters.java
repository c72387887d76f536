package io.github.saddlebag.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.checkpoint.Locks;
import io.github.saddlebag.progress.DeadLetters;
import io.github.saddlebag.runtime.UsageException;
import io.github.saddlebag.source.Replay;
import io.github.saddlebag.support.LockedException;
import io.github.saddlebag.support.Replaced;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Some of the dead letters of a file, in a file of their own ({@code FILE.chosen}) while they are sent again. The file
 * itself is as it was until all of them have their fate; then those leave it that were answered. What a crash leaves is
 * gone on with: the same letters, whatever is asked for.
 */
final class ChosenLetters implements Closeable {

    private final Path file;
    private final Locks locks;
    private final boolean gone;
    private long count;

    private ChosenLetters(Path file, Locks locks) throws IOException {
        this.file = file;
        this.locks = locks;
        recover();
        this.gone = Files.exists(chosen());
    }

    /**
     * Chooses them, unless a choice is there that was not finished.
     *
     * @throws UsageException others use the file
     */
    static ChosenLetters of(Path file, Predicate<JsonNode> wanted, long limit) throws IOException, UsageException {
        Locks locks;
        try {
            // neither written nor replayed
            locks = Locks.of(Replay.progress(file), file);
        } catch (LockedException e) {
            throw new UsageException("FILE " + file + ": it is in use by " + e.holder()
                    + ", and can be replayed in part only while no other process uses it.");
        }
        if (Replay.isBegun(file)) {
            locks.close();
            throw new UsageException("FILE " + file + ": a part of it was sent already, as " + Replay.progress(file)
                    + " says. Replay the rest first, without --where, --since and --limit.");
        }
        ChosenLetters letters = new ChosenLetters(file, locks);
        if (letters.gone) {
            letters.count = lines(letters.chosen());
        } else {
            letters.choose(wanted, limit);
        }
        return letters;
    }

    private static long lines(Path file) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            return lines.lines().count();
        }
    }

    private Path beside(String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }

    /** Where the chosen letters of a file are. */
    static Path beside(Path file) {
        return file.resolveSibling(file.getFileName() + ".chosen");
    }

    /** The chosen ones. */
    Path chosen() {
        return beside(file);
    }

    /** Where those that were chosen and stay are put together with the rest. */
    private Path next() {
        return beside(".next");
    }

    private Path done() {
        return beside(".chosen.done");
    }

    long count() {
        return count;
    }

    /** Whether they were chosen by an earlier run, which did not come to its end. */
    boolean isGoneOnWith() {
        return gone;
    }

    private void choose(Predicate<JsonNode> wanted, long limit) throws IOException {
        Path temporary = beside(".chosen.tmp");
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1);
                FileOutputStream out = new FileOutputStream(temporary.toFile());
                OutputStream buffered = new BufferedOutputStream(out)) {
            for (String line = lines.readLine(); line != null && count < limit; line = lines.readLine()) {
                JsonNode letter = line.isBlank() ? null : DeadLetters.ofBytes(line);
                if (letter != null && wanted.test(letter)) {
                    write(line, buffered);
                    count++;
                }
            }
            buffered.flush();
            out.getFD().sync();
        }
        Files.move(temporary, chosen(), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void write(String line, OutputStream out) throws IOException {
        out.write(line.getBytes(StandardCharsets.ISO_8859_1));
        out.write('\n');
    }

    /** None were sent. */
    void forget() throws IOException {
        Files.deleteIfExists(chosen());
    }

    /**
     * All of them were sent: they leave the file, but for those that failed again.
     *
     * @param again these, if it is there
     */
    void finish(Path again) throws IOException {
        try (BufferedReader all = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1);
                BufferedReader sent = Files.newBufferedReader(chosen(), StandardCharsets.ISO_8859_1);
                FileOutputStream out = new FileOutputStream(next().toFile());
                OutputStream buffered = new BufferedOutputStream(out)) {
            @Nullable String leaves = sent.readLine();
            for (String line = all.readLine(); line != null; line = all.readLine()) {
                if (line.equals(leaves)) {
                    leaves = sent.readLine();
                } else {
                    write(line, buffered);
                }
            }
            if (Files.exists(again)) {
                try (BufferedReader failed = Files.newBufferedReader(again, StandardCharsets.ISO_8859_1)) {
                    for (String line = failed.readLine(); line != null; line = failed.readLine()) {
                        write(line, buffered);
                    }
                }
            }
            buffered.flush();
            out.getFD().sync();
        }
        // from here on what comes next is the file
        Files.move(chosen(), done(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        recover();
    }

    /** What a crash left between two steps. */
    private void recover() throws IOException {
        if (!Files.exists(done())) {
            return;
        }
        if (Files.exists(next())) {
            if (Files.size(next()) == 0) {
                Files.deleteIfExists(file);
                Files.delete(next());
            } else {
                Replaced.by(next(), file);
            }
        }
        Files.deleteIfExists(beside(".chosen.again"));
        Files.deleteIfExists(beside(".chosen.replayed"));
        Files.delete(done());
    }

    @Override
    public void close() throws IOException {
        locks.close();
    }
}
