package io.github.saddlebag.source;

import io.github.saddlebag.checkpoint.Locks;
import io.github.saddlebag.checkpoint.SharedFiles;
import io.github.saddlebag.setting.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files that the outcomes of an input go to.
 *
 * @param results null: standard output
 * @param shared which of them other inputs write to as well
 */
record RunFiles(@Nullable Path results, Path deadLetters, SharedFiles shared) {

    /** Opens a run. */
    @FunctionalInterface
    interface Opening {
        Run run() throws IOException;
    }

    /**
     * Those of an input, which are none of the files that it is read from.
     *
     * @throws IllegalArgumentException one of them would overwrite another
     */
    static RunFiles of(RunSettings settings, String name, List<Path> inputs, SharedFiles shared) throws IOException {
        Path results = settings.resultPath(name);
        Path deadLetters = settings.deadLetterPath(name);
        for (Path input : inputs) {
            String what = (inputs.size() == 1 ? "the" : "an") + " input, which would be lost";
            checkApart("deliver.file", results, input, what);
            checkApart("dead-letter.file", deadLetters, input, what);
        }
        checkApart("dead-letter.file", deadLetters, results, "the result file too");
        return new RunFiles(results, deadLetters, shared);
    }

    private static void checkApart(String property, @Nullable Path file, @Nullable Path other, String what)
            throws IOException {
        if (file == null || other == null) {
            return;
        }
        boolean same = Files.exists(file) && Files.exists(other)
                ? Files.isRegularFile(file) && Files.isSameFile(file, other)
                : file.toAbsolutePath()
                        .normalize()
                        .equals(other.toAbsolutePath().normalize());
        if (same) {
            throw Setting.bad(property, file.toString(), "it is " + what + ". Name another file.");
        }
    }

    /** Where it is told how far an input has come; null: nowhere. */
    @Nullable
    Path checkpoint(String name) {
        return results == null
                ? null
                : results.resolveSibling(
                        results.getFileName() + (shared.results() ? "." + name.replace('/', '_') : "") + ".checkpoint");
    }

    /** Whether an earlier run has left results. */
    boolean hasResults() {
        return results != null && Files.isRegularFile(results);
    }

    /** Opens a run that keeps others away from them until it is over. */
    Run locked(Opening opening) throws IOException {
        Locks locks = Locks.of(results, deadLetters);
        try {
            return opening.run().holding(locks);
        } catch (IOException | RuntimeException e) {
            locks.close();
            throw e;
        }
    }
}
