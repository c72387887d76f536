package io.github.saddlebag.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.progress.DeadLetters;
import io.github.saddlebag.runtime.ExitCode;
import io.github.saddlebag.runtime.UsageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows why items failed. */
@Command(
        name = "dead-letters",
        description = "Shows why items failed: counts their dead letters by reason, or prints those that you select.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Reasons that differ only in numbers, in quoted words or in the place of the item count as one.",
            "",
            "Examples:",
            "  saddlebag dead-letters results.jsonl.failed.jsonl",
            "  saddlebag dead-letters results.jsonl.failed.jsonl --by status --since 2h",
            "  saddlebag dead-letters results.jsonl.failed.jsonl --where reason~timeout --print > timeouts.jsonl",
        })
final class DeadLettersCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "dead letters")
    private Path file;

    @Option(
            names = "--by",
            paramLabel = "NAME",
            defaultValue = "reason",
            description = "count them by reason (default), status, url, source or another member")
    private String by;

    @Mixin
    private LetterOptions letters;

    @Option(names = "--print", description = "prints the letters themselves, as replay takes them")
    private boolean print;

    @Override
    public Integer call() throws IOException, UsageException {
        FileChecks.checkReadable("FILE", file);
        FileChecks.checkDeadLetters(file);
        DeadLetters.known("--by " + by, by);
        show(new DeadLetters(file), letters.wanted(), letters.limit());
        return ExitCode.OK;
    }

    private void show(DeadLetters letters, Predicate<JsonNode> wanted, long limit) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (print) {
            letters.choose(wanted, limit, line -> out.print(line + '\n'));
            out.flush();
            return;
        }
        print(out, file, letters.groups(by, wanted), limit, "");
    }

    /** How many there are, and why, up to so many groups. */
    static void print(PrintWriter out, Path file, List<DeadLetters.Group> groups, long limit, String end) {
        long count = groups.stream().mapToLong(DeadLetters.Group::count).sum();
        out.println(file + ": " + (count == 1 ? "1 dead letter" : count + " dead letters") + end);
        groups.stream().limit(limit).map(DeadLettersCommand::line).forEach(out::println);
        out.flush();
    }

    /** How many, why, and which one for example. */
    static String line(DeadLetters.Group group) {
        return String.format(
                Locale.ROOT,
                "%,8d  %s  (%s)",
                group.count(),
                group.name().isEmpty() ? "(none)" : group.name(),
                group.count() == 1 ? group.example() : "such as " + group.example());
    }
}
