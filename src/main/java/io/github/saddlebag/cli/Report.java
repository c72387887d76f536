package io.github.saddlebag.cli;

import io.github.saddlebag.check.Cures;
import io.github.saddlebag.progress.DeadLetters;
import io.github.saddlebag.progress.FileRun;
import io.github.saddlebag.progress.Progress;
import io.github.saddlebag.progress.RunNumbers;
import io.github.saddlebag.progress.Stopwatch;
import io.github.saddlebag.progress.Summary;
import io.github.saddlebag.runtime.ExitCode;
import io.github.saddlebag.stats.Reason;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;

/** What a command that ends by itself says at its end, and its exit status. */
final class Report {

    /** How a run is summed up, as {@code --summary} has it. */
    enum Form {
        text,
        json,
        none
    }

    /** So many reasons are told at the end of a run. */
    private static final int REASONS = 5;

    /** By which a reason says itself what helps. */
    private static final Pattern OWN_CURE = Pattern.compile("\\. (Try|Say where|If) | --[a-z]");

    private final CommandSpec spec;
    private final Stopwatch stopwatch = new Stopwatch();

    private String mode = "batch";

    Report(CommandSpec spec) {
        this.spec = spec;
    }

    /** In which mode the endpoint is called: what helps depends on it. */
    void mode(String newMode) {
        mode = newMode;
    }

    PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** The first request was not answered: somebody who waits should know what may be wrong. */
    void doubt(String reason) {
        say(Cures.with(reason, mode) + " It is sent again.");
    }

    /** The last line on stdout is the summary, whatever happened; everything else is said on stderr. */
    int of(FileRun.Result result) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(stopwatch.summary(result.items(), result.before(), result.failed(), result.resumed()));
        out.flush();
        return status(result);
    }

    private int status(FileRun.Result result) {
        if (result.unusable() != null) {
            say(
                    Cures.with(result.unusable(), mode)
                            + " All first requests ended like this, and nothing was written. --keep-going continues all the same.");
            return ExitCode.UNUSABLE_ENDPOINT;
        }
        if (result.ended() != null) {
            say(result.ended() + ". The run ends here, and no item fails because of this." + leftover(result)
                    + " --keep-going continues all the same."
                    + Cures.of(result.ended(), mode).map(cure -> " " + cure).orElse(""));
            return ExitCode.UNUSABLE_ENDPOINT;
        }
        if (result.stopped() != null) {
            say(result.stopped() + leftover(result));
            return ExitCode.STOPPED;
        }
        if (result.problem() != null) {
            say(result.problem());
            if (!result.begun()) {
                return ExitCode.USAGE;
            }
            say(
                    result.inputChanged()
                            ? "the results are those of what was read; the same command is refused now, and"
                                    + " --overwrite does the file that is there."
                            : "it ends here." + leftover(result));
            return ExitCode.BROKEN_OFF;
        }
        if (result.resumed()) {
            say("all " + result.items() + " items were done before, and nothing was sent: the run is finished."
                    + " --overwrite does it again.");
        }
        return result.failed() > 0 ? ExitCode.SOME_FAILED : ExitCode.OK;
    }

    /**
     * What the run did, in numbers, and why items failed.
     *
     * @param letters where its dead letters are
     */
    void summary(Form form, FileRun run, FileRun.Result result, Path letters) {
        RunNumbers numbers = run.numbers();
        boolean there = result.failed() > 0 && Files.exists(letters);
        List<DeadLetters.Group> failures = there && form != Form.none ? failures(letters) : List.of();
        if (form == Form.json) {
            if (numbers != null) {
                Path found = there ? letters : null;
                err().println(new Summary(result, numbers).json(stopwatch.seconds(), failures, found));
                err().flush();
            }
            return;
        }
        boolean began = result.problem() == null || result.begun();
        if (form == Form.text && numbers != null && began && !result.resumed()) {
            say(Progress.text("%,d items in %.1f s.", result.items(), stopwatch.seconds()));
            new Summary(result, numbers).text().forEach(err()::println);
        }
        if (result.failed() > 0) {
            say(result.failed() + " of " + result.items() + " items failed; "
                    + (there
                            ? letters + " has them, each with its reason."
                            : "their dead letters are not there any more."));
        }
        if (there && form == Form.text) {
            reasons(failures, letters);
        }
        err().flush();
    }

    private List<DeadLetters.Group> failures(Path letters) {
        try {
            return new DeadLetters(letters).groups("reason", letter -> true);
        } catch (IOException e) {
            say(letters + " cannot be read: " + e);
            return List.of();
        }
    }

    private void reasons(List<DeadLetters.Group> groups, Path letters) {
        for (DeadLetters.Group group : groups.subList(0, Math.min(REASONS, groups.size()))) {
            err().println(DeadLettersCommand.line(group));
            Reason kind = group.kind();
            String general = kind == null ? "" : kind.cure();
            boolean isAllOfIt = kind == Reason.UNAUTHORIZED || kind == Reason.NOT_FOUND;
            boolean isSaid = kind == Reason.INVALID_ITEM
                    && OWN_CURE.matcher(group.name()).find();
            String cure = isAllOfIt ? general : Cures.of(group.name(), mode).orElse(isSaid ? "" : general);
            if (!cure.isEmpty()) {
                err().println("          " + cure);
            }
        }
        if (groups.size() > REASONS) {
            err().println("          and " + (groups.size() - REASONS) + " more reasons: saddlebag dead-letters "
                    + letters);
        }
        err().println("          Sent again by: saddlebag replay " + letters + " --output FILE --url URL");
    }

    private static String leftover(FileRun.Result result) {
        return Progress.text(
                " The results of %d items are written%s, %d items in flight are left for the next start. %s",
                result.items(),
                result.kept() == 0
                        ? ""
                        : ", " + result.kept() + (result.kept() == 1 ? " answer is" : " answers are")
                                + " kept for their turn",
                result.givenBack(),
                result.resumable() ? "The same command resumes from here." : "The same command starts afresh.");
    }

    void say(String message) {
        say(spec, message);
    }

    /** Has a signal end what is under way, and says so before and after. */
    static void onSignal(CommandSpec spec, String stopping, Runnable close) {
        Runnable hook = () -> {
            say(spec, stopping);
            close.run();
            say(spec, "stopped.");
        };
        Runtime.getRuntime().addShutdownHook(new Thread(hook, "saddlebag-signal"));
    }

    /** What a command says besides its results. */
    static void say(CommandSpec spec, String message) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("saddlebag " + spec.name() + ": " + message);
        err.flush();
    }
}
