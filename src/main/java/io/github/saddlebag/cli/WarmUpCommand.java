package io.github.saddlebag.cli;

import io.github.saddlebag.demo.MockApi;
import io.github.saddlebag.runtime.ExitCode;
import io.github.saddlebag.runtime.Standalone;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.camel.util.FileUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs what the other commands run, for the launcher's trained start: batches of several sizes, single requests and
 * callers, against an endpoint in a process of its own, which refuses an item now and then and fails a request.
 */
@Command(name = "warm-up", hidden = true)
final class WarmUpCommand implements Callable<Integer> {

    private static final int CALLERS = 8;
    private static final int MOST_CALLS = 500;

    @Option(names = "--items", defaultValue = "600000")
    private int items;

    // batch, single, or both and callers as well
    @Option(names = "--mode", defaultValue = "all")
    private String mode;

    @Option(names = "--endpoint")
    private boolean endpoint;

    @Override
    public Integer call() throws Exception {
        return endpoint ? serveUntilTheOtherEnds() : train();
    }

    /** The endpoint, until nobody holds the other end of standard input. */
    private static int serveUntilTheOtherEnds() throws IOException {
        try (MockApi api = MockApi.start(0, new MockApi.Faults(0, 0, 0, 0.002, 0.002, 1), null)) {
            System.out.println(api.url());
            System.out.flush();
            System.in.transferTo(OutputStream.nullOutputStream());
        }
        return 0;
    }

    private int train() throws Exception {
        Path folder = Files.createTempDirectory("saddlebag-warm-up");
        PrintStream err = System.err;
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseParallelGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Saddlebag.class.getName(),
                        "warm-up",
                        "--endpoint")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader said = other.inputReader(StandardCharsets.UTF_8)) {
            String url = said.readLine();
            if (url == null) {
                err.println("saddlebag warm-up: the endpoint of the training did not start.");
                return ExitCode.USAGE;
            }
            PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
            PrintStream out = System.out;
            System.setOut(nowhere);
            System.setErr(nowhere);
            try {
                runAll(folder, url, err);
            } finally {
                System.setOut(out);
                System.setErr(err);
            }
        } finally {
            other.destroyForcibly();
            FileUtil.removeDir(folder.toFile());
        }
        return 0;
    }

    private void runAll(Path folder, String url, PrintStream err) throws Exception {
        Path config = folder.resolve("application.properties");
        // those that come with the jar: a user's may name other servers, for a token say
        try (InputStream defaults = WarmUpCommand.class.getResourceAsStream("/saddlebag/application.properties")) {
            Files.copy(Objects.requireNonNull(defaults), config);
        }
        int few = items / 10;
        if (!mode.equals("single")) {
            err.println("saddlebag warm-up: batches, " + items + " items ..");
            Path lines = TrainingItems.lines(folder.resolve("items.jsonl"), items);
            process(lines, url, "--concurrency", "16", "--batch-size", "100");
            err.println("saddlebag warm-up: small batches and an array, " + 2 * few + " items ..");
            process(TrainingItems.lines(lines, few), url, "--as-completed", "--batch-size", "20");
            process(TrainingItems.array(folder.resolve("items.json"), few), url, "--batch-size", "50");
        }
        if (!mode.equals("batch")) {
            err.println("saddlebag warm-up: single requests, " + 2 * few + " items ..");
            Path lines = TrainingItems.lines(folder.resolve("single.jsonl"), 2 * few);
            process(lines, url, "--mode", "single", "--concurrency", "32");
        }
        if (mode.equals("all")) {
            err.println("saddlebag warm-up: callers ..");
            serve(config, url);
        }
    }

    /** A run as users start it. */
    private static void process(Path input, String url, String... more) throws IOException {
        List<String> words = new ArrayList<>(List.of("process", "--input", input.toString(), "--url", url));
        words.addAll(List.of("--output", input.resolveSibling("results.jsonl").toString(), "--overwrite"));
        words.addAll(List.of(
                "--config", input.resolveSibling("application.properties").toString()));
        words.addAll(List.of("--answer-result", "/position", "--set", "saddlebag.call.back-off=5ms"));
        words.addAll(List.of(more));
        int status = Saddlebag.execute(words.toArray(String[]::new));
        if (status != 0 && status != ExitCode.SOME_FAILED) {
            throw new IOException("a run of the training ended with status " + status);
        }
    }

    private void serve(Path config, String url) throws Exception {
        int calls = Math.min(MOST_CALLS, 1 + items / 100);
        Map<String, String> properties =
                Map.of("saddlebag.call.url", url, "saddlebag.source.http.port", "0", "saddlebag.batch.max-wait", "1ms");
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try (Standalone service = Standalone.startService(config, properties)) {
            URI address = URI.create(service.callersAddress());
            for (int i = 0; i < CALLERS; i++) {
                callers.execute(() -> call(address, calls));
            }
            callers.shutdown();
            callers.awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    private static void call(URI address, int calls) {
        byte[] item = "{\"id\":\"1\",\"address\":\"1 Mill Lane, Kettleford\"}".getBytes(StandardCharsets.UTF_8);
        try {
            for (int i = 0; i < calls; i++) {
                HttpURLConnection connection =
                        (HttpURLConnection) address.toURL().openConnection();
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", "application/json");
                connection.getOutputStream().write(item);
                InputStream stream = connection.getResponseCode() < HttpURLConnection.HTTP_BAD_REQUEST
                        ? connection.getInputStream()
                        : connection.getErrorStream();
                if (stream != null) {
                    try (InputStream answer = stream) {
                        answer.readAllBytes();
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Items as users have them, for the training: of many sizes, with escapes, nested values and other letters. */
    private static final class TrainingItems {

        private static final List<String> WORDS = List.of(
                "Mill",
                "Lane",
                "Kettleford",
                "Old",
                "Church",
                "Road",
                "North",
                "Square",
                "Übersee",
                "Rue",
                "Élysée",
                "Upper");
        private static final int[] LENGTHS = {1, 2, 3, 4, 6, 10, 10, 18, 40, 150};
        private static final long SEED = 7;

        private TrainingItems() {}

        /** A file with an item on each line. */
        static Path lines(Path file, int items) throws IOException {
            try (Writer out = Files.newBufferedWriter(file)) {
                write(out, items, "", "\n");
            }
            return file;
        }

        /** A file that is a JSON array of items. */
        static Path array(Path file, int items) throws IOException {
            try (Writer out = Files.newBufferedWriter(file)) {
                out.write("[\n");
                write(out, items, ",\n", "");
                out.write("\n]\n");
            }
            return file;
        }

        private static void write(Writer out, int items, String between, String end) throws IOException {
            Random random = new Random(SEED);
            StringBuilder item = new StringBuilder();
            for (int i = 0; i < items; i++) {
                item.setLength(0);
                item.append(i == 0 ? "" : between).append("{");
                if (i % 7 == 0) {
                    item.append("\"kind\":{\"floor\":").append(i % 9).append(",\"tags\":[\"a\",\"b\",null,true]},");
                }
                item.append("\"id\":").append(i % 5 == 0 ? String.valueOf(i) : "\"k-" + i + "\"");
                item.append(",\"address\":\"").append(i);
                for (int words = LENGTHS[random.nextInt(LENGTHS.length)]; words > 0; words--) {
                    item.append(' ').append(WORDS.get(random.nextInt(WORDS.size())));
                }
                item.append(i % 30 == 0 ? " \\\"The \\u00e9 Mill\\\"\\n" : "").append("\"");
                item.append(i % 3 == 0 ? ", \"price\": 12.5e1" : "").append("}").append(end);
                out.append(item);
            }
        }
    }
}
