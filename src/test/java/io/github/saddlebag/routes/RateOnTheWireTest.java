package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.JobApi;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What arrives under a rate, retries and new connections included. */
@Tag("slow")
@Timeout(120)
class RateOnTheWireTest {

    private static final int RATE = 50;
    /** Of a second; what arrives on a busy machine is bunched. The exact limit is shown on a simulated clock. */
    private static final long WINDOW_MILLIS = 700;

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldNeverSendMoreInASecondThanTheRate(String mode) throws Exception {
        try (TestApi api = TestApi.start(request -> request.number() % 7 == 0
                        ? TestApi.answer(408, "").with("Connection", "close")
                        : Singles.either(request));
                Bundle bundle = Singles.bundle(mode)
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.call.max-attempts", 100)
                        .with("saddlebag.call.concurrency", 16)
                        .with("saddlebag.call.rate", RATE)
                        .start()) {

            List<Outcome> outcomes = bundle.ask(items(100));

            assertThat(outcomes).noneMatch(Outcome::failed);
            assertThat(api.mostWithin(WINDOW_MILLIS)).isLessThanOrEqualTo(RATE);
            List<Long> times =
                    api.requests().stream().map(Request::nanos).sorted().toList();
            double seconds = (times.get(times.size() - 1) - times.get(0)) / 1e9;
            assertThat((times.size() - 1) / seconds).as("mean").isGreaterThan(0.75 * RATE);
        }
    }

    /** For as long as is said; on a machine that is idle, for what arrives on a busy one is bunched. */
    @ParameterizedTest
    @CsvSource({
        "batch, 20, 1s", "batch, 50, 1s", "batch, 200, 1s", "batch, 100, 1m",
        "single, 20, 1s", "single, 50, 1s", "single, 200, 1s", "single, 100, 1m",
        "job, 20, 1s", "job, 50, 1s", "job, 200, 1s", "job, 100, 1m"
    })
    @EnabledIfSystemProperty(named = "saddlebag.rate-seconds", matches = "[1-9]\\d*")
    @Timeout(600)
    void shouldKeepToEachRateForLong(String mode, int rate, String period) throws Exception {
        long periodMillis = period.equals("1m") ? 60_000 : 1000;
        long seconds = Math.max(Long.getLong("saddlebag.rate-seconds"), 3 * periodMillis / 2000);
        JobApi jobs = new JobApi((job, time, request) -> time < 1 ? JobApi.pending(job) : job.results());
        try (TestApi api = TestApi.start(request -> request.number() % 19 == 0
                        ? TestApi.answer(408, "").with("Connection", "close")
                        : mode.equals("job") ? jobs.answer(request) : Singles.either(request));
                Bundle bundle = Singles.bundle(mode)
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.call.max-attempts", 100)
                        .with("saddlebag.call.deadline", "10m")
                        .with("saddlebag.job.deadline", "10m")
                        .with("saddlebag.job.poll-interval", "5ms")
                        .with("saddlebag.call.concurrency", 16)
                        .with("saddlebag.call.rate", rate + "/" + period)
                        .start()) {
            int requests = (int) (rate * seconds * 1000 / periodMillis);

            List<Outcome> outcomes = bundle.ask(items(mode.equals("job") ? requests / 3 : requests));

            assertThat(outcomes).noneMatch(Outcome::failed);
            assertThat(api.mostWithin(periodMillis - 20)).isLessThanOrEqualTo(rate);
            List<Long> times =
                    api.requests().stream().map(Request::nanos).sorted().toList();
            double periods = (times.get(times.size() - 1) - times.get(0)) / 1e6 / periodMillis;
            assertThat((times.size() - 1) / periods).as("mean").isGreaterThan(0.97 * rate);
        }
    }

    /** The process before may have sent something just before it was killed. */
    @Test
    void shouldKeepTheDistanceToWhatWasSentBeforeARestart(@TempDir Path folder) throws Exception {
        Path input = Files.write(folder.resolve("in.jsonl"), items(4));
        Path results = folder.resolve("out.jsonl");
        AtomicLong first = new AtomicLong();
        try (TestApi api = TestApi.start(request -> request.number() < 3
                ? TestApi.echo(request)
                : TestApi.answer(429, "").with("Retry-After", "100"))) {
            try (Bundle before = resumable(api, results).start()) {
                before.template().asyncSendBody("direct:saddlebag-read", input);
                await().until(() -> api.requests().size() >= 3
                        && Files.exists(results)
                        && Files.readAllLines(results).size() == 2);
            }
            Path checkpoint;
            try (Stream<Path> files = Files.list(folder)) {
                checkpoint = files.filter(file -> file.toString().contains("checkpoint"))
                        .findFirst()
                        .orElseThrow();
            }
            long written = Files.getLastModifiedTime(checkpoint).toMillis();
            api.behave(request -> {
                first.compareAndSet(0, System.currentTimeMillis());
                return TestApi.echo(request);
            });
            try (Bundle after = resumable(api, results).start()) {
                after.template().sendBody("direct:saddlebag-read", input);
            }

            assertThat(first.get() - written).isGreaterThanOrEqualTo(500);
            assertThat(results).content().contains("\"i4\"");
        }
    }

    private static Bundle resumable(TestApi api, Path results) {
        return Bundle.all()
                .with("saddlebag.call.url", api.url())
                .with("saddlebag.call.rate", 2)
                .with("saddlebag.batch.max-items", 1)
                // in order, one that is answered early would be kept beside the results
                .with("saddlebag.deliver.ordered", false)
                .with("saddlebag.deliver.file", results);
    }
}
