package io.github.saddlebag.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/** What a command that ends by itself says at its end, and its exit status. */
final class Report {

    private final CommandSpec spec;
    private final Stopwatch stopwatch = new Stopwatch();

    Report(CommandSpec spec) {
        this.spec = spec;
    }

    PrintWriter err() {
        return spec.commandLine().getErr();
    }

    int usage(UsageException e) {
        say(e.text());
        return ExitCode.USAGE;
    }

    /** The last line on stdout is the summary, whatever happened; everything else is said on stderr. */
    int of(FileRun run, FileRun.Result result) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(stopwatch.summary(result.items(), result.failed()));
        out.flush();
        int status = status(result);
        run.reported();
        return status;
    }

    private int status(FileRun.Result result) {
        if (result.unusable() != null) {
            say(result.unusable()
                    + ". So did all first calls: the endpoint is of no use, nothing was done. --keep-going tries on.");
            return ExitCode.UNUSABLE_ENDPOINT;
        }
        if (result.stopped() != null) {
            say(result.stopped() + " The results of " + result.items() + " items are written.");
        }
        if (result.problem() != null) {
            say(result.problem());
            return ExitCode.USAGE;
        }
        return result.failed() > 0 ? ExitCode.SOME_FAILED : ExitCode.OK;
    }

    private void say(String message) {
        err().println("saddlebag " + spec.name() + ": " + message);
        err().flush();
    }
}
