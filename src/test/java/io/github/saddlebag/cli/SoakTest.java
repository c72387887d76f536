package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.Async;
import io.github.saddlebag.testing.Faults;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Delivery;
import io.github.saddlebag.testing.TestApi.Request;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Callers of {@code serve} and files of {@code run}, for as many minutes as {@code saddlebag.soak} says, at an endpoint of
 * whose responses one in twenty is broken: after a fifth of the time memory, threads and descriptors grow no more.
 */
@Tag("slow")
@EnabledIfSystemProperty(named = "saddlebag.soak", matches = "[0-9.]+")
class SoakTest {

    private static final int SAMPLES = 50;
    private static final int CALLERS = 8;
    private static final int ITEMS = 10_000;

    @TempDir
    private Path folder;

    /** What a process has of each. */
    private record Sample(long memoryMb, long threads, long descriptors) {

        private static Sample of(ChildRun run) throws IOException {
            Path process = Path.of("/proc", Long.toString(run.pid()));
            Map<String, Long> status = Files.readAllLines(process.resolve("status")).stream()
                    .filter(line -> line.startsWith("VmRSS:") || line.startsWith("Threads:"))
                    .collect(Collectors.toMap(
                            line -> line.split(":")[0], line -> Long.parseLong(line.replaceAll("\\D", ""))));
            try (Stream<Path> open = Files.list(process.resolve("fd"))) {
                return new Sample(status.get("VmRSS") / 1024, status.get("Threads"), open.count());
            }
        }

        private static Sample most(List<Sample> samples) {
            return new Sample(
                    samples.stream().mapToLong(Sample::memoryMb).max().orElseThrow(),
                    samples.stream().mapToLong(Sample::threads).max().orElseThrow(),
                    samples.stream().mapToLong(Sample::descriptors).max().orElseThrow());
        }
    }

    private static Answer answer(Request request) {
        Answer good = TestApi.echo(request);
        return switch (ThreadLocalRandom.current().nextInt(100)) {
            case 0 -> good.delivered(Delivery.RESET);
            case 1 -> good.delivered(Delivery.TORN);
            case 2 -> Faults.cutHead();
            case 3 -> Faults.endless().get("header-line");
            case 4 -> TestApi.answer(502, "<html>gateway</html>");
            default -> good;
        };
    }

    @Test
    void shouldGrowNoMoreOnceTheyAreWarm() throws Exception {
        long millis = (long) (Double.parseDouble(System.getProperty("saddlebag.soak")) * 60_000);
        Path inbox = Files.createDirectory(folder.resolve("inbox"));
        Path results = Files.createDirectory(folder.resolve("results"));
        int port = freePort();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        List<Sample> ofRun = new ArrayList<>();
        List<Sample> ofServe = new ArrayList<>();
        try (TestApi api = TestApi.start(SoakTest::answer);
                ChildRun run = ChildRun.start(
                        folder,
                        List.of(
                                "run",
                                "--url",
                                api.url(),
                                "--set",
                                "saddlebag.source.file.directory=" + inbox,
                                "--set",
                                "saddlebag.deliver.directory=" + results));
                ChildRun serve = ChildRun.start(
                        folder, List.of("serve", "--port", Integer.toString(port), "--url", api.url()))) {
            await().atMost(Duration.ofSeconds(60)).until(() -> serve.said().contains("stop with"));
            List<CompletableFuture<Void>> callers = IntStream.range(0, CALLERS)
                    .mapToObj(caller -> Async.run(() -> call(port, over, answered)))
                    .toList();
            for (int i = 0; i < SAMPLES; i++) {
                Files.write(inbox.resolve("part-" + i + ".tmp"), items(ITEMS));
                Files.move(inbox.resolve("part-" + i + ".tmp"), inbox.resolve("part-" + i + ".jsonl"));
                LockSupport.parkNanos(millis * 1_000_000 / SAMPLES);
                ofRun.add(Sample.of(run));
                ofServe.add(Sample.of(serve));
                // what the endpoint keeps of its callers would grow, and is not the product's
                api.requests().clear();
            }
            over.set(true);
            callers.forEach(CompletableFuture::join);
            await().atMost(Duration.ofSeconds(120)).until(() -> lines(results) == (long) SAMPLES * ITEMS);
            run.terminate();
            serve.terminate();
            assertThat(run.status()).as(run.said()).isEqualTo(143);
            assertThat(serve.status()).as(serve.said()).isEqualTo(143);
        }

        System.out.println(answered + " calls; run " + ofRun + "; serve " + ofServe);
        assertGrowsNoMore(ofRun);
        assertGrowsNoMore(ofServe);
    }

    private static void assertGrowsNoMore(List<Sample> samples) {
        Sample warm = Sample.most(samples.subList(0, SAMPLES / 5));
        Sample later = Sample.most(samples.subList(SAMPLES * 4 / 5, SAMPLES));
        assertThat(later.memoryMb).isLessThanOrEqualTo(warm.memoryMb + warm.memoryMb / 5);
        assertThat(later.threads).isLessThanOrEqualTo(warm.threads + 10);
        assertThat(later.descriptors).isLessThanOrEqualTo(warm.descriptors + 20);
    }

    /** Of all results. */
    private static long lines(Path results) throws IOException {
        long count = 0;
        try (Stream<Path> files = Files.list(results)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".results.jsonl"))
                    .toList()) {
                try (Stream<String> lines = Files.lines(file)) {
                    count += lines.count();
                }
            }
        }
        return count;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void call(int port, AtomicBoolean over, AtomicInteger answered) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        while (!over.get()) {
            String id = "c" + answered.incrementAndGet();
            client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                            .version(HttpClient.Version.HTTP_1_1)
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(item(id)))
                            .build(),
                    BodyHandlers.discarding());
        }
    }
}
