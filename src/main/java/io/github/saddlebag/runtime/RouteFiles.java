package io.github.saddlebag.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of a folder of routes. Editors leave others beside them, whose names begin with a full stop. */
final class RouteFiles {

    private RouteFiles() {}

    /** @param folder null: there is none */
    static List<Path> of(@Nullable Path folder) throws UsageException {
        try (Stream<Path> all = folder == null ? Stream.empty() : Files.list(folder)) {
            return all.filter(f -> f.getFileName().toString().matches("[^.].*\\.yaml") && Files.isRegularFile(f))
                    .toList();
        } catch (IOException e) {
            throw new UsageException(folder + ": it cannot be read.");
        }
    }

    /** @throws UsageException one of them cannot be read; the message names it */
    static void check(@Nullable Path folder) throws UsageException {
        for (Path file : of(folder)) {
            PropertySources.text(file);
        }
    }
}
