package io.github.saddlebag.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An endpoint that dies and comes back: items wait, none fails, and it is not run over when it is back. */
@Tag("slow")
@Timeout(120)
class OutageTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    @SuppressWarnings("unchecked")
    void shouldLetItemsWaitUntilTheEndpointIsBackAndComeBackGently() throws Exception {
        TestApi first = TestApi.start(request -> TestApi.echo(request).after(20));
        int port = first.port();
        try (Bundle bundle = Bundle.all()
                .with("saddlebag.call.url", first.url())
                .with("saddlebag.batch.max-items", 5)
                .with("saddlebag.breaker.wait-duration-in-open-state", "2s")
                .start()) {
            List<String> items = IntStream.range(0, 2000)
                    .mapToObj(i -> "{\"id\":\"" + i + "\",\"text\":\"t\"}")
                    .toList();
            CompletableFuture<List<Outcome>> outcomes = bundle.template()
                    .asyncRequestBody("batch:saddlebag", items, List.class)
                    .thenApply(o -> o);
            await().until(() -> first.requests().size() > 20);
            first.close();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> bundle.breakerState().equals("OPEN"));

            try (TestApi second = TestApi.start(port, TestApi::echo)) {
                assertThat(outcomes.get(60, TimeUnit.SECONDS)).hasSize(2000).noneMatch(Outcome::failed);

                long back = second.requests().get(0).nanos();
                List<Long> millis = second.requests().stream()
                        .map(request -> (request.nanos() - back) * 1000 / SECOND)
                        .toList();
                assertThat(millis)
                        .as("no more than the trials in the first second")
                        .filteredOn(time -> time < 1000)
                        .hasSizeLessThanOrEqualTo(2);
                assertThat(bundle.breakerState()).isEqualTo("CLOSED");
            }
        }
    }
}
