package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Request;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a request comes again that was refused, by what the refusal says, on a wire with a clock of its own. */
@Tag("slow")
@Timeout(120)
class RateLimitFieldsTest {

    /** It is many years late. */
    private static final String DATE = "Sun, 09 Sep 2001 01:46:40 GMT";

    private static final String EPOCH = "1000000001";

    static Stream<Arguments> fields() {
        String[][] rows = {
            {"300", "retry-after-ms", "300"},
            {"300", "x-ms-retry-after-ms", "300", "Retry-After", "1"},
            {"400", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset-After", "0.4"},
            {
                "400",
                "x-ratelimit-remaining-requests",
                "99",
                "x-ratelimit-reset-requests",
                "1ms",
                "x-ratelimit-remaining-tokens",
                "0",
                "x-ratelimit-reset-tokens",
                "400ms"
            },
            {"1000", "X-Rate-Limit-Remaining", "0", "X-Rate-Limit-Reset", EPOCH + "\r\nX-Rate-Limit-Reset: " + EPOCH},
            {"1000", "Retry-After", "Sun, 09 Sep 2001 01:46:41 GMT"},
            {
                "1000",
                "X-RateLimit-Limit",
                "5",
                "X-RateLimit-Remaining",
                "0",
                "X-RateLimit-FillRate",
                "5",
                "X-RateLimit-Interval-Seconds",
                "1"
            }
        };
        return Stream.of("batch", "single").flatMap(mode -> Stream.of(rows).map(row -> Arguments.of(mode, row)));
    }

    @ParameterizedTest
    @MethodSource("fields")
    void shouldComeBackWhenTheRefusalSays(String mode, String[] row) throws Exception {
        Answer refusal = TestApi.answer(429, "").with("Date", DATE);
        for (int i = 1; i < row.length; i += 2) {
            refusal = refusal.with(row[i], row[i + 1]);
        }
        Answer refused = refusal;
        try (TestApi api = TestApi.start(request -> request.number() == 1 ? refused : Singles.either(request));
                Bundle bundle = Singles.bundle(mode)
                        .with("saddlebag.call.url", api.url())
                        .start()) {

            List<Outcome> outcomes = bundle.ask(items(3));

            assertThat(outcomes).noneMatch(Outcome::failed);
            List<Long> times =
                    api.requests().stream().map(Request::nanos).sorted().toList();
            assertThat(times).as("one pause for all").hasSize(4);
            assertThat((times.get(1) - times.get(0)) / 1_000_000)
                    .isBetween(Long.parseLong(row[0]), Long.parseLong(row[0]) + 2000);
        }
    }

    /** What was refused once and is taken then must not count as refused again. */
    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldTellThePaceOnceOfEachRefusal(String mode) throws Exception {
        AtomicLong taken = new AtomicLong();
        try (TestApi api = TestApi.start(request -> {
                    if (request.number() > 1 && request.number() < 10) {
                        return TestApi.answer(429, "");
                    }
                    taken.incrementAndGet();
                    return Singles.either(request);
                });
                Bundle bundle = Singles.bundle(mode)
                        .with("saddlebag.call.url", api.url())
                        .start()) {
            long begun = System.nanoTime();

            List<Outcome> outcomes = bundle.ask(items(30));

            assertThat(outcomes).noneMatch(Outcome::failed);
            assertThat(taken).hasValue(30);
            assertThat((System.nanoTime() - begun) / 1e9)
                    .as("seconds, where the bug took 100")
                    .isLessThan(30);
        }
    }
}
