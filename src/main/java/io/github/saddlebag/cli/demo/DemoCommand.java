package io.github.saddlebag.cli.demo;

import io.github.saddlebag.cli.DemoRun;
import io.github.saddlebag.cli.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  saddlebag demo",
            "  saddlebag demo --output /tmp/saddlebag",
        })
public final class DemoCommand implements Callable<Integer> {

    private static final String ADDRESSES = "/saddlebag/demo/addresses.jsonl";
    private static final String FOLLOWED = "a042";
    private static final int BATCH_SIZE = 20;

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
        MockApi.Faults faults = new MockApi.Faults(60, 0.03, 15, 0.08, 0, 7);
        try (MockApi api = MockApi.start(0, faults, FOLLOWED)) {
            out.println("Geocoding " + count + " addresses, " + BATCH_SIZE
                    + " a request, with an API that allows 15 requests a");
            out.println(
                    "second, is slow now and then, fails one request in twelve and knows no address without letters.");
            out.println();
            out.flush();
            DemoRun run = DemoRun.of(
                    input,
                    results,
                    deadLetters,
                    Map.of(
                            "saddlebag.call.url",
                            api.url(),
                            "saddlebag.call.concurrency",
                            "4",
                            "saddlebag.batch.max-items",
                            Integer.toString(BATCH_SIZE),
                            "saddlebag.answer.result",
                            "/position"));
            report(out, run, api, results, deadLetters);
            follow(out, api.sighting(), results);
        }
        next(out);
        out.flush();
        return 0;
    }

    private static void report(PrintWriter out, DemoRun run, MockApi api, Path results, Path deadLetters)
            throws IOException {
        long refused = api.throttled() + api.failed();
        out.printf(Locale.ROOT, "  items     %d in %.1f s, each with one result line%n", run.items(), run.seconds());
        out.printf(
                Locale.ROOT,
                "  requests  %d answered, %.1f items each (%.0f%% full); %d refused: %d too many (429), %d failed (500)%n",
                api.answered(),
                (double) api.items() / api.answered(),
                100.0 * api.items() / api.answered() / BATCH_SIZE,
                refused,
                api.throttled(),
                api.failed());
        out.printf(
                Locale.ROOT,
                "  retries   %d, after waits of %.1f s in all; only what failed was sent again%n",
                run.retries(),
                run.waitedSeconds());
        out.printf(Locale.ROOT, "  failed    %d%n", run.failed());
        for (String letter : Files.exists(deadLetters) ? Files.readAllLines(deadLetters) : List.<String>of()) {
            out.println("            " + DemoRun.shortened(letter));
        }
        out.println("  files     " + results + ", " + deadLetters);
        out.println();
    }

    private static void follow(PrintWriter out, MockApi.@Nullable Sighting seen, Path results) throws IOException {
        String line = Files.readAllLines(results).stream()
                .filter(l -> l.contains('"' + FOLLOWED + '"'))
                .findFirst()
                .orElse("(no result)");
        out.println("One item on its way:");
        out.println("  read      " + (seen == null ? "?" : seen.sent()));
        if (seen != null) {
            out.println(
                    "  sent      in request " + seen.request() + ", together with " + (seen.items() - 1) + " others");
            out.println("  answered  " + seen.answered());
        }
        out.println("  written   " + line);
        out.println();
    }

    private static void next(PrintWriter out) {
        out.println("Next, with an API of your own that takes a JSON array of items and answers with one:");
        out.println("  bin/saddlebag process --input items.jsonl --output results.jsonl --url https://your.api/batch");
        out.println("  bin/saddlebag process --help      ids, results, headers, rate, batch size");
        out.println("  bin/saddlebag run                 routes/ and application.properties as they stand");
    }
}
