package io.github.saddlebag.cli;

import io.github.saddlebag.input.FetchedFile;
import io.github.saddlebag.output.ResultShape;
import io.github.saddlebag.progress.FileRun;
import io.github.saddlebag.runtime.Configuration;
import io.github.saddlebag.runtime.Standalone;
import io.github.saddlebag.runtime.UsageException;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.source.Existing;
import io.github.saddlebag.support.Streams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Where results go, and how; the options of every command that ends by itself. */
final class OutputOptions {

    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE",
            description = "result lines; - for stdout; the endings .csv, .tsv and .json select these formats")
    private @Nullable String output;

    @Option(
            names = "--output-format",
            paramLabel = "FORMAT",
            description = "jsonl (a line of JSON for each item), json (an array), csv or tsv (by the output's ending)")
    private @Nullable String format;

    @Option(
            names = "--columns",
            paramLabel = "NAMES",
            description =
                    "csv, tsv: id, error, names of the input's columns, result or result.NAME, separated by commas")
    private @Nullable String columns;

    @Option(names = "--csv-safe", description = "csv, tsv: put an apostrophe before texts that begin with = + - @")
    private boolean csvSafe;

    @Option(names = "--only", paramLabel = "WHICH", description = "write only results of these items: ok or failed")
    private @Nullable String only;

    @Option(
            names = "--merge",
            paramLabel = "POINTER",
            description = "write each item with its answer added at this JSON pointer, such as /answer")
    private @Nullable String merge;

    @Option(names = "--merge-overwrite", description = "--merge: the answer may replace an existing member")
    private boolean mergeOverwrite;

    @Option(names = "--as-completed", description = "write results as they come, not in the order of the input")
    private boolean asCompleted;

    @Option(
            names = "--details",
            description = "add success, status, url, attempts, time and source to each result line")
    private boolean details;

    @Option(
            names = "--overwrite",
            description = "start afresh, and replace existing results and dead letters when the first answer arrives;"
                    + " an unfinished run of the same command is resumed")
    private boolean overwrite;

    @Option(
            names = "--keep-going",
            description = "continue even if all first requests, or 20 in a row, show that the endpoint is unusable")
    private boolean keepGoing;

    @Option(
            names = "--summary",
            paramLabel = "FORM",
            defaultValue = "text",
            description = "the summary at the end on stderr: text (default), json (one line) or none")
    private Report.Form summary;

    /**
     * The names of inputs, those that are addresses fetched beside the output, and read from there.
     *
     * @param most how many bytes each may have
     */
    List<String> fetched(List<String> names, String most, Consumer<String> told) throws UsageException {
        List<String> files = new ArrayList<>();
        for (String name : names) {
            files.add(FetchedFile.isAddress(name) ? fetched(name, files.size(), most, told) : name);
        }
        return files;
    }

    private String fetched(String address, int before, String most, Consumer<String> told) throws UsageException {
        if (output().equals("-")) {
            throw new UsageException("--input " + Setting.withoutQuery(address)
                    + ": it is fetched to a file beside the output, and that is stdout. Name a file by --output.");
        }
        Path base = Path.of(output() + ".input" + (before == 0 ? "" : "." + (before + 1)));
        FileChecks.checkWritable("--output", base);
        try {
            FetchedFile file = new FetchedFile(address, base, Setting.bytes("input-max", most));
            boolean now = file.fetch(overwrite || !Files.exists(path()));
            told.accept("--input " + file.shown() + ": " + (now ? "fetched to " : "read from ") + file.file() + ".");
            return file.file().toString();
        } catch (IllegalArgumentException e) {
            throw new UsageException("--input " + Setting.withoutQuery(address) + ": "
                    + String.valueOf(e.getMessage()).replace("saddlebag.input-max", "--input-max"));
        } catch (IOException e) {
            throw new UsageException(Standalone.messageOf(e));
        }
    }

    /** What has no effect on results of this format. */
    Optional<String> note(EndpointOptions endpoint) throws UsageException {
        String form = format != null
                ? format
                : Configuration.read(Standalone.configFile(endpoint.config()), null, endpoint.properties())
                        .valueOr("saddlebag.deliver.format", "auto");
        boolean isIgnored = (columns != null || csvSafe)
                && !ResultShape.Form.of(form, output()).isTable();
        return isIgnored
                ? Optional.of(
                        (columns != null ? "--columns" : "--csv-safe") + " has no effect on results that are JSON;"
                                + " for a table: --output results.csv, or --output-format csv.")
                : Optional.empty();
    }

    /** How the run is summed up. */
    Report.Form summary() {
        return summary;
    }

    /** Ends a command that has no place for its results. */
    void required(CommandSpec spec) {
        if (output == null) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '--output=FILE'");
        }
    }

    /** Writes into a file that is not named on the command line. */
    void into(Path file) throws UsageException {
        if (output != null) {
            throw new UsageException("--output " + output + ": results are merged into a file; leave it out.");
        }
        output = file.toString();
    }

    /** The file of results. */
    Path path() {
        return Path.of(output());
    }

    private String output() {
        return Streams.named(Objects.requireNonNull(output, "--output"));
    }

    /** Removes the results, which stand elsewhere now, and what was remembered of them. */
    void remove() throws IOException {
        Files.deleteIfExists(path());
        Files.deleteIfExists(Path.of(output() + ".checkpoint"));
    }

    private Map<String, String> shape() {
        Map<String, String> shape = new LinkedHashMap<>();
        EndpointOptions.put(shape, "saddlebag.deliver.format", format);
        EndpointOptions.put(shape, "saddlebag.deliver.columns", columns);
        EndpointOptions.put(shape, "saddlebag.deliver.csv-safe", csvSafe ? "true" : null);
        EndpointOptions.put(shape, "saddlebag.deliver.only", only);
        EndpointOptions.put(shape, "saddlebag.deliver.merge", merge);
        EndpointOptions.put(shape, "saddlebag.deliver.merge-overwrite", mergeOverwrite ? "true" : null);
        return shape;
    }

    /** @param others the other files of the run, each with the option that names it */
    void check(Map<String, Path> others) throws UsageException {
        if ("".equals(merge)) {
            throw new UsageException("--merge: the empty JSON pointer is the whole item; give one to a member, such as"
                    + " /answer. Without --merge the answer stands beside the id.");
        }
        if (output().equals("-")) {
            return;
        }
        FileChecks.checkWritable("--output", Path.of(output()));
        for (Map.Entry<String, Path> other : others.entrySet()) {
            FileChecks.checkOther("--output", Path.of(output()), other.getKey(), other.getValue());
        }
    }

    void checkOther(String option, Path file) throws UsageException {
        if (!output().equals("-")) {
            FileChecks.checkOther("--output", Path.of(output()), option, file);
        }
    }

    /** The dead letters' file where none is named. */
    Path deadLetters() {
        return Path.of(Streams.hasNoFolder(output()) ? "saddlebag.failed.jsonl" : output() + ".failed.jsonl");
    }

    FileRun run(Path letters, EndpointOptions endpoint) throws UsageException {
        FileRun run = new FileRun(output(), letters)
                .existing(overwrite ? Existing.OVERWRITE : Existing.REFUSE)
                .with("saddlebag.call.give-up-early", !keepGoing)
                .with("saddlebag.deliver.ordered", !asCompleted)
                .with("saddlebag.deliver.details", details)
                .with(shape())
                .with(endpoint.properties())
                .config(endpoint.config());
        return keepGoing ? run.with("saddlebag.call.refused-in-row", 0) : run;
    }
}
