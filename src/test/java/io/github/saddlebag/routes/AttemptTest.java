package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One attempt: how many at once, and how often. */
@Tag("slow")
@Timeout(120)
class AttemptTest {

    private final TestApi api = TestApi.start(TestApi::echo);
    private final Bundle bundle = Bundle.of("20-", "30-", "33-", "35-", "36-", "40-", "90-")
            .with("saddlebag.call.url", api.url())
            .with("saddlebag.batch.max-items", 1);

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    @Test
    void shouldPassAdmissionThenBreakerThenHttp() throws Exception {
        List<String> passed = new CopyOnWriteArrayList<>();
        bundle.context()
                .getCamelContextExtension()
                .addInterceptStrategy((context, node, target, next) -> new DelegateAsyncProcessor(target) {
                    @Override
                    public boolean process(Exchange exchange, org.apache.camel.AsyncCallback callback) {
                        passed.add(node.getId());
                        return super.process(exchange, callback);
                    }
                });
        bundle.with("saddlebag.call.rate", "1000").start();

        bundle.ask(items(1));

        assertThat(passed)
                .containsSubsequence(
                        "saddlebag-attempt-wait",
                        "saddlebag-attempt-admission",
                        "saddlebag-http-breaker",
                        "saddlebag-http-out",
                        "saddlebag-http-read",
                        "saddlebag-attempt-done");
    }

    @Test
    void shouldHaveAtMostConcurrencyCallsInFlightAndUseThemAll() throws Exception {
        api.behave(request -> TestApi.echo(request).after(20));
        bundle.with("saddlebag.call.concurrency", 3).start();

        List<Outcome> outcomes = bundle.ask(items(40));

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(api.peakInFlight()).isEqualTo(3);
    }

    @Test
    void shouldCountRetriesAmongTheCallsInFlight() throws Exception {
        api.behave(request -> request.number() % 2 == 0
                ? TestApi.answer(408, "").after(10)
                : TestApi.echo(request).after(10));
        bundle.with("saddlebag.call.concurrency", 3)
                .with("saddlebag.call.max-attempts", 100)
                .start();

        List<Outcome> outcomes = bundle.ask(items(8));

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(api.requests()).hasSizeGreaterThan(8);
        assertThat(api.peakInFlight()).isLessThanOrEqualTo(3);
    }

    @Test
    void shouldNotExceedTheRateInAnySecond() throws Exception {
        bundle.with("saddlebag.call.rate", 50)
                .with("saddlebag.call.concurrency", 16)
                .start();

        long begin = System.nanoTime();
        List<Outcome> outcomes = bundle.ask(items(120));

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(arrivals(begin, "")).hasSize(120);
        assertThat(isEven(arrivals(begin, ""), 20)).isTrue();
    }

    @Test
    void shouldSpendTheRateEvenlyAndNotAsABurst() throws Exception {
        bundle.with("saddlebag.call.rate", "600/1m")
                .with("saddlebag.call.concurrency", 16)
                .start();

        long begin = System.nanoTime();
        bundle.ask(items(12));

        assertThat(isEven(arrivals(begin, ""), 100)).isTrue();
    }

    /** When requests with that text came, in milliseconds; in their order. */
    private List<Long> arrivals(long begin, String text) {
        return api.requests().stream()
                .filter(request -> request.text().contains(text))
                .map(request -> (request.nanos() - begin) / 1_000_000)
                .sorted()
                .toList();
    }

    /** Whether none came before its time; where the machine is busy, any may come later, and several together. */
    private static boolean isEven(List<Long> arrivals, long spacing) {
        return IntStream.range(0, arrivals.size()).allMatch(i -> arrivals.get(i) >= i * spacing);
    }

    /** A busy key took all places and threads, and waited there. */
    @Test
    void shouldKeepNoOtherKeyFromGoingOnWhereOneIsBusy() throws Exception {
        bundle.with("saddlebag.call.rate-per-lane", 10)
                .with("saddlebag.batch.key-header", "tenant")
                .with("saddlebag.call.concurrency", 2)
                .with("saddlebag.call.deadline", "1s")
                .start();
        bundle.ask(items(1));

        long begin = System.nanoTime();
        List<CompletableFuture<Object>> busy = askOf("busy", 25);
        List<CompletableFuture<Object>> other = askOf("other", 5);

        for (CompletableFuture<Object> answer : other) {
            assertThat(answer).succeedsWithin(60, TimeUnit.SECONDS);
        }
        for (CompletableFuture<Object> answer : busy) {
            assertThat(answer).succeedsWithin(60, TimeUnit.SECONDS);
        }
        assertThat(arrivals(begin, "busy")).hasSize(25);
        assertThat(isEven(arrivals(begin, "busy"), 100)).isTrue();
        assertThat(arrivals(begin, "other").get(4))
                .isLessThan(arrivals(begin, "busy").get(24));
    }

    @Test
    void shouldGiveBackWhatStandsInTheLineOfAKeyAtAStop() throws Exception {
        bundle.with("saddlebag.call.rate-per-lane", "1/1h")
                .with("saddlebag.batch.key-header", "tenant")
                .start();
        List<CompletableFuture<Object>> busy = askOf("busy", 5);
        await().until(() -> api.requests().size() == 1);

        bundle.close();

        // which of them went first is not said
        assertThat(busy.stream().filter(answer -> !answer.isDone() || answer.isCompletedExceptionally()))
                .hasSize(4)
                .allSatisfy(answer -> assertThat(answer).failsWithin(60, TimeUnit.SECONDS));
    }

    private List<CompletableFuture<Object>> askOf(String key, int count) {
        List<CompletableFuture<Object>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(bundle.template()
                    .asyncRequestBodyAndHeader("batch:saddlebag", item(key + i), "tenant", key, Object.class));
        }
        return answers;
    }
}
