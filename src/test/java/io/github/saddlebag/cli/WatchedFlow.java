package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.Async;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Items that flow through a runtime while its files are saved, from one kind of source. */
abstract class WatchedFlow {

    /** Longer than what is left of a run needs. */
    private static final Duration PATIENCE = Duration.ofSeconds(240);

    final Path folder;
    final int count;

    private WatchedFlow(Path folder, int count) {
        this.folder = folder;
        this.count = count;
    }

    static WatchedFlow of(String source, Path folder, int count) throws IOException {
        return switch (source) {
            case "files" -> new OfFiles(folder, count);
            case "callers" -> new OfCallers(folder, count);
            case "timer" -> new OfTimer(folder, count);
            default -> throw new IllegalArgumentException(source);
        };
    }

    /** The properties of the source. */
    abstract List<String> properties();

    /** Called when the runtime listens. */
    void start() {}

    /** Waits for the outcomes of all, and returns how often an item has one, by its id. Each has an answer. */
    abstract Map<String, Integer> outcomes() throws Exception;

    private static Map<String, Integer> counted(Stream<String> lines) {
        Map<String, Integer> counts = new TreeMap<>();
        lines.forEach(line -> {
            assertThat(line).contains("\"result\"");
            counts.merge(line.replaceAll(".*\"id\":\"([^\"]*)\".*", "$1"), 1, Integer::sum);
        });
        return counts;
    }

    /** A file of the inbox. */
    private static final class OfFiles extends WatchedFlow {

        private OfFiles(Path folder, int count) throws IOException {
            super(folder, count);
            Files.write(Files.createDirectory(folder.resolve("in")).resolve("a.jsonl"), items(count));
        }

        @Override
        List<String> properties() {
            return List.of(
                    "saddlebag.source.file.enabled=true",
                    "saddlebag.source.file.directory=" + folder.resolve("in"),
                    "saddlebag.source.file.min-age=0ms",
                    "saddlebag.deliver.directory=" + folder.resolve("out"));
        }

        @Override
        Map<String, Integer> outcomes() throws IOException {
            await().atMost(PATIENCE).until(() -> Files.exists(folder.resolve("in/.done/a.jsonl")));
            List<String> lines = Files.readAllLines(folder.resolve("out/a.jsonl.results.jsonl"));
            for (int i = 0; i < lines.size(); i++) {
                assertThat(lines.get(i)).contains("\"id\":\"i" + (i + 1) + "\"");
            }
            return counted(lines.stream());
        }
    }

    /** Callers over HTTP, each with one item after the other. */
    private static final class OfCallers extends WatchedFlow {

        private static final int CALLERS = 40;

        private final int port;
        private final AtomicInteger next = new AtomicInteger();
        private final Queue<String> answers = new ConcurrentLinkedQueue<>();
        private List<CompletableFuture<Void>> callers = List.of();

        private OfCallers(Path folder, int count) throws IOException {
            super(folder, count);
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
        }

        @Override
        List<String> properties() {
            return List.of(
                    "saddlebag.source.http.enabled=true",
                    "saddlebag.source.http.port=" + port,
                    "saddlebag.batch.max-wait=20ms");
        }

        @Override
        void start() {
            HttpClient client = HttpClient.newHttpClient();
            callers = IntStream.range(0, CALLERS)
                    .mapToObj(caller -> Async.run(() -> call(client)))
                    .toList();
        }

        private void call(HttpClient client) throws Exception {
            for (int i = next.incrementAndGet(); i <= count; i = next.incrementAndGet()) {
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/items"))
                                .version(HttpClient.Version.HTTP_1_1)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(item("i" + i)))
                                .build(),
                        BodyHandlers.ofString());
                assertThat(answer.body()).contains("\"i" + i + "\"");
                answers.add(answer.body());
            }
        }

        @Override
        Map<String, Integer> outcomes() {
            await().atMost(PATIENCE).until(() -> callers.stream().allMatch(CompletableFuture::isDone));
            callers.forEach(CompletableFuture::join);
            return counted(answers.stream());
        }
    }

    /** A watch list, in ten turns or more. */
    private static final class OfTimer extends WatchedFlow {

        private static final int TURNS = 10;

        private final Path results;

        private OfTimer(Path folder, int count) throws IOException {
            super(folder, count);
            results = folder.resolve("out.jsonl");
            Files.write(folder.resolve("list.jsonl"), items(count / TURNS));
        }

        @Override
        List<String> properties() {
            return List.of(
                    "saddlebag.source.timer.enabled=true",
                    "saddlebag.source.timer.list=" + folder.resolve("list.jsonl"),
                    "saddlebag.source.timer.period=10ms",
                    "saddlebag.deliver.file=" + results);
        }

        private long lines() throws IOException {
            try (Stream<String> lines = Files.lines(results)) {
                return lines.count();
            }
        }

        @Override
        Map<String, Integer> outcomes() throws IOException {
            await().atMost(PATIENCE).until(() -> lines() >= count);
            // the turn under way goes on with the list that it has opened
            Path none = Files.createFile(folder.resolve("none.jsonl"));
            Files.move(none, folder.resolve("list.jsonl"), StandardCopyOption.ATOMIC_MOVE);
            await().atMost(PATIENCE).until(() -> lines() % (count / TURNS) == 0);
            return counted(Files.readAllLines(results).stream());
        }
    }
}
