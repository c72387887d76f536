package io.github.saddlebag.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.saddlebag.demo.MockApi;
import io.github.saddlebag.progress.FileRun;
import io.github.saddlebag.progress.Progress;
import io.github.saddlebag.runtime.Configuration;
import io.github.saddlebag.runtime.ExitCode;
import io.github.saddlebag.source.Existing;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A whole run against an API that misbehaves, and what came of it. */
@Command(
        name = "demo",
        description =
                "Geocodes a few hundred addresses with an embedded API that throttles, stumbles and refuses; ends by itself.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  saddlebag demo",
            "  saddlebag demo --output /tmp/saddlebag",
        })
final class DemoCommand implements Callable<Integer> {

    private static final String ADDRESSES = "/saddlebag/demo/addresses.jsonl";
    private static final String FOLLOWED = "a042";
    private static final int REQUESTS_PER_SECOND = 10;
    private static final int BATCH_SIZE = 10;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--output",
            paramLabel = "FOLDER",
            defaultValue = "outbox",
            description = "for the files (${DEFAULT-VALUE})")
    private Path folder;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Files.createDirectories(folder);
        Path input = folder.resolve("demo.jsonl");
        Path results = folder.resolve("demo.results.jsonl");
        Path deadLetters = folder.resolve("demo.failed.jsonl");
        try (InputStream addresses = DemoCommand.class.getResourceAsStream(ADDRESSES)) {
            Files.copy(addresses, input, StandardCopyOption.REPLACE_EXISTING);
        }
        long count = Files.readAllLines(input).size();
        MockApi.Faults faults = new MockApi.Faults(60, 0.05, REQUESTS_PER_SECOND, 0.1, 0, 7);
        try (MockApi api = MockApi.start(0, faults, FOLLOWED)) {
            out.println("Geocoding " + count + " addresses, " + BATCH_SIZE + " a request. The API allows "
                    + REQUESTS_PER_SECOND + " requests a second, is");
            out.println("slow now and then, fails one request in ten, and knows no address without letters.");
            out.println();
            out.flush();
            long started = System.nanoTime();
            FileRun run = new FileRun(results.toString(), deadLetters)
                    .existing(Existing.ANEW)
                    .with(Configuration.PIPELINE, Configuration.PLAIN)
                    .with("saddlebag.call.url", api.url())
                    .with("saddlebag.call.concurrency", 4)
                    .with("saddlebag.batch.max-items", BATCH_SIZE)
                    .with("saddlebag.answer.result", "/position");
            run.showProgress(spec.commandLine().getErr());
            FileRun.Result result = run.run(input);
            run.reported();
            if (result.stopped() != null) {
                return ExitCode.STOPPED;
            }
            double seconds = (System.nanoTime() - started) / 1e9;
            out.println();
            report(out, result, seconds, api, deadLetters);
            line(out, "files", results + ", " + deadLetters);
            out.println();
            follow(out, api.sighting(), results);
        }
        next(out);
        out.flush();
        return 0;
    }

    private static void report(PrintWriter out, FileRun.Result result, double seconds, MockApi api, Path deadLetters)
            throws IOException {
        line(out, "items", Progress.text("%d in %.1f s, each with one result line", result.items(), seconds));
        double each = (double) api.items() / api.answered();
        line(
                out,
                "requests",
                Progress.text("%d, with %.1f items each (%.0f%% full)", api.answered(), each, 100 * each / BATCH_SIZE));
        line(out, "refused", Progress.text("%d as too many (429), %d stumbled (500)", api.throttled(), api.failed()));
        double waited = result.waited().toMillis() / 1000.0;
        line(
                out,
                "retries",
                Progress.text(
                        "%d, after waits of %.1f s in all; nothing else was sent again", result.retries(), waited));
        line(out, "failed", Progress.text("%d", result.failed()));
        for (String letter : Files.exists(deadLetters) ? Files.readAllLines(deadLetters) : List.<String>of()) {
            out.println("              " + shortened(letter));
        }
    }

    private static void line(PrintWriter out, String what, String text) {
        out.printf("  %-10s%s%n", what, text);
    }

    /** A dead letter in the words of a person. */
    private static String shortened(String letter) throws IOException {
        JsonNode json = new ObjectMapper().readTree(letter);
        return json.path("source").asText() + " line " + json.path("line").asText() + ", id "
                + json.path("id").asText() + ": " + json.path("reason").asText() + " It says: "
                + json.path("detail").asText() + ".";
    }

    private static void follow(PrintWriter out, MockApi.@Nullable Sighting seen, Path results) throws IOException {
        String line = Files.readAllLines(results).stream()
                .filter(l -> l.contains('"' + FOLLOWED + '"'))
                .findFirst()
                .orElse("(no result)");
        out.println("One item on its way:");
        line(out, "read", (seen == null ? "?" : seen.sent()));
        if (seen != null) {
            line(out, "sent", "in request " + seen.request() + ", together with " + (seen.items() - 1) + " others");
            line(out, "answered", seen.answered());
        }
        line(out, "written", line);
        out.println();
    }

    private static void next(PrintWriter out) {
        out.println("Next, with an API of your own that takes a JSON array of items and answers with one:");
        out.println("  bin/saddlebag process --input items.jsonl --output results.jsonl --url https://your.api/batch");
        out.println(
                "  bin/saddlebag replay results.jsonl.failed.jsonl --output again.jsonl --url https://your.api/batch");
        out.println("  bin/saddlebag run      routes/ and application.properties as they stand, until Ctrl-C");
    }
}
