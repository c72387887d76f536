package io.github.saddlebag.cli;

import io.github.saddlebag.demo.MockApi;
import io.github.saddlebag.progress.FileRun;
import io.github.saddlebag.runtime.Configuration;
import io.github.saddlebag.runtime.Service;
import io.github.saddlebag.source.Existing;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** A short run that loads what the other commands load, for the launcher's archive of classes. */
@Command(name = "warm-up", hidden = true)
final class WarmUpCommand implements Callable<Integer> {

    private static final int ITEMS = 100_000;
    private static final int CALLERS = 8;
    private static final int CALLS = 500;

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("saddlebag-warm-up");
        Path input = folder.resolve("items.jsonl");
        Path results = folder.resolve("results.jsonl");
        Path deadLetters = folder.resolve("failed.jsonl");
        List<String> lines = new ArrayList<>(ITEMS);
        for (int i = 0; i < ITEMS; i++) {
            lines.add("{\"id\":\"" + i + "\",\"address\":\"" + i
                    + " Mill Lane, Kettleford, and some more text to be read\"}");
        }
        Files.write(input, lines);
        try (MockApi api = MockApi.start(0, new MockApi.Faults(0, 0, 0, 0, 0, 1), null)) {
            process(
                    new FileRun(results.toString(), deadLetters)
                            .existing(Existing.ANEW)
                            .with(Configuration.PIPELINE, Configuration.PLAIN)
                            .with("saddlebag.call.url", api.url()),
                    input);
            Files.write(input, lines.subList(0, ITEMS / 10));
            process(
                    new FileRun(results.toString(), deadLetters)
                            .existing(Existing.ANEW)
                            .with(Configuration.PIPELINE, Configuration.PLAIN)
                            .with("saddlebag.call.url", api.url())
                            .with("saddlebag.call.mode", "single"),
                    input);
            serve(api.url());
        } finally {
            try (Stream<Path> all = Files.list(folder)) {
                for (Path file : all.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
        return 0;
    }

    private static void serve(String url) throws Exception {
        Map<String, String> properties = Map.of(
                Configuration.PIPELINE,
                Configuration.PLAIN,
                "saddlebag.call.url",
                url,
                "saddlebag.source.http.port",
                "0",
                "saddlebag.batch.max-wait",
                "1ms");
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try (Service service = Service.start(properties)) {
            URI address = URI.create(service.address());
            for (int i = 0; i < CALLERS; i++) {
                callers.execute(() -> call(address));
            }
            callers.shutdown();
            callers.awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    private static void process(FileRun run, Path input) throws Exception {
        run.with("saddlebag.answer.result", "/position").run(input);
        run.reported();
    }

    private static void call(URI address) {
        byte[] item = "{\"id\":\"1\",\"address\":\"1 Mill Lane, Kettleford\"}".getBytes(StandardCharsets.UTF_8);
        try {
            for (int i = 0; i < CALLS; i++) {
                HttpURLConnection connection =
                        (HttpURLConnection) address.toURL().openConnection();
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", "application/json");
                connection.getOutputStream().write(item);
                try (InputStream answer = connection.getInputStream()) {
                    answer.readAllBytes();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
