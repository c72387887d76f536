package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A stop while many wait for the rate: of what comes again nothing begins any more, and callers are still served. */
@Tag("slow")
@Timeout(120)
class StopAtARateTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private final TestApi api = TestApi.start(Singles::either);

    @AfterEach
    void stop() {
        api.close();
    }

    private Bundle bundle(String mode, String rate) {
        return Singles.bundle(mode)
                .with("saddlebag.call.url", api.url())
                .with("saddlebag.single.items", "data")
                .with("saddlebag.call." + rate, 2)
                .with("saddlebag.call.concurrency", 8)
                .with("saddlebag.job.directory", folder.resolve("jobs"))
                // in order, a file may keep what was answered early beside its results
                .with("saddlebag.deliver.ordered", false)
                .with("saddlebag.deliver.directory", folder.resolve("out"));
    }

    private Bundle source(Bundle bundle, String source) throws Exception {
        if (source.equals("timer")) {
            return bundle.with("saddlebag.source.timer.enabled", true)
                    .with("saddlebag.source.timer.period", "50ms")
                    .with("saddlebag.source.timer.list", Files.write(folder.resolve("list.jsonl"), items(30)));
        }
        Path inbox = Files.createDirectories(folder.resolve("in"));
        Path file = Files.write(folder.resolve("a.jsonl"), items(30));
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
        Files.move(file, inbox.resolve("a.jsonl"));
        return bundle.with("saddlebag.source.file.enabled", true)
                .with("saddlebag.source.file.poll", "50ms")
                .with("saddlebag.source.file.directory", inbox);
    }

    private long results() throws Exception {
        long lines = 0;
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".results.jsonl"))
                    .toList()) {
                lines += Files.readAllLines(file).size();
            }
        }
        return lines;
    }

    @ParameterizedTest
    @CsvSource({
        "file, batch, rate",
        "file, batch, rate-per-lane",
        "file, single, rate",
        "timer, batch, rate",
        "timer, single, rate",
        "file, job, rate"
    })
    void shouldBeginNothingThatComesAgain(String source, String mode, String rate) throws Exception {
        try (Bundle bundle = source(bundle(mode, rate), source).start()) {
            await().atMost(LONG).until(() -> api.requests().size() >= 3);
            long begin = System.nanoTime();
            bundle.close();
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);

            assertThat(api.requests().stream()
                            .filter(request -> request.nanos() - begin > TimeUnit.MILLISECONDS.toNanos(250)))
                    .as("begun later than one that was about to, of a stop of " + seconds + "s")
                    .isEmpty();
        }
        assertThat(results())
                .as("what was answered is written")
                .isEqualTo(api.requests().size());
    }

    @ParameterizedTest
    @CsvSource({"batch, rate", "batch, rate-per-lane", "single, rate", "job, rate", "job, rate-per-lane"})
    void shouldGiveThoseBackAtOnceWhoseTurnCannotCome(String mode, String rate) throws Exception {
        try (Bundle bundle =
                bundle(mode, rate).with("saddlebag.call." + rate, "1/1m").start()) {
            List<CompletableFuture<String>> answers = IntStream.range(0, 50)
                    .mapToObj(i -> bundle.askAsync(item("c" + i)))
                    .toList();
            await().atMost(LONG)
                    .until(() -> api.requests().size() == 1 && answers.stream().anyMatch(CompletableFuture::isDone));
            long begin = System.nanoTime();

            bundle.close();

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
            assertThat(answers).allMatch(CompletableFuture::isDone);
            assertThat(answers.stream().filter(CompletableFuture::isCompletedExceptionally))
                    .hasSize(49);
        }
        assertThat(api.requests()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"batch, rate", "batch, rate-per-lane", "single, rate", "job, rate"})
    void shouldServeCallersWhoWereLetIn(String mode, String rate) throws Exception {
        try (Bundle bundle = bundle(mode, rate).start()) {
            List<CompletableFuture<String>> answers = IntStream.range(0, 5)
                    .mapToObj(i -> bundle.askAsync(item("c" + i)))
                    .toList();
            await().atMost(LONG).until(() -> !api.requests().isEmpty());

            bundle.close();

            assertThat(answers)
                    .allSatisfy(answer ->
                            assertThat(answer.get(1, TimeUnit.SECONDS)).contains("r:tc"));
        }
    }
}
