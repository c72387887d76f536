package io.github.saddlebag;

import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.github.saddlebag.serve.CallerServer;
import io.github.saddlebag.testing.Async;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Faults;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Delivery;
import io.github.saddlebag.testing.TestApi.Request;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Callers and files for as many minutes as {@code saddlebag.soak} says, at an endpoint of whose responses one in twenty is
 * broken: after a fifth of the time memory, threads and descriptors grow no more.
 */
@Tag("slow")
@EnabledIfSystemProperty(named = "saddlebag.soak", matches = "[0-9.]+")
class SoakTest {

    private static final int SAMPLES = 50;
    private static final int CALLERS = 8;

    @TempDir
    private Path folder;

    /** What the process has of each. */
    private record Sample(long memoryMb, int threads, long descriptors) {

        private static Sample now() throws Exception {
            System.gc();
            long rssKb = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
            return new Sample(
                    rssKb / 1024,
                    ManagementFactory.getThreadMXBean().getThreadCount(),
                    ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                            .getOpenFileDescriptorCount());
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
    void shouldGrowNoMoreOnceItIsWarm() throws Exception {
        long millis = (long) (Double.parseDouble(System.getProperty("saddlebag.soak")) * 60_000);
        Path inbox = Files.createDirectory(folder.resolve("inbox"));
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger asked = new AtomicInteger();
        List<Sample> samples = new ArrayList<>();
        try (TestApi api = TestApi.start(SoakTest::answer);
                Bundle bundle = Bundle.all()
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.source.http.enabled", true)
                        .with("saddlebag.source.http.port", 0)
                        .with("saddlebag.source.file.enabled", true)
                        .with("saddlebag.source.file.directory", inbox)
                        .with("saddlebag.deliver.directory", folder.resolve("results"))
                        .start()) {
            int port = bundle.context().hasService(CallerServer.class).port();
            List<CompletableFuture<Void>> callers = IntStream.range(0, CALLERS)
                    .mapToObj(caller -> Async.run(() -> call(port, over, asked)))
                    .toList();
            for (int i = 0; i < SAMPLES; i++) {
                Files.write(inbox.resolve("part-" + i + ".tmp"), items(500));
                Files.move(inbox.resolve("part-" + i + ".tmp"), inbox.resolve("part-" + i + ".jsonl"));
                LockSupport.parkNanos(millis * 1_000_000 / SAMPLES);
                samples.add(Sample.now());
                // what the endpoint keeps of its callers would grow, and is not the product's
                api.requests().clear();
            }
            over.set(true);
            callers.forEach(CompletableFuture::join);
        }

        System.out.println(asked + " calls; " + samples);
        Sample warm = most(samples.subList(0, SAMPLES / 5));
        Sample later = most(samples.subList(SAMPLES * 4 / 5, SAMPLES));
        assertThat(later.memoryMb).isLessThanOrEqualTo(warm.memoryMb + warm.memoryMb / 5);
        assertThat(later.threads).isLessThanOrEqualTo(warm.threads + 10);
        assertThat(later.descriptors).isLessThanOrEqualTo(warm.descriptors + 20);
    }

    private static Sample most(List<Sample> samples) {
        return new Sample(
                samples.stream().mapToLong(Sample::memoryMb).max().orElseThrow(),
                samples.stream().mapToInt(Sample::threads).max().orElseThrow(),
                samples.stream().mapToLong(Sample::descriptors).max().orElseThrow());
    }

    private static void call(int port, AtomicBoolean over, AtomicInteger asked) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        while (!over.get()) {
            String id = "c" + asked.incrementAndGet();
            client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/items"))
                            .version(HttpClient.Version.HTTP_1_1)
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(item(id)))
                            .build(),
                    BodyHandlers.discarding());
        }
    }
}
