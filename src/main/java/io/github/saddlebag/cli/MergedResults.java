package io.github.saddlebag.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.saddlebag.runtime.UsageException;
import io.github.saddlebag.support.LockedException;
import io.github.saddlebag.support.PathLock;
import io.github.saddlebag.support.Replaced;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Puts the results of a replay in the place of the errors of an earlier run. A dead letter says in which line its item
 * stood; where that of the results is another one's, as blank lines of the input have none, it is the next error of the
 * same id. The file is written anew and renamed, or stays as it was.
 */
final class MergedResults {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path results;
    private long replaced;
    private @Nullable String letter;
    private @Nullable String fresh;
    private long line;

    MergedResults(Path results) {
        this.results = results;
    }

    /** @throws UsageException it does not begin with a result line */
    void check() throws UsageException, IOException {
        FileChecks.checkReadable("--merge-into", results);
        FileChecks.checkWritable("--merge-into", results);
        try (BufferedReader lines = Files.newBufferedReader(results, StandardCharsets.ISO_8859_1)) {
            String first = lines.readLine();
            JsonNode node = first == null ? null : node(first);
            if (node == null || !node.has("id") || !node.has("result") && !node.has("error")) {
                throw new UsageException(
                        "--merge-into " + results
                                + ": line 1 is no result, which has an id and a result or an error. Only JSON lines are merged into.");
            }
        }
    }

    /** @throws UsageException somebody writes the file, or merges into it */
    PathLock lock() throws UsageException, IOException {
        try {
            return PathLock.of(results);
        } catch (LockedException e) {
            throw new UsageException("--merge-into " + results + ": it is in use by " + e.holder()
                    + ", and results can be merged only while it is not.");
        }
    }

    private static @Nullable JsonNode node(String latin) {
        try {
            JsonNode node = JSON.readTree(latin.getBytes(StandardCharsets.ISO_8859_1));
            return node.isObject() ? node : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** How many were replaced. */
    long replaced() {
        return replaced;
    }

    /**
     * Merges.
     *
     * @param letters those that were sent
     * @param output what came of them, a line for each in the same order
     * @throws UsageException there is no place for one of them, and nothing was changed
     */
    void take(Path letters, Path output) throws IOException, UsageException {
        Path temporary = results.resolveSibling(results.getFileName() + ".merged");
        if (!merge(letters, output, temporary, true) && !merge(letters, output, temporary, false)) {
            Files.delete(temporary);
            throw new UsageException("--merge-into " + results + ": it has no error for the dead letter of line " + line
                    + ", or the letters are in another order than the results. It is as it was; the new results are in "
                    + output + '.');
        }
        Replaced.by(temporary, results);
    }

    /** @param exact whether only the line counts that the letter names; whether all had a place is said */
    private boolean merge(Path letters, Path output, Path temporary, boolean exact) throws IOException {
        replaced = 0;
        line = 0;
        try (BufferedReader sent = Files.newBufferedReader(letters, StandardCharsets.ISO_8859_1);
                BufferedReader came = Files.newBufferedReader(output, StandardCharsets.ISO_8859_1);
                BufferedReader before = Files.newBufferedReader(results, StandardCharsets.ISO_8859_1);
                FileOutputStream out = new FileOutputStream(temporary.toFile());
                OutputStream buffered = new BufferedOutputStream(out)) {
            next(sent, came);
            long number = 0;
            for (String old = before.readLine(); old != null; old = before.readLine()) {
                number++;
                String mine = fresh;
                if (mine != null && isPlace(old, number, exact)) {
                    buffered.write((mine + '\n').getBytes(StandardCharsets.ISO_8859_1));
                    replaced += old.equals(mine) ? 0 : 1;
                    next(sent, came);
                } else {
                    buffered.write((old + '\n').getBytes(StandardCharsets.ISO_8859_1));
                }
            }
            buffered.flush();
            out.getFD().sync();
        }
        return fresh == null;
    }

    private void next(BufferedReader sent, BufferedReader came) throws IOException {
        letter = sent.readLine();
        while (letter != null && letter.isBlank()) {
            letter = sent.readLine();
        }
        fresh = letter == null ? null : came.readLine();
        JsonNode node = letter == null ? null : node(letter);
        line = node == null ? 0 : node.path("line").asLong();
    }

    private boolean isPlace(String old, long number, boolean exact) {
        if (old.equals(fresh)) {
            // of an earlier merge, which a crash ended
            return true;
        }
        JsonNode was = node(old);
        JsonNode is = fresh == null ? null : node(fresh);
        return was != null
                && is != null
                && was.has("error")
                && was.path("id").equals(is.path("id"))
                && (!exact || line == number);
    }
}
