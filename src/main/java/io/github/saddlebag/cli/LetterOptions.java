package io.github.saddlebag.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.progress.DeadLetters;
import io.github.saddlebag.runtime.UsageException;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which dead letters are meant; the options of the commands that read them. */
final class LetterOptions {

    @Option(
            names = "--where",
            paramLabel = "CONDITION",
            description =
                    "only those with NAME=VALUE, or NAME~TEXT for a part of the value; if repeated, all must hold")
    private List<String> where = List.of();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "only those since a time, or within a duration until now (2h)")
    private @Nullable String since;

    @Option(names = "--limit", paramLabel = "N", description = "only the first N of them")
    private long limit = Long.MAX_VALUE;

    /** Whether not all are meant. */
    boolean isAny() {
        return !where.isEmpty() || since != null || limit != Long.MAX_VALUE;
    }

    /** How many, at most. */
    long limit() throws UsageException {
        if (limit < 1) {
            throw new UsageException("--limit " + limit + ": give a number from 1.");
        }
        return limit;
    }

    Predicate<JsonNode> wanted() throws UsageException {
        Predicate<JsonNode> wanted = since == null ? letter -> true : DeadLetters.since(since, Instant.now());
        for (String condition : where) {
            wanted = wanted.and(DeadLetters.where(condition));
        }
        return wanted;
    }
}
