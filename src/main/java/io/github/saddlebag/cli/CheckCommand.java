package io.github.saddlebag.cli;

import io.github.saddlebag.check.DryRun;
import io.github.saddlebag.check.TopicChecks;
import io.github.saddlebag.runtime.Configuration;
import io.github.saddlebag.runtime.ExitCode;
import io.github.saddlebag.runtime.Lint;
import io.github.saddlebag.runtime.Logging;
import io.github.saddlebag.runtime.Offline;
import io.github.saddlebag.runtime.RecordedAnswer;
import io.github.saddlebag.runtime.Secrets;
import io.github.saddlebag.runtime.Standalone;
import io.github.saddlebag.runtime.UsageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The configuration and its effect; only Kafka's brokers are asked, where they are used. */
@Command(
        name = "check",
        description =
                "Checks the configuration, and shows the requests that the first items would make, without network except with --try;"
                        + " with a recorded answer, also the outcome of each item. If topics are used, their brokers are"
                        + " queried whether the topics exist and may be used.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "An answer is a file with a body, optionally preceded by status line and headers, as curl -i",
            "prints it. Several answer one request each, in turn; the last one answers all that follow.",
            "",
            "A case is a folder with items.jsonl (or .json, .csv, .txt); answer.json, answer.http or answers.jsonl",
            "(a line for each request: status, headers, json or text); and optionally",
            "application.properties, requests.txt (the expected bodies of the requests; in the mode single",
            "each after its method and URL) and expected.jsonl (the expected result lines; an error line has the text",
            "that the error must at least contain).",
            "",
            "With --try N the first items are sent, with the rate and the headers of a run, each once, whatever the",
            "answer. Neither results nor a checkpoint are written.",
            "",
            "Exit status: 0 no problem; 2 wrong usage or configuration; 3 a case differs, with an answer some items",
            "failed, or without one all shown items fail before a request is made.",
            "",
            "Examples:",
            "  saddlebag check --url https://api.example.com/batch --traffic 200",
            "  saddlebag check --profile opensearch-bulk --url http://localhost:9200/books/_bulk --input books.jsonl",
            "  saddlebag check --url https://api.example.com/batch --input items.jsonl --answer answer.json",
            "  saddlebag check --url 'https://api.example.com/users/$${url:/id}' --mode single --input users.csv --try",
            "  saddlebag check --cases cases/",
        })
final class CheckCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description = "items, of which the first are used; - for stdin; repeatable, or a quoted pattern")
    private List<String> input = List.of();

    @Mixin
    private FormOptions form;

    @Option(
            names = "--first",
            paramLabel = "N",
            description = "how many items (default: the maximum of a request; single: 10)")
    private @Nullable Integer first;

    @Option(names = "--answer", paramLabel = "FILE", description = "a recorded answer; repeatable")
    private List<Path> answers = List.of();

    @Option(names = "--cases", paramLabel = "FOLDER", description = "a case, or a folder of cases; repeatable")
    private List<Path> cases = List.of();

    @Option(names = "--traffic", paramLabel = "N", description = "how many items come per second, where callers decide")
    private double traffic;

    @Option(
            names = "--try",
            paramLabel = "N",
            arity = "0..1",
            fallbackValue = "3",
            description =
                    "really send the first items, once each, at most 10 (3); show the answers, and properties that"
                            + " would fit better")
    private @Nullable Integer tried;

    @Option(names = "--yes", description = "--try: without a terminal, also send methods other than GET and HEAD")
    private boolean yes;

    @Option(
            names = "--write",
            paramLabel = "FILE",
            description = "--try: write the properties that fit, and those given here, to a new file")
    private @Nullable Path write;

    @Option(names = "--strict", description = "treat warnings as errors")
    private boolean strict;

    @Mixin
    private EndpointOptions endpoint;

    @Override
    public Integer call() throws IOException, UsageException {
        checkOptions();
        Logging.withoutKafka();
        endpoint.source().ifPresent(this::say);
        if (!cases.isEmpty()) {
            return checkCases();
        }
        int status = lint();
        if (status != ExitCode.OK || input.isEmpty()) {
            return status;
        }
        Object items = FileChecks.input(input);
        List<RecordedAnswer> recorded = new ArrayList<>();
        for (Path answer : answers) {
            recorded.addAll(RecordedAnswer.read(answer));
        }
        Map<String, String> properties = endpoint.properties();
        form.addTo(properties);
        Configuration configuration =
                Configuration.read(Standalone.configFile(endpoint.config()), null, endpoint.properties());
        if (tried != null) {
            return tryOut(items, configuration, properties, tried);
        }
        DryRun run = DryRun.of(
                endpoint.config(), properties, items, first == null ? DryRun.first(configuration) : first, recorded);
        return show(run, configuration, !recorded.isEmpty());
    }

    /** Starts what would be started, as most faults show there, and looks for contradictions. */
    private int lint() throws UsageException {
        Map<String, String> properties = DryRun.withoutSources(endpoint.properties());
        properties.putIfAbsent("saddlebag.deliver.to", "none");
        Path file = Standalone.configFile(endpoint.config());
        Configuration configuration = Configuration.read(file, Standalone.home("routes"), properties);
        Configuration all = Configuration.read(file, Standalone.home("routes"), endpoint.properties());
        all.check();
        Lint lint;
        TopicChecks topics;
        try (Standalone standalone = Standalone.start(endpoint.config(), properties, new Offline(List.of()))) {
            lint = new Lint(
                    noun -> standalone.property("saddlebag." + noun),
                    noun -> configuration.differs("saddlebag." + noun));
            lint.run(traffic);
            topics = new TopicChecks(standalone, all);
            topics.run();
        } catch (IllegalArgumentException e) {
            throw new UsageException(Standalone.messageOf(e));
        }
        List<String> errors =
                Stream.concat(lint.errors().stream(), topics.errors().stream()).toList();
        errors.forEach(error -> say("error: " + configuration.told(error)));
        List<String> warnings = new ArrayList<>(lint.warnings());
        warnings.addAll(topics.warnings());
        all.oldNames().ifPresent(warnings::add);
        warnings.forEach(warning -> say((strict ? "error: " : "warning: ") + configuration.told(warning)));
        topics.note().map(configuration::told).ifPresent(this::say);
        return !errors.isEmpty() || strict && !warnings.isEmpty() ? ExitCode.USAGE : ExitCode.OK;
    }

    private void checkTry() throws UsageException {
        if (tried == null) {
            if (yes || write != null) {
                throw new UsageException((yes ? "--yes" : "--write") + " is for --try; give both.");
            }
            return;
        }
        if (tried < 1 || tried > TryRun.MOST) {
            throw new UsageException(
                    "--try " + tried + ": give how many items to send, from 1 to " + TryRun.MOST + '.');
        }
        if (input.isEmpty()) {
            throw new UsageException("--try: there is nothing to send; give the items with --input.");
        }
        if (first != null || !answers.isEmpty()) {
            throw new UsageException(
                    "--try: it says how many items are sent, and the endpoint answers; leave out --first"
                            + " and --answer.");
        }
    }

    private void checkOptions() throws UsageException {
        checkTry();
        if (first != null && first < 1) {
            throw new UsageException("--first " + first + ": give a whole number from 1 on.");
        }
        if (!(traffic >= 0) || Double.isInfinite(traffic)) {
            throw new UsageException("--traffic " + traffic + ": give a number of items per second, 0 or more.");
        }
        if (!cases.isEmpty() && (!input.isEmpty() || !answers.isEmpty())) {
            throw new UsageException("--cases: a case has its own items and answers; leave out --input and --answer.");
        }
        if (cases.isEmpty() && input.isEmpty() && !answers.isEmpty()) {
            throw new UsageException("--answer: there is nothing that it answers; give the items with --input.");
        }
    }

    private int show(DryRun run, Configuration configuration, boolean answered) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Secrets secrets = Secrets.of(configuration);
        run.requests().forEach(request -> request.print(out, secrets));
        List<String> unsent = run.unsent();
        (answered ? run.results() : unsent).forEach(line -> out.println(secrets.hide(line)));
        out.flush();
        String url = configuration.valueOr("saddlebag.call.url", "");
        Set<String> names = DryRun.isSingle(configuration) ? run.named(url) : Set.of();
        if (!names.isEmpty()) {
            say(String.join(", ", names) + ": where a name leads to, and whether that may be called"
                    + " (saddlebag.call.allow-hosts), is found out only when it is connected to.");
        }
        int items = run.results().size();
        if (items == 0) {
            say("--input " + String.join(", ", input) + " has no items.");
        } else if (!unsent.isEmpty() && !answered) {
            say(unsent.size() + " of " + items + " items fail before a request is made of them, as their lines say.");
        }
        boolean failed = answered ? run.failed() > 0 : items > 0 && unsent.size() == items;
        return failed ? ExitCode.SOME_FAILED : ExitCode.OK;
    }

    /** Sends the first items, and says what would fit better. */
    private int tryOut(Object items, Configuration configuration, Map<String, String> properties, int count)
            throws UsageException, IOException {
        TryRun run = new TryRun(configuration, properties);
        if (write != null) {
            FileChecks.checkWritable("--write", write);
            FileChecks.checkNew("--write", write);
        }
        run.agree(yes);
        say(run.announcement(count) + '.');
        PrintWriter out = spec.commandLine().getOut();
        DryRun done = run.run(endpoint.config(), items, count, out, Secrets.of(configuration));
        if (done.results().isEmpty()) {
            say("--input " + input + " has no items.");
        }
        Map<String, String> proposals = run.proposals(done.results());
        if (proposals.isEmpty()) {
            run.cures(done.results()).forEach(this::say);
        } else {
            say("these properties would fit the answers better:");
            proposals.forEach((name, value) -> spec.commandLine().getErr().println("  " + name + '=' + value));
        }
        if (write != null) {
            run.write(write, proposals);
            say(write + " has them, and what this command says besides headers and keys: give it by --config.");
        }
        return done.failed() > 0 ? ExitCode.SOME_FAILED : ExitCode.OK;
    }

    private int checkCases() throws UsageException, IOException {
        int wrong = 0;
        int count = 0;
        PrintWriter out = spec.commandLine().getOut();
        for (Path folder : cases) {
            for (RecordedCase one : RecordedCase.in(folder)) {
                List<String> differences = one.run(endpoint);
                count++;
                out.println((differences.isEmpty() ? "ok      " : "differs ")
                        + one.folder().getFileName());
                differences.forEach(difference -> out.println("  " + difference));
                wrong += differences.isEmpty() ? 0 : 1;
            }
        }
        out.println(count + " cases, " + wrong + " differ");
        out.flush();
        return wrong == 0 ? ExitCode.OK : ExitCode.SOME_FAILED;
    }

    private void say(String message) {
        Report.say(spec, message);
    }
}
