package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.answers;
import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Delivery;
import io.github.saddlebag.testing.TestApi.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An endpoint that knows requests again by their key: it says 409 as long as the first of them is under way. */
@Tag("slow")
class RepeatedKeyTest {

    private static final String KEY = "idempotency-key";

    @TempDir
    private Path folder;

    private final Map<String, AtomicInteger> seen = new ConcurrentHashMap<>();
    private final TestApi api = TestApi.start(TestApi::echo);
    private final Bundle bundle = Bundle.all();

    @BeforeEach
    void configure() {
        bundle.with("saddlebag.call.url", api.url())
                .with("saddlebag.call.idempotency-header", "Idempotency-Key")
                .with("saddlebag.call.back-off", "2ms")
                .with("saddlebag.call.max-back-off", "4ms")
                .with("saddlebag.call.max-attempts", 3)
                .with("saddlebag.breaker.minimum-number-of-calls", 1000);
    }

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    private static Answer inUse() {
        return TestApi.answer(409, "{\"error\":{\"code\":\"idempotency_key_in_use\",\"message\":\"in progress\"}}");
    }

    private int times(Request request) {
        return seen.computeIfAbsent(request.headers().get(KEY), key -> new AtomicInteger())
                .incrementAndGet();
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldWaitForTheFirstRequestWithTheSameKey(String mode) throws Exception {
        api.behave(request -> {
            int time = times(request);
            if (time == 1) {
                return TestApi.echo(request).delivered(Delivery.RESET);
            }
            return time < 9 ? inUse() : TestApi.echo(request);
        });
        bundle.with("saddlebag.call.mode", mode)
                .with("saddlebag.single.items", "data")
                .start();

        List<Outcome> outcomes = bundle.ask(items(2));

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(seen).hasSize(mode.equals("single") ? 2 : 1);
        assertThat(outcomes.get(0).call().attempts()).isEqualTo(2);
    }

    @Test
    void shouldTakeAConflictForFinalWhereTheKeyIsNew() throws Exception {
        api.behave(request -> inUse());
        bundle.start();

        assertThat(bundle.ask(items(2)))
                .allSatisfy(outcome -> assertThat(outcome.failure().reason()).contains("409"));
        assertThat(api.requests()).hasSize(1);
    }

    @Test
    void shouldTakeAConflictForFinalWhereThereIsNoKey() throws Exception {
        api.behave(request -> request.number() == 1 ? TestApi.answer(503, "") : inUse());
        bundle.with("saddlebag.call.idempotency-header", "").start();

        assertThat(bundle.ask(items(2)).get(0).failure().reason()).contains("409");
        assertThat(api.requests()).hasSize(2);
    }

    @Test
    void shouldWaitNoLongerThanTheDeadline() throws Exception {
        api.behave(request -> times(request) == 1 ? TestApi.answer(500, "") : inUse());
        bundle.with("saddlebag.call.deadline", "300ms").start();

        assertThat(bundle.ask(items(1)).get(0).failure().reason()).contains("409", "saddlebag.call.deadline");
    }

    @Test
    void shouldSendAnItemUnderANewKeyThatWasToldToComeAgain() throws Exception {
        api.behave(request -> request.number() == 1
                ? TestApi.answer(200, "[{\"id\":\"i1\",\"status\":429}]")
                : TestApi.answer(200, "[{\"id\":\"i1\",\"status\":200}]"));
        bundle.with("saddlebag.answer.status", "/status").start();

        assertThat(bundle.ask(items(1))).noneMatch(Outcome::failed);
        assertThat(api.requests())
                .extracting(r -> r.headers().get(KEY))
                .hasSize(2)
                .doesNotHaveDuplicates();
    }

    @Test
    void shouldSubmitUnderANewKeyAfterAJobIsLost() throws Exception {
        Map<String, Integer> kept = new ConcurrentHashMap<>();
        api.behave(request -> {
            if (request.method().equals("POST")) {
                int job = kept.computeIfAbsent(request.headers().get(KEY), key -> kept.size() + 1);
                return TestApi.answer(202, "{\"id\":\"" + job + "\"}");
            }
            return request.target().endsWith("=1")
                    ? TestApi.answer(200, "{\"status\":\"failed\"}")
                    : TestApi.answer(200, "[{\"id\":\"i1\"}]");
        });
        bundle.with("saddlebag.call.mode", "job")
                .with("saddlebag.job.poll-interval", "2ms")
                .with("saddlebag.job.directory", folder.resolve("jobs"))
                .start();

        assertThat(bundle.ask(items(1))).noneMatch(Outcome::failed);
        assertThat(kept).hasSize(2);
    }

    @Test
    void shouldSendEachTurnOfAWatchListUnderItsOwnKey() throws Exception {
        Path list = Files.write(folder.resolve("list.jsonl"), items(3));
        api.behave(request -> times(request) == 1 && seen.size() == 1
                ? TestApi.echo(request).delivered(Delivery.RESET)
                : TestApi.echo(request));
        bundle.with("saddlebag.source.timer.enabled", true)
                .with("saddlebag.source.timer.list", list)
                .with("saddlebag.source.timer.period", "50ms")
                .without("50-")
                .stub("saddlebag-deliver", exchange -> {})
                .start();

        await().until(() -> seen.size() >= 3);

        // the one whose answer was lost went again under the same key
        assertThat(seen.values().stream().filter(times -> times.get() == 2)).hasSize(1);
        assertThat(seen.values().stream().filter(times -> times.get() > 2)).isEmpty();
    }

    @Test
    void shouldKeepTheKeyOfTheSameItemsOtherwise() throws Exception {
        api.behave(request -> times(request) == 1 ? TestApi.answer(503, "") : TestApi.echo(request));
        bundle.start();

        assertThat(answers(bundle.ask(items(2)))).containsExactly(echoOf("i1"), echoOf("i2"));
        assertThat(seen).hasSize(1);
    }
}
