package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
