package io.github.saddlebag.cli;

import io.github.saddlebag.source.Replay;
import io.github.saddlebag.support.LockedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends dead letters again. */
@Command(
        name = "replay",
        description = "Sends the items of a dead letter file again; those that succeed leave it.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "The file is rewritten when the run has ended: it then holds the items that failed again, and is removed",
            "where none did. A run that was stopped leaves it as it was. While another process writes the file, what",
            "is there is sent and the file stays: FILE.replayed keeps how far it came, FILE.again what failed again.",
            "A file that does not begin with a dead letter is refused; and so is an output that holds results already,",
            "unless they are those of the same run; --overwrite replaces them with the first answer.",
            "",
            "Items are older than what was sent since they failed: where the endpoint keeps the last version of an id, a",
            "newer one may be overwritten.",
            "",
            "Examples:",
            "  saddlebag replay results.jsonl.failed.jsonl --output again.jsonl --url https://api.example.com/batch",
        })
final class ReplayCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "dead letters")
    private Path file;

    @Option(
            names = "--new-keys",
            description = "new idempotency keys for all items, also where nobody knows what came of the last request")
    private boolean newKeys;

    @Mixin
    private OutputOptions output;

    @Mixin
    private EndpointOptions endpoint;

    @Override
    public Integer call() throws IOException {
        Report report = new Report(spec);
        try {
            FileChecks.checkReadable("FILE", file);
            FileChecks.checkWritable("FILE", file);
            // it is rewritten at the end: another one, given by mistake, would be lost
            FileChecks.checkDeadLetters(file);
            report.say(file + ": these items are older than what was sent since. Where the endpoint keeps the last"
                    + " version of an id, newer ones may be overwritten.");
            try (Replay replay = begin()) {
                return replay(replay, report);
            }
        } catch (UsageException e) {
            return report.usage(e);
        }
    }

    private Replay begin() throws UsageException {
        try {
            return Replay.of(file);
        } catch (LockedException e) {
            throw new UsageException("FILE " + file + ": it is being replayed by " + e.holder() + ".");
        } catch (IOException e) {
            throw new UsageException("FILE " + file + ": it cannot be replayed: " + e);
        }
    }

    private int replay(Replay replay, Report report) throws IOException, UsageException {
        Path again = replay.again();
        output.check(Map.of("FILE", file, "the dead letters", again));
        endpoint.notes().forEach(report::note);
        if (!replay.writer().isEmpty()) {
            report.say(
                    file + " is in use by " + replay.writer() + ": what is there now is sent, and the file is left as"
                            + " it is. The next replay begins behind it; what fails again is in " + again + ".");
        }
        FileRun run = output.run(again, endpoint)
                .with("saddlebag.source.dead-letters", true)
                .with("saddlebag.source.new-keys", newKeys)
                .replay(replay)
                .showProgress(report.err());
        FileRun.Result result = run.run(file);
        int status = report.of(result);
        if (result.unusable() == null
                && result.ended() == null
                && result.stopped() == null
                && result.problem() == null) {
            status = finish(run, replay, report, result, status);
        } else {
            report.summary(output.summary(), run, result, again);
        }
        run.reported();
        return status;
    }

    private int finish(FileRun run, Replay replay, Report report, FileRun.Result result, int status) {
        try {
            Replay.End end = replay.finish();
            report.summary(output.summary(), run, result, end.again());
            if (!end.told().isEmpty()) {
                report.say(end.told());
            }
            return end.isOther() ? ExitCode.BROKEN_OFF : status;
        } catch (IOException e) {
            report.say(Standalone.messageOf(e) + ": all of the dead letters were sent, and stay where they are; what"
                    + " failed again is in " + replay.again() + ".");
            return ExitCode.BROKEN_OFF;
        }
    }
}
