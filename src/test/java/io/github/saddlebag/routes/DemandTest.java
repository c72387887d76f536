package io.github.saddlebag.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How far a file is read ahead of the requests of its items. */
@Timeout(120)
class DemandTest {

    private static final int LINES = 4000;

    @TempDir
    private Path folder;

    @Test
    void shouldReadNoFurtherThanRequestsCanBeMadeSoon() throws Exception {
        Path inbox = Files.createDirectories(folder.resolve("inbox"));
        Files.writeString(
                folder.resolve("a"),
                IntStream.range(0, LINES)
                        .mapToObj(i -> "{\"id\":\"k" + i + "\",\"text\":\"t\"}\n")
                        .collect(Collectors.joining()));
        Files.move(folder.resolve("a"), inbox.resolve("a.jsonl"));
        CountDownLatch answers = new CountDownLatch(1);
        MeterRegistry meters = new SimpleMeterRegistry();
        try (TestApi api = TestApi.start(request -> {
                    if (request.text().contains("k3")) {
                        answers.await();
                    }
                    return Singles.echo(request);
                });
                Bundle bundle = Singles.bundle("single")
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.call.concurrency", 1)
                        .with("saddlebag.source.file.enabled", true)
                        .with("saddlebag.source.file.directory", inbox)
                        .with("saddlebag.source.file.poll", "50ms")
                        .with("saddlebag.source.file.min-age", "0ms")
                        .with("saddlebag.deliver.directory", folder.resolve("outbox"))
                        .plus(new RouteBuilder() {
                            @Override
                            public void configure() {
                                getContext().getRegistry().bind("meters", meters);
                            }
                        })) {
            bundle.start();
            await().until(() -> value(meters, "saddlebag.waiting") >= 1);
            assertThat(value(meters, "saddlebag.in.flight"))
                    .as("no more is open than can wait for a place, and a chunk that was let in before")
                    .isLessThan(1500);
            answers.countDown();
            await().until(() -> Files.exists(inbox.resolve(".done/a.jsonl")));
        }

        assertThat(Files.readAllLines(folder.resolve("outbox/a.jsonl.results.jsonl")))
                .hasSize(LINES)
                .noneMatch(line -> line.contains("\"error\""));
    }

    private static double value(MeterRegistry meters, String name) {
        return meters.find(name).gauges().stream()
                .mapToDouble(gauge -> gauge.value())
                .sum();
    }
}
