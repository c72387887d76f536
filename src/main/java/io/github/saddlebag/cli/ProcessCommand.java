package io.github.saddlebag.cli;

import io.github.saddlebag.batch.StoppedException;
import io.github.saddlebag.call.FirstCalls;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.source.RunProgress;
import io.github.saddlebag.source.Runs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
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
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "Each line of the input is one item, a JSON value. Each line of the output is {\"id\",\"result\"} or",
            "{\"id\",\"error\"}. The last line on stdout sums up the run as JSON.",
            "",
            "Exit status: 0 all done; 3 some items failed; 2 usage or configuration; 1 the endpoint is of no use",
            "(wrong address, key, method); 130, 143 stopped by a signal.",
            "",
            "Examples:",
            "  saddlebag process --input items.jsonl --output results.jsonl --url https://api.example.com/batch",
            "  saddlebag process --input - --output - --url http://localhost:8089/batch < items.jsonl",
            "  saddlebag process --input a.jsonl --output r.jsonl --url https://api.example.com/batch \\",
            "      --batch-size 50 --rate 100/1m --header 'Authorization: Bearer ...' --answer-result /result",
        })
final class ProcessCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--input", required = true, paramLabel = "FILE", description = "JSON lines; - for stdin")
    private String input;

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "result lines; - for stdout")
    private String output;

    @Option(
            names = "--dead-letters",
            paramLabel = "FILE",
            description = "failed items with their reasons (default: the output's name and .failed.jsonl)")
    private @Nullable String deadLetters;

    @Mixin
    private EndpointOptions endpoint;

    @Option(names = "--as-completed", description = "write results as they come, not in the order of the input")
    private boolean asCompleted;

    @Option(names = "--details", description = "add success, status, url and attempts to each result line")
    private boolean details;

    @Option(names = "--keep-going", description = "go on even where all first calls say that the endpoint is of no use")
    private boolean keepGoing;

    @Override
    public Integer call() throws Exception {
        Stopwatch stopwatch = new Stopwatch();
        try {
            checkFiles();
            return run(stopwatch, properties());
        } catch (UsageException e) {
            spec.commandLine().getErr().println("saddlebag process: " + e.text());
            return ExitCode.USAGE;
        }
    }

    private void checkFiles() throws UsageException {
        if (!input.equals("-")) {
            Path path = Path.of(input);
            if (!Files.exists(path)) {
                throw new UsageException("--input " + input + ": there is no such file.");
            }
            if (Files.isDirectory(path) || !Files.isReadable(path)) {
                throw new UsageException("--input " + input + ": it is not a file that can be read.");
            }
        }
        if (!output.equals("-")) {
            checkWritable("--output", Path.of(output));
            checkOther("--output", output, "--input", input);
            checkOther("--dead-letters", deadLetterFile(), "--output", output);
        }
        checkWritable("--dead-letters", Path.of(deadLetterFile()));
        checkOther("--dead-letters", deadLetterFile(), "--input", input);
    }

    private static void checkOther(String option, String file, String other, String otherFile) throws UsageException {
        Path path = Path.of(file);
        Path otherPath = Path.of(otherFile);
        boolean same = absolute(file).equals(absolute(otherFile));
        try {
            same |= Files.exists(path) && Files.exists(otherPath) && Files.isSameFile(path, otherPath);
        } catch (IOException e) {
            throw new UsageException(option + " " + file + ": it cannot be compared with " + other + ".");
        }
        if (same) {
            throw new UsageException(option + " " + file + ": it is the file of " + other + "; name another one.");
        }
    }

    private static void checkWritable(String option, Path path) throws UsageException {
        Path folder = path.toAbsolutePath().getParent();
        if (Files.isDirectory(path) || Files.exists(path) && !Files.isWritable(path)) {
            throw new UsageException(option + " " + path + ": it is not a file that can be written.");
        }
        if (folder != null && !Files.isWritable(folder)) {
            throw new UsageException(
                    option + " " + path + ": the folder " + folder + " is not there or cannot be written.");
        }
    }

    private String deadLetterFile() {
        if (deadLetters != null) {
            return deadLetters;
        }
        return output.equals("-") ? "saddlebag.failed.jsonl" : output + ".failed.jsonl";
    }

    private Map<String, String> properties() throws UsageException {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("saddlebag.source.file.enabled", "false");
        properties.put("saddlebag.call.give-up-early", Boolean.toString(!keepGoing));
        properties.put("saddlebag.deliver.to", "file");
        properties.put("saddlebag.deliver.file", output.equals("-") ? output : absolute(output));
        properties.put("saddlebag.dead-letter.file", absolute(deadLetterFile()));
        properties.put("saddlebag.deliver.ordered", Boolean.toString(!asCompleted));
        properties.put("saddlebag.deliver.details", Boolean.toString(details));
        properties.putAll(endpoint.properties());
        return properties;
    }

    private static String absolute(String file) {
        return Path.of(file).toAbsolutePath().normalize().toString();
    }

    private int run(Stopwatch stopwatch, Map<String, String> properties) throws Exception {
        AtomicReference<@Nullable RunProgress> progress = new AtomicReference<>();
        CompletableFuture<String> unusable = new CompletableFuture<>();
        CountDownLatch ended = new CountDownLatch(1);
        Standalone standalone = Standalone.start(endpoint.config(), properties);
        Thread onSignal = new Thread(() -> stopOnSignal(standalone, ended), "saddlebag-signal");
        Runtime.getRuntime().addShutdownHook(onSignal);
        Runs runs = standalone.context().getRegistry().lookupByNameAndType("saddlebagRuns", Runs.class);
        runs.listener(progress::set);
        FirstCalls firstCalls =
                standalone.context().getRegistry().lookupByNameAndType("saddlebagFirstCalls", FirstCalls.class);
        firstCalls.listener(reason -> {
            unusable.complete(reason);
            new Thread(standalone::close, "saddlebag-give-up").start();
        });
        Exchange exchange;
        try (Progress shown = Progress.start(progress::get, spec.commandLine().getErr())) {
            exchange = standalone.context().createProducerTemplate().send("direct:saddlebag-read", message -> {
                message.getMessage().setBody(input.equals("-") ? System.in : Path.of(input));
            });
        }
        standalone.close();
        RunProgress run = progress.get();
        long items = run == null ? 0 : run.written();
        long failed = run == null ? 0 : run.failed();
        spec.commandLine().getOut().println(stopwatch.summary(items, failed));
        spec.commandLine().getOut().flush();
        ended.countDown();
        if (unusable.isDone()) {
            say("The endpoint is of no use: " + unusable.join() + " " + Setting.withoutQuery(endpoint.shownUrl())
                    + " Nothing was done; --keep-going tries on.");
            return ExitCode.UNUSABLE_ENDPOINT;
        }
        if (exchange.getException() instanceof StoppedException stopped) {
            say(stopped.getMessage() + " " + items + " items are written; their results are complete.");
        } else if (exchange.getException() != null) {
            say(Standalone.messageOf(exchange.getException()));
            return ExitCode.USAGE;
        }
        return failed > 0 ? ExitCode.SOME_FAILED : ExitCode.OK;
    }

    private void say(String message) {
        spec.commandLine().getErr().println("saddlebag process: " + message);
        spec.commandLine().getErr().flush();
    }

    private static void stopOnSignal(Standalone standalone, CountDownLatch ended) {
        standalone.close();
        try {
            ended.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
