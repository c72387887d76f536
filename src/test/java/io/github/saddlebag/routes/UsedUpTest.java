package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Delivery;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to a batch that fails each time it is sent: whether the endpoint is to blame, or what was sent. */
@Tag("slow")
@Timeout(120)
class UsedUpTest {

    private static Bundle bundle(TestApi api) {
        return Bundle.all()
                .with("saddlebag.call.url", api.url())
                .with("saddlebag.call.response-timeout", "300ms")
                .with("saddlebag.breaker.wait-duration-in-open-state", "50ms");
    }

    private static TestApi.Behaviour poisonedBy(Set<String> bad, UnaryOperator<Answer> how) {
        return request -> request.ids().stream().anyMatch(bad::contains)
                ? how.apply(TestApi.echo(request))
                : TestApi.echo(request);
    }

    private static Answer failing(String kind, Answer good) {
        return switch (kind) {
            case "HTML" -> TestApi.answer(200, "<html><body>Oops</body></html>");
            case "RESET", "TORN", "HANG" -> good.delivered(Delivery.valueOf(kind));
            default -> TestApi.answer(Integer.parseInt(kind), "{\"detail\":\"Internal Server Error\"}");
        };
    }

    /** Ill from the first request on, for so long. */
    private static TestApi.Behaviour outage(String kind, int millis, AtomicLong wellFrom) {
        return request -> {
            wellFrom.compareAndSet(Long.MAX_VALUE, System.nanoTime() + millis * 1_000_000L);
            boolean ill = System.nanoTime() < wellFrom.get();
            return ill ? failing(kind, TestApi.echo(request)) : TestApi.echo(request);
        };
    }

    private static List<String> failedIds(List<Outcome> outcomes) {
        return outcomes.stream().filter(Outcome::failed).map(o -> o.item().id()).toList();
    }

    private static int requestsWith(TestApi api, String id) {
        return (int) api.requests().stream().filter(r -> r.ids().contains(id)).count();
    }

    /** The one that is to blame may stand anywhere, and there is no other batch that could tell. */
    @ParameterizedTest
    @CsvSource({"500, i57", "500, i1", "502, i100", "HTML, i57", "HTML, i1", "RESET, i57", "TORN, i98"})
    void shouldFailTheOneItemThatSpoilsItsBatch(String kind, String bad) throws Exception {
        try (TestApi api = TestApi.start(poisonedBy(Set.of(bad), good -> failing(kind, good)));
                Bundle bundle = bundle(api)
                        .with("saddlebag.breaker.minimum-number-of-calls", 100)
                        .start()) {
            List<Outcome> outcomes = bundle.ask(items(100));

            assertThat(failedIds(outcomes)).containsExactly(bad);
            assertThat(api.requests()).as("5 + 4·log2(100)").hasSizeLessThanOrEqualTo(31);
            // as a whole, then alone
            assertThat(api.requests().stream().map(r -> r.ids().size()).filter(size -> size == 100))
                    .hasSize(5);
            assertThat(api.requests().stream().filter(r -> r.ids().equals(List.of(bad))))
                    .hasSize(5);
        }
    }

    @Test
    void shouldNotKeepTheCircuitBreakerOpenForAnItem() throws Exception {
        try (TestApi api = TestApi.start(poisonedBy(Set.of("i57"), good -> failing("500", good)));
                Bundle bundle = bundle(api).start()) {
            List<Outcome> outcomes = bundle.ask(items(100));

            assertThat(failedIds(outcomes)).containsExactly("i57");
            assertThat(api.requests()).hasSizeLessThanOrEqualTo(31);
            assertThat(bundle.breakerState()).isEqualTo("CLOSED");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"500", "HTML"})
    void shouldFindSeveralThatSpoilTheirBatches(String kind) throws Exception {
        Set<String> bad = Set.of("i1", "i2", "i77", "i150", "i400");
        try (TestApi api = TestApi.start(poisonedBy(bad, good -> failing(kind, good)));
                Bundle bundle = bundle(api)
                        .with("saddlebag.breaker.minimum-number-of-calls", 100)
                        .start()) {
            List<Outcome> outcomes = bundle.ask(items(400));

            assertThat(failedIds(outcomes)).containsExactlyInAnyOrderElementsOf(bad);
            assertThat(bad).allSatisfy(id -> assertThat(requestsWith(api, id)).isLessThanOrEqualTo(24));
        }
    }

    @Test
    void shouldTellWhoIsToBlameWhereEveryBatchHasOne() throws Exception {
        Set<String> bad = Set.of("i10", "i60", "i110", "i160");
        try (TestApi api = TestApi.start(poisonedBy(bad, good -> failing("500", good)));
                Bundle bundle = bundle(api)
                        .with("saddlebag.batch.max-items", 50)
                        .with("saddlebag.breaker.minimum-number-of-calls", 100)
                        .start()) {
            assertThat(failedIds(bundle.ask(items(200)))).containsExactlyInAnyOrderElementsOf(bad);
        }
    }

    /** All of it at a hundredth of its time. */
    @ParameterizedTest
    @ValueSource(strings = {"502", "503", "504", "RESET"})
    void shouldFailNothingWhereTheEndpointWasIll(String kind) throws Exception {
        AtomicLong wellFrom = new AtomicLong(Long.MAX_VALUE);
        try (TestApi api = TestApi.start(outage(kind, 1200, wellFrom));
                Bundle bundle =
                        bundle(api).with("saddlebag.call.max-attempts", 2).start()) {
            List<Outcome> outcomes = bundle.ask(items(5000));

            assertThat(failedIds(outcomes)).isEmpty();
            assertThat(api.requests().stream().filter(r -> r.nanos() < wellFrom.get()))
                    .hasSizeLessThanOrEqualTo(80);
        }
    }

    @Test
    void shouldFailNothingOfALoneBatchWhereTheEndpointWasIll() throws Exception {
        AtomicLong wellFrom = new AtomicLong(Long.MAX_VALUE);
        try (TestApi api = TestApi.start(outage("502", 1200, wellFrom));
                Bundle bundle =
                        bundle(api).with("saddlebag.call.max-back-off", "300ms").start()) {
            assertThat(failedIds(bundle.ask(items(100)))).isEmpty();
            assertThat(api.requests()).hasSizeLessThan(80);
        }
    }

    @Test
    void shouldFailWhatIsAloneInTheEndWhereNothingWasEverAnswered() throws Exception {
        try (TestApi api = TestApi.start(request -> TestApi.answer(500, ""));
                Bundle bundle = bundle(api)
                        .with("saddlebag.call.max-attempts", 3)
                        .with("saddlebag.breaker.minimum-number-of-calls", 100)
                        .start()) {
            List<Outcome> outcomes = bundle.ask(items(3));

            assertThat(outcomes).allMatch(Outcome::failed);
            assertThat(outcomes.get(0).failure().reason()).contains("500");
            assertThat(api.requests()).as("3 as a whole, one as two, 3 each").hasSize(13);
        }
    }

    /** At the end of a run only those are left that are to blame, and none of them can tell. */
    @Test
    void shouldFailSeveralItemsThatAreLeftAlone() throws Exception {
        Set<String> bad = Set.of("i38", "i39", "i40");
        try (TestApi api = TestApi.start(poisonedBy(bad, good -> failing("500", good)));
                Bundle bundle = bundle(api)
                        .with("saddlebag.batch.max-items", 1)
                        .with("saddlebag.breaker.minimum-number-of-calls", 100)
                        .start()) {
            assertThat(failedIds(bundle.ask(items(40)))).containsExactlyInAnyOrderElementsOf(bad);
            assertThat(bad).allSatisfy(id -> assertThat(requestsWith(api, id)).isBetween(5, 8));
        }
    }

    @Test
    void shouldDoJobsInHalvesWhereOneItemSpoilsTheirSubmission() throws Exception {
        Map<String, Answer> jobs = new ConcurrentHashMap<>();
        TestApi.Behaviour api500 = poisonedBy(Set.of("i5"), good -> failing("500", good));
        TestApi.Behaviour behaviour = request -> {
            if (request.method().equals("GET")) {
                return jobs.get(request.target());
            }
            Answer answer = api500.answer(request);
            jobs.put("/jobs/" + request.number(), answer);
            return answer.status() == 200
                    ? TestApi.answer(202, "").with("Location", "/jobs/" + request.number())
                    : answer;
        };
        try (TestApi api = TestApi.start(behaviour);
                Bundle bundle = bundle(api)
                        .with("saddlebag.call.mode", "job")
                        .with("saddlebag.job.poll-interval", "10ms")
                        .with("saddlebag.breaker.minimum-number-of-calls", 100)
                        .start()) {
            assertThat(failedIds(bundle.ask(items(20)))).containsExactly("i5");
            assertThat(api.requests().stream().filter(r -> r.method().equals("POST")))
                    .hasSizeLessThanOrEqualTo(22);
        }
    }

    @Test
    void shouldNotTakeBatchesForTooLargeWhereAnItemMakesThemLate() throws Exception {
        try (TestApi api = TestApi.start(poisonedBy(Set.of("i7"), good -> good.delivered(Delivery.HANG)));
                Bundle bundle = bundle(api)
                        .with("saddlebag.call.response-timeout", "150ms")
                        .with("saddlebag.breaker.minimum-number-of-calls", 100)
                        .start()) {
            List<Outcome> outcomes = bundle.ask(items(100));
            int before = api.requests().size();
            bundle.ask(items(200).subList(100, 200));

            assertThat(failedIds(outcomes)).containsExactly("i7");
            assertThat(before).isLessThanOrEqualTo(31);
            assertThat(api.requests().stream().skip(before).map(r -> r.ids().size()))
                    .allMatch(size -> size >= 50);
        }
    }

    @Test
    void shouldHalveBatchesThatAreLateAndRememberTheirSize() throws Exception {
        TestApi.Behaviour slow =
                request -> request.ids().size() > 30 ? TestApi.echo(request).after(2000) : TestApi.echo(request);
        try (TestApi api = TestApi.start(slow);
                Bundle bundle =
                        bundle(api).with("saddlebag.call.concurrency", 1).start()) {
            List<Outcome> first = bundle.ask(items(100));
            int before = api.requests().size();
            List<Outcome> second = bundle.ask(items(100));

            assertThat(failedIds(first)).isEmpty();
            assertThat(failedIds(second)).isEmpty();
            assertThat(api.requests().stream().limit(before).map(r -> r.ids().size()))
                    .startsWith(100, 100, 50);
            assertThat(api.requests().stream().skip(before).map(r -> r.ids().size()))
                    .containsExactly(25, 25, 25, 25);
        }
    }
}
