package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.batch.ItemFailedException;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.JobApi;
import io.github.saddlebag.testing.TestApi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One key's limit, or trouble, is its own: the requests of others go on meanwhile. */
@Tag("slow")
@Timeout(120)
class BusyKeyTest {

    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private final TestApi api = TestApi.start(TestApi::echo);
    private final Bundle bundle = Bundle.all()
            .with("saddlebag.call.url", api.url())
            .with("saddlebag.batch.key-header", "tenant")
            .with("saddlebag.batch.max-items", 1)
            .with("saddlebag.call.concurrency", 4);

    @AfterEach
    void stop() {
        go.countDown();
        bundle.close();
        api.close();
    }

    private List<CompletableFuture<Object>> ask(String key, int count) {
        List<CompletableFuture<Object>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(bundle.template()
                    .asyncRequestBodyAndHeader("batch:saddlebag", item(key + i), "tenant", key, Object.class));
        }
        return answers;
    }

    private static void assertAnswered(List<CompletableFuture<Object>> answers) {
        for (CompletableFuture<Object> answer : answers) {
            assertThat(answer).succeedsWithin(60, TimeUnit.SECONDS);
        }
    }

    private void assertOthersGoOnWhileBusyWaits(int count) {
        List<CompletableFuture<Object>> busy = ask("busy", count);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> api.requests().stream().anyMatch(r -> r.text().contains("busy")));

        assertAnswered(ask("other", 10));
        assertAnswered(ask("third", 10));

        assertThat(busy).anyMatch(answer -> !answer.isDone());
        go.countDown();
        assertAnswered(busy);
    }

    @Test
    void shouldLetOthersPassAKeyThatHasMoreWorkThanThereAreThreads() throws Exception {
        bundle.with("saddlebag.call.rate-per-lane", 20).start();

        assertOthersGoOnWhileBusyWaits(100);
    }

    @Test
    void shouldLetOthersPassAKeyWhoseRequestsAreSlow() throws Exception {
        bundle.with("saddlebag.call.concurrency-per-lane", 1).start();
        api.behave(request -> {
            if (request.text().contains("busy")) {
                go.await();
            }
            return TestApi.echo(request);
        });

        assertOthersGoOnWhileBusyWaits(30);
    }

    /** It began as many as there may be, and had no turns left to ask for them. */
    @Test
    void shouldLetOthersPassAKeyThatHasManyJobs(@TempDir Path folder) throws Exception {
        JobApi jobs = new JobApi(3);
        api.behave(jobs);
        bundle.with("saddlebag.call.mode", "job")
                .with("saddlebag.call.rate-per-lane", 10)
                .with("saddlebag.job.max-jobs", 3)
                .with("saddlebag.job.poll-interval", "1ms")
                .with("saddlebag.job.max-poll-interval", "2ms")
                .with("saddlebag.job.directory", folder)
                .start();

        List<CompletableFuture<Object>> busy = ask("busy", 12);
        await().until(() -> api.requests().size() >= 4);
        int before = api.requests().size();
        assertAnswered(ask("other", 2));

        assertThat(List.copyOf(api.requests()).subList(before, before + 3))
                .as("those that followed")
                .anyMatch(request -> request.text().contains("other"));
        assertAnswered(busy);
    }

    @Test
    void shouldLetOthersPassAKeyWhoseRequestsAreTriedAgain() throws Exception {
        bundle.with("saddlebag.call.back-off", "300ms")
                .with("saddlebag.call.max-back-off", "300ms")
                .with("saddlebag.call.max-attempts", 1000)
                .with("saddlebag.breaker.sliding-window-size", 1000)
                .with("saddlebag.breaker.minimum-number-of-calls", 1000)
                .start();
        api.behave(request ->
                request.text().contains("busy") && go.getCount() > 0 ? TestApi.answer(500, "") : TestApi.echo(request));

        assertOthersGoOnWhileBusyWaits(20);
    }

    /** How many requests of a key had arrived when the first of another came, and so on. */
    private long arrived(String key) {
        return List.copyOf(api.requests()).stream()
                .filter(request -> request.text().contains(key))
                .count();
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 403, 503})
    void shouldLetOthersPassAKeyThatIsRefused(int status) throws Exception {
        bundle.with("saddlebag.call.rate-per-lane", 1000).start();
        api.behave(request -> request.text().contains("busy") && go.getCount() > 0
                ? TestApi.answer(status, "").with("Retry-After", "3")
                : TestApi.echo(request));

        List<CompletableFuture<Object>> busy = new ArrayList<>(ask("busy", 1));
        await().until(() -> arrived("busy") > 0);
        assertAnswered(ask("other", 1));
        busy.addAll(ask("busy", 5));
        assertAnswered(ask("other", 10));
        assertAnswered(ask("third", 10));

        assertThat(arrived("busy")).isEqualTo(1);
        go.countDown();
        assertAnswered(busy);
    }

    @Test
    void shouldLetOthersPassAKeyWhoseLimitIsUsedUp() throws Exception {
        bundle.with("saddlebag.call.rate-per-lane", 1000).start();
        api.behave(request -> request.text().contains("busy") && go.getCount() > 0
                ? TestApi.echo(request).with("X-RateLimit-Remaining", "0").with("X-RateLimit-Reset", "3")
                : TestApi.echo(request));

        List<CompletableFuture<Object>> busy = new ArrayList<>(ask("busy", 1));
        await().until(() -> arrived("busy") > 0);
        assertAnswered(ask("other", 1));
        busy.addAll(ask("busy", 5));
        assertAnswered(ask("other", 10));
        assertAnswered(ask("third", 10));

        assertThat(arrived("busy")).isEqualTo(1);
        go.countDown();
        assertAnswered(busy);
    }

    @Test
    void shouldHoldAllWhereOtherKeysAreRefusedAsWell() throws Exception {
        bundle.with("saddlebag.call.rate-per-lane", 1000).start();
        api.behave(request ->
                request.number() <= 2 ? TestApi.answer(429, "").with("Retry-After", "2") : TestApi.echo(request));

        List<CompletableFuture<Object>> all = new ArrayList<>(ask("busy", 1));
        await().until(() -> arrived("busy") > 0);
        all.addAll(ask("other", 1));
        await().until(() -> arrived("other") > 0);
        all.addAll(ask("third", 5));
        assertAnswered(all);

        assertThat(api.requests().get(2).nanos() - api.requests().get(1).nanos())
                .isGreaterThan(TimeUnit.MILLISECONDS.toNanos(1900));
    }

    /** Others were answered meanwhile: it is no trouble of the endpoint, for which the circuit breaker would open. */
    @ParameterizedTest
    @ValueSource(strings = {"500", "late", "cut", "garbled"})
    void shouldLetOthersPassAKeyThatGetsOnlyErrors(String kind) throws Exception {
        bundle.with("saddlebag.call.rate-per-lane", 1000)
                .with("saddlebag.call.response-timeout", "1s")
                .with("saddlebag.call.concurrency", 20)
                .with("saddlebag.call.back-off", "200ms")
                .with("saddlebag.call.max-back-off", "200ms")
                .with("saddlebag.call.retry-share", "1")
                .with("saddlebag.call.max-attempts", 1000)
                .with("saddlebag.breaker.sliding-window-size", 20)
                .with("saddlebag.breaker.minimum-number-of-calls", 20)
                .with("saddlebag.breaker.wait-duration-in-open-state", "5m")
                .start();
        api.behave(request -> {
            if (!request.text().contains("busy") || go.getCount() == 0) {
                return TestApi.echo(request);
            }
            if (kind.equals("late")) {
                go.await();
            }
            return switch (kind) {
                case "500" -> TestApi.answer(500, "");
                case "cut" -> TestApi.wire(out -> false);
                default -> TestApi.answer(200, "[{");
            };
        });

        List<CompletableFuture<Object>> busy = new ArrayList<>(ask("busy", 1));
        await().until(() -> arrived("busy") > 1);
        assertAnswered(ask("other", 2));
        busy.addAll(ask("busy", 15));
        await().atMost(Duration.ofSeconds(60)).until(() -> arrived("busy") > 40);

        assertAnswered(ask("third", 10));
        assertThat(bundle.breakerState()).isEqualTo("CLOSED");
        go.countDown();
        assertAnswered(busy);
    }

    /** Where none of the others is answered either, it is the endpoint. */
    @Test
    void shouldOpenTheBreakerWhereOtherKeysGetErrorsAsWell() throws Exception {
        bundle.with("saddlebag.call.rate-per-lane", 1000)
                .with("saddlebag.call.back-off", "20ms")
                .with("saddlebag.call.max-back-off", "20ms")
                .with("saddlebag.call.max-attempts", 1000)
                .with("saddlebag.breaker.sliding-window-size", 4)
                .with("saddlebag.breaker.minimum-number-of-calls", 4)
                .with("saddlebag.breaker.wait-duration-in-open-state", "1s")
                .start();
        assertAnswered(ask("other", 4));
        api.behave(request -> go.getCount() > 0 ? TestApi.answer(500, "") : TestApi.echo(request));

        List<CompletableFuture<Object>> all = new ArrayList<>(ask("busy", 20));
        all.addAll(ask("other", 1));
        await().until(() -> bundle.breakerState().equals("OPEN"));

        go.countDown();
        assertAnswered(all);
    }

    /** Who waits for another key is not concerned. */
    @Test
    void shouldTellCallersOfARefusedKeyAtOnce() throws Exception {
        bundle.with("saddlebag.call.rate-per-lane", 1000).start();
        api.behave(request -> request.text().contains("busy")
                ? TestApi.answer(429, "").with("Retry-After", "60")
                : TestApi.echo(request));

        for (int i = 0; i < 2; i++) {
            assertThat(askWithin("20s", "busy" + i))
                    .failsWithin(15, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .havingRootCause()
                    .isInstanceOf(ItemFailedException.class)
                    .withMessageContaining("nothing of this key is sent for");
            assertThat(askWithin("20s", "other" + i)).succeedsWithin(15, TimeUnit.SECONDS);
        }
        assertThat(arrived("busy")).isEqualTo(1);
    }

    private CompletableFuture<Object> askWithin(String time, String id) {
        return bundle.template()
                .asyncRequestBodyAndHeader(
                        "batch:saddlebag?replyTimeout=" + time,
                        item(id),
                        "tenant",
                        id.substring(0, id.length() - 1),
                        Object.class);
    }

    /** Each that waited for its turn held the memory for its response, until there was none for others. */
    @Test
    void shouldLetOthersPassAKeyWhoseResponsesAreLarge() throws Exception {
        Set<String> failed = ConcurrentHashMap.newKeySet();
        CountDownLatch heldUp = new CountDownLatch(1);
        api.behave(request -> {
            if (request.text().contains("busy")) {
                if (failed.add(request.text())) {
                    return TestApi.answer(500, "");
                }
                heldUp.countDown();
                go.await();
            }
            return large(request);
        });
        bundle.with("saddlebag.call.concurrency-per-lane", 1)
                .with("saddlebag.call.max-memory", "1MB")
                .with("saddlebag.call.retry-share", "1")
                .with("saddlebag.breaker.sliding-window-size", 1000)
                .with("saddlebag.breaker.minimum-number-of-calls", 1000)
                .start();
        assertAnswered(ask("first", 1));

        List<CompletableFuture<Object>> busy = ask("busy", 10);
        assertThat(heldUp.await(30, TimeUnit.SECONDS)).isTrue();

        assertAnswered(ask("other", 10));
        assertThat(busy).noneMatch(CompletableFuture::isDone);
        go.countDown();
        assertAnswered(busy);
    }

    @Test
    void shouldLetOthersPassAHostWhoseResponsesAreLarge() throws Exception {
        try (TestApi other = TestApi.start(BusyKeyTest::large)) {
            api.behave(request -> request.number() > 1 && go.getCount() > 0
                    ? TestApi.answer(429, "").with("Retry-After", "2")
                    : large(request));
            bundle.with("saddlebag.call.mode", "single")
                    .with("saddlebag.call.allow-hosts", "127.0.0.1")
                    .with("saddlebag.call.max-memory", "1MB")
                    .start();
            assertThat(get(api)).succeedsWithin(60, TimeUnit.SECONDS);

            List<CompletableFuture<String>> busy =
                    IntStream.range(0, 20).mapToObj(i -> get(api)).toList();
            await().until(() -> api.requests().size() > 1);

            for (int i = 0; i < 10; i++) {
                assertThat(get(other)).succeedsWithin(60, TimeUnit.SECONDS);
            }
            assertThat(busy).noneMatch(CompletableFuture::isDone);
            go.countDown();
            for (CompletableFuture<String> answer : busy) {
                assertThat(answer).succeedsWithin(60, TimeUnit.SECONDS);
            }
        }
    }

    private CompletableFuture<String> get(TestApi from) {
        return bundle.askAsync("\"" + from.url() + "?" + asked.incrementAndGet() + "\"");
    }

    private static TestApi.Answer large(TestApi.Request request) {
        String id = request.text().isEmpty() ? "a" : request.ids().get(0);
        return TestApi.answer(200, "[{\"id\":\"" + id + "\",\"text\":\"" + "x".repeat(100_000) + "\"}]");
    }
}
