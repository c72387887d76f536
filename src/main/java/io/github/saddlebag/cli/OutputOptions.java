package io.github.saddlebag.cli;

import io.github.saddlebag.source.Existing;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where results go, and how; the options of every command that ends by itself. */
final class OutputOptions {

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "result lines; - for stdout")
    private String output;

    @Option(names = "--as-completed", description = "write results as they come, not in the order of the input")
    private boolean asCompleted;

    @Option(names = "--details", description = "add success, status, url and attempts to each result line")
    private boolean details;

    @Option(
            names = "--overwrite",
            description = "begin anew, and replace results and dead letters that are there with the first answer;"
                    + " an unfinished run of the same command is gone on with")
    private boolean overwrite;

    @Option(
            names = "--keep-going",
            description = "go on even where all first calls, or 20 in a row, say that the endpoint is of no use")
    private boolean keepGoing;

    /** @param others the other files of the run, each with the option that names it */
    void check(Map<String, Path> others) throws UsageException {
        if (output.equals("-")) {
            return;
        }
        FileChecks.checkWritable("--output", Path.of(output));
        for (Map.Entry<String, Path> other : others.entrySet()) {
            FileChecks.checkOther("--output", Path.of(output), other.getKey(), other.getValue());
        }
    }

    /** The dead letters' file where none is named. */
    Path deadLetters() {
        return Path.of(output.equals("-") ? "saddlebag.failed.jsonl" : output + ".failed.jsonl");
    }

    FileRun run(Path letters, EndpointOptions endpoint) throws UsageException {
        FileRun run = new FileRun(output, letters)
                .existing(overwrite ? Existing.OVERWRITE : Existing.REFUSE)
                .with("saddlebag.call.give-up-early", !keepGoing)
                .with("saddlebag.deliver.ordered", !asCompleted)
                .with("saddlebag.deliver.details", details)
                .with(endpoint.properties())
                .config(endpoint.config());
        return keepGoing ? run.with("saddlebag.call.refused-in-row", 0) : run;
    }
}
