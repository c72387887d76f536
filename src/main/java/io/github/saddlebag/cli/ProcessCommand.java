package io.github.saddlebag.cli;

import io.github.saddlebag.page.LivePage;
import io.github.saddlebag.progress.FileRun;
import io.github.saddlebag.runtime.UsageException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One file in, one file out. */
@Command(
        name = "process",
        description = "Sends the items of a file in batches and writes each item's answer, in the order of the input.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Each line of the input is one item, a JSON value; --format has other forms. Each line of the output is",
            "{\"id\",\"result\"} or {\"id\",\"error\"}; --output-format has other forms, --merge puts answers into items.",
            "The last line on stdout is a summary of the run as JSON.",
            "",
            "A run from file to file that was stopped, killed or ran out of disk is resumed when the same command is",
            "given again: FILE.checkpoint beside the output records its progress. A finished run, given again, sends",
            "only what was added to the input since. Existing outputs and dead letters of another run are refused;",
            "--overwrite replaces them when the first answer arrives.",
            "",
            "Exit status: 0 all done; 3 some items failed; 2 wrong usage or configuration; 1 the endpoint is unusable",
            "(wrong address, key, method), or input or output failed; 70 out of memory or another error of the JVM,",
            "the next start resumes; 130, 143 stopped by a signal.",
            "",
            "Examples:",
            "  saddlebag process --input items.jsonl --output results.jsonl --url https://api.example.com/batch",
            "  saddlebag process --input - --output - --url http://localhost:8089/batch < items.jsonl",
            "  saddlebag process --input 'data/*.csv.gz' --output r.jsonl --url https://api.example.com/batch",
            "  saddlebag process --input a.jsonl --output r.jsonl --url https://api.example.com/batch \\",
            "      --batch-size 50 --rate 100/1m --header 'Authorization: Bearer ...' --answer-result /result",
        })
final class ProcessCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--input",
            required = true,
            paramLabel = "FILE",
            description =
                    "items: a file, - for stdin, an http or https URL, which is downloaded first, or a quoted pattern"
                            + " such as 'data/*.jsonl'; repeatable; files are read one after the other, those of a pattern by name")
    private List<String> input;

    @Option(
            names = "--input-max",
            paramLabel = "SIZE",
            defaultValue = "10GB",
            description = "the largest input that is downloaded from a URL, such as 500MB (10GB)")
    private String most;

    @Mixin
    private FormOptions form;

    @Mixin
    private OutputOptions output;

    @Mixin
    private EndpointOptions endpoint;

    @Option(
            names = "--dead-letters",
            paramLabel = "FILE",
            description = "failed items with their reasons (default: the output's name and .failed.jsonl)")
    private @Nullable Path deadLetters;

    @Option(
            names = "--page",
            paramLabel = "PORT",
            description = "show the running command at http://127.0.0.1:PORT/observe/page")
    private @Nullable Integer page;

    @Mixin
    private RecordOption record;

    @Override
    public Integer call() throws UsageException {
        Report report = new Report(spec);
        Path letters = deadLetters != null ? deadLetters : output.deadLetters();
        Map<String, Path> others = new LinkedHashMap<>(Map.of("--dead-letters", letters));
        Path recorded = record.file();
        if (recorded != null) {
            record.check();
            others.put("--record", recorded);
            FileChecks.checkOther("--record", recorded, "--dead-letters", letters);
        }
        Object items = FileChecks.input(output.fetched(input, most, report::say));
        for (Path file : FileChecks.files(items)) {
            FileChecks.checkOther("--dead-letters", letters, "--input", file);
            output.checkOther("--input", file);
        }
        output.check(others);
        FileChecks.checkWritable("--dead-letters", letters);
        report.mode(endpoint.mode());
        endpoint.notes().forEach(report::say);
        output.note(endpoint).ifPresent(report::say);
        for (Path file : FileChecks.files(items)) {
            if (FileChecks.isDeadLetters(file)) {
                report.say("--input " + file + ": it begins with a dead letter, which is sent as it is. To send the"
                        + " items of dead letters again, use replay.");
            }
        }
        FileRun run = output.run(letters, endpoint).showProgress(report.err()).doubts(report::doubt);
        Map<String, String> more = new LinkedHashMap<>();
        form.addTo(more);
        run.with(more);
        if (page != null) {
            FileChecks.checkFree("--page", page);
            run.page(page.toString());
            report.say("http://127.0.0.1:" + page + LivePage.PATH + " shows the run.");
        }
        run.record(recorded);
        FileRun.Result result = run.run(items);
        int status = report.of(result);
        report.summary(output.summary(), run, result, letters);
        run.reported();
        return status;
    }
}
