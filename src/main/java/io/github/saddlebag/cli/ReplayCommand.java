package io.github.saddlebag.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.progress.DeadLetters;
import io.github.saddlebag.progress.FileRun;
import io.github.saddlebag.runtime.ExitCode;
import io.github.saddlebag.runtime.Standalone;
import io.github.saddlebag.runtime.UsageException;
import io.github.saddlebag.source.Replay;
import io.github.saddlebag.support.LockedException;
import io.github.saddlebag.support.PathLock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends dead letters again. */
@Command(
        name = "replay",
        description = "Sends the items of a dead-letter file again, and removes those that succeed from it.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The file is rewritten at the end of the run: it then holds the items that failed again, and is removed",
            "if there are none. A stopped run leaves it as it was. If another process writes the file, its present",
            "content is sent and the file stays: FILE.replayed records the progress, FILE.again what failed again.",
            "A file that does not begin with a dead letter is refused, and so is an output that has results already,",
            "unless they are of the same run; --overwrite replaces them when the first answer arrives.",
            "",
            "--where, --since and --limit select dead letters. Those that are answered are removed from the file; the",
            "others stay. --merge-into needs dead letters in the order of the results, as a run writes them.",
            "",
            "Items are older than what was sent since they failed: if the endpoint keeps the last version of an id, a",
            "newer one may be overwritten.",
            "",
            "Examples:",
            "  saddlebag replay results.jsonl.failed.jsonl --output again.jsonl --url https://api.example.com/batch",
            "  saddlebag replay results.jsonl.failed.jsonl --where reason~timeout --since 2h --dry-run",
            "  saddlebag replay results.jsonl.failed.jsonl --merge-into results.jsonl --url https://api.example.com/batch",
        })
final class ReplayCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "dead letters")
    private Path file;

    @Option(
            names = "--new-keys",
            description = "new idempotency keys for all items, even if the result of the last request is unknown")
    private boolean newKeys;

    @Mixin
    private LetterOptions letters;

    @Option(names = "--dry-run", description = "say what would be sent, and send nothing")
    private boolean dryRun;

    @Option(
            names = "--merge-into",
            paramLabel = "RESULTS",
            description = "replace the errors of an earlier run by the results; instead of --output")
    private @Nullable Path mergeInto;

    @Mixin
    private OutputOptions output;

    @Mixin
    private EndpointOptions endpoint;

    @Override
    public Integer call() throws IOException, UsageException {
        Report report = new Report(spec);
        FileChecks.checkReadable("FILE", file);
        FileChecks.checkWritable("FILE", file);
        // by whatever name it is given: a link stays one, and what is beside the file is beside it
        file = PathLock.real(file);
        // it is rewritten at the end: another one, given by mistake, would be lost
        FileChecks.checkDeadLetters(file);
        Predicate<JsonNode> wanted = letters.wanted();
        long limit = letters.limit();
        if (dryRun) {
            return show(wanted, limit);
        }
        try (Closeable merging = checkOutput()) {
            report.say(
                    Files.size(file) == 0
                            ? file + " has no dead letters, so nothing is sent. Those of a run are in its output's name"
                                    + " and .failed.jsonl, unless --dead-letters named another file."
                            : file
                                    + ": these items are older than what was sent since. Where the endpoint keeps the last"
                                    + " version of an id, newer ones may be overwritten.");
            return letters.isAny() || Files.exists(ChosenLetters.beside(file))
                    ? some(wanted, limit, report)
                    : all(report);
        }
    }

    /** Lets go of what it writes to. */
    private Closeable checkOutput() throws IOException, UsageException {
        if (mergeInto == null) {
            output.required(spec);
            return () -> {};
        }
        new MergedResults(mergeInto).check();
        mergeInto = PathLock.real(mergeInto);
        output.into(mergeInto.resolveSibling(mergeInto.getFileName() + ".replay"));
        return new MergedResults(mergeInto).lock();
    }

    private int all(Report report) throws IOException, UsageException {
        try (Replay replay = begin(file)) {
            if (mergeInto != null && !replay.writer().isEmpty()) {
                throw new UsageException("FILE " + file + ": it is in use by " + replay.writer()
                        + ", and results can be merged only while it is not.");
            }
            return replay(replay, file, null, report);
        }
    }

    private int some(Predicate<JsonNode> wanted, long limit, Report report) throws IOException, UsageException {
        try (ChosenLetters chosen = ChosenLetters.of(file, wanted, limit)) {
            if (chosen.isGoneOnWith()) {
                report.say(chosen.chosen() + " has the " + chosen.count()
                        + " dead letters of a replay that was interrupted, which is resumed.");
            } else {
                report.say(chosen.count() + " dead letters of " + file + " are sent; the others stay.");
            }
            if (chosen.count() == 0) {
                chosen.forget();
                return ExitCode.OK;
            }
            try (Replay replay = begin(chosen.chosen())) {
                return replay(replay, chosen.chosen(), chosen, report);
            }
        }
    }

    /** What would be sent, by its reasons. */
    private int show(Predicate<JsonNode> wanted, long limit) throws IOException {
        long[] left = {limit};
        List<DeadLetters.Group> groups =
                new DeadLetters(file).groups("reason", letter -> wanted.test(letter) && left[0]-- > 0);
        DeadLettersCommand.print(spec.commandLine().getOut(), file, groups, groups.size(), " would be sent");
        return ExitCode.OK;
    }

    private Replay begin(Path sent) throws UsageException {
        try {
            return Replay.of(sent);
        } catch (LockedException e) {
            throw new UsageException("FILE " + file + ": it is being replayed by " + e.holder() + ".");
        } catch (IOException e) {
            throw new UsageException("FILE " + file + ": it cannot be replayed: " + Standalone.messageOf(e));
        }
    }

    private int replay(Replay replay, Path sent, @Nullable ChosenLetters chosen, Report report)
            throws IOException, UsageException {
        Path again = replay.again();
        output.check(Map.of("FILE", file, "the dead letters", again));
        report.mode(endpoint.mode());
        endpoint.notes().forEach(report::say);
        if (!replay.writer().isEmpty()) {
            report.say(
                    file + " is in use by " + replay.writer() + ": what is there now is sent, and the file is left as"
                            + " it is. The next replay begins behind it; what fails again is in " + again + ".");
        }
        FileRun run = output.run(again, endpoint)
                .with("saddlebag.source.dead-letters", true)
                .with("saddlebag.source.new-keys", newKeys)
                .replay(replay)
                .showProgress(report.err())
                .doubts(report::doubt);
        if (mergeInto != null) {
            run.with("saddlebag.deliver.ordered", true)
                    .with("saddlebag.deliver.format", "jsonl")
                    .with("saddlebag.deliver.only", "all");
        }
        boolean merged = false;
        FileRun.Result result = run.run(sent);
        int status = report.of(result);
        if (result.unusable() == null
                && result.ended() == null
                && result.stopped() == null
                && result.problem() == null) {
            if (mergeInto != null) {
                merge(sent, report);
                merged = true;
            }
            status = finish(run, replay, chosen, report, result, status);
        } else {
            report.summary(output.summary(), run, result, again);
        }
        run.reported();
        if (merged) {
            output.remove();
        }
        return status;
    }

    private void merge(Path sent, Report report) throws IOException, UsageException {
        MergedResults merged = new MergedResults(Objects.requireNonNull(mergeInto));
        merged.take(sent, output.path());
        report.say(merged.replaced() + " lines of " + mergeInto + " are replaced.");
    }

    private int finish(
            FileRun run,
            Replay replay,
            @Nullable ChosenLetters chosen,
            Report report,
            FileRun.Result result,
            int status) {
        try {
            if (chosen != null) {
                chosen.finish(replay.again());
                report.summary(output.summary(), run, result, file);
                return status;
            }
            Replay.End end = replay.finish();
            report.summary(output.summary(), run, result, end.again());
            if (!end.told().isEmpty()) {
                report.say(end.told());
            }
            return end.isOther() ? ExitCode.BROKEN_OFF : status;
        } catch (IOException e) {
            report.say(Standalone.messageOf(e) + ": all of the " + (chosen == null ? "" : "chosen ")
                    + "dead letters were sent, and stay where they are; what failed again is in " + replay.again()
                    + ".");
            return ExitCode.BROKEN_OFF;
        }
    }
}
