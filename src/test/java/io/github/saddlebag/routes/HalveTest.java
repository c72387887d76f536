package io.github.saddlebag.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.Attempt;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.format.FormatConstants;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** 33-halve: what is refused is halved until the guilty are alone. */
@Tag("slow")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HalveTest {

    private static final int BATCHES = Integer.getInteger("saddlebag.halved-batches", 200);

    private static List<Item> items(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Item("{\"id\":\"i" + i + "\",\"text\":\"t" + i + "\"}", Map.of(), null))
                .toList();
    }

    @SuppressWarnings("unchecked")
    private static List<Outcome> send(Bundle bundle, int count) {
        return bundle.template().requestBody("batch:saddlebag", items(count), List.class);
    }

    /** Refuses every request that has one of these ids, and says which. */
    private static TestApi.Behaviour poisonedBy(Set<String> bad) {
        return request -> {
            List<String> guilty =
                    request.ids().stream().filter(bad::contains).sorted().toList();
            return guilty.isEmpty()
                    ? TestApi.echo(request)
                    : TestApi.answer(400, "{\"title\":\"bad item\",\"detail\":\"" + guilty.get(0) + "\"}");
        };
    }

    private static List<String> failedIds(List<Outcome> outcomes) {
        return outcomes.stream()
                .filter(Outcome::failed)
                .map(outcome -> outcome.item().id())
                .toList();
    }

    @Test
    void shouldFailOnlyThePoisonedItemEachWithItsOwnReason() throws Exception {
        Set<String> bad = Set.of("i7", "i63");
        try (TestApi api = TestApi.start(poisonedBy(bad));
                Bundle bundle =
                        Bundle.all().with("saddlebag.call.url", api.url()).start()) {
            List<Outcome> outcomes = send(bundle, 100);

            assertThat(failedIds(outcomes)).containsExactly("i7", "i63");
            assertThat(outcomes.get(7).failure().detail()).isEqualTo("bad item: i7");
            assertThat(outcomes.get(63).failure().detail()).isEqualTo("bad item: i63");
            assertThat(outcomes.get(63).failure().reason())
                    .startsWith("The endpoint answered 400 Bad Request ("
                            + outcomes.get(63).call().attempts() + " attempts in");
            assertThat(outcomes.get(63).call().attempts()).isEqualTo((int) api.requests().stream()
                    .filter(request -> request.ids().contains("i63"))
                    .count());
            assertThat(outcomes.get(63).call().failed())
                    .hasSize(outcomes.get(63).call().attempts())
                    .last()
                    .extracting(Attempt::error)
                    .isEqualTo("The endpoint answered 400 Bad Request: bad item: i63");
        }
    }

    @Test
    void shouldNotSendTheSecondHalfAsAWholeWhereTheFirstWasTaken() throws Exception {
        try (TestApi api = TestApi.start(poisonedBy(Set.of("i99")));
                Bundle bundle =
                        Bundle.all().with("saddlebag.call.url", api.url()).start()) {
            send(bundle, 100);

            // at each level only the first half; the guilty one alone, for a reason of its own
            assertThat(api.requests().stream().map(request -> request.ids().size()))
                    .containsExactly(100, 50, 25, 13, 6, 3, 2, 1);
        }
    }

    @Test
    void shouldSendTheHalvesOneAfterTheOther() throws Exception {
        try (TestApi api = TestApi.start(poisonedBy(Set.of("i3", "i40", "i77")));
                Bundle bundle =
                        Bundle.all().with("saddlebag.call.url", api.url()).start()) {
            send(bundle, 100);

            assertThat(api.peakInFlight()).isEqualTo(1);
        }
    }

    @SuppressWarnings("unchecked")
    private static boolean isAnswered(Exchange exchange) {
        List<Item> sent = exchange.getProperty(FormatConstants.SENT, List.class);
        return sent != null && sent.stream().noneMatch(item -> item.fate() == null);
    }

    /** While others go on, what was read for a part that has ended would fill the memory, and nobody counts it any more. */
    @Test
    void shouldKeepNoResponseOfAHalfThatHasItsAnswers() throws Exception {
        Queue<Exchange> ended = new ConcurrentLinkedQueue<>();
        AtomicReference<List<Object>> kept = new AtomicReference<>();
        try (TestApi api = TestApi.start(TestApi::echo);
                Bundle bundle = Bundle.all().with("saddlebag.call.url", api.url())) {
            api.behave(request -> {
                if (request.ids().contains("i1") && request.ids().size() == 1) {
                    kept.set(new ArrayList<>(ended.stream()
                            .map(each -> each.getMessage().getBody())
                            .toList()));
                }
                return request.ids().size() > 1 ? TestApi.answer(413, "too large") : TestApi.echo(request);
            });
            bundle.context().getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
                @Override
                public void notify(CamelEvent event) {
                    if (event instanceof CamelEvent.ExchangeCompletedEvent done && isAnswered(done.getExchange())) {
                        ended.add(done.getExchange());
                    }
                }
            });
            bundle.start();

            assertThat(send(bundle, 2)).noneMatch(Outcome::failed);
            assertThat(kept.get()).hasSize(1).containsOnlyNulls();
        }
    }

    /** k guilty of n cost about k·log2(n) requests, not n; nobody else fails. */
    @Test
    void shouldFindTheGuiltyOfAnyBatchWithFewRequests() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo);
                Bundle bundle = Bundle.all()
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.batch.max-wait", "0ms")
                        .start()) {
            for (int i = 0; i < BATCHES; i++) {
                long seed = 33_000_000L + i;
                Random random = new Random(seed);
                int count = 1 + random.nextInt(64);
                int guilty = Math.min(count, random.nextInt(4));
                Set<String> bad = new HashSet<>();
                while (bad.size() < guilty) {
                    bad.add("i" + random.nextInt(count));
                }
                api.behave(poisonedBy(bad));
                int before = api.requests().size();

                List<Outcome> outcomes = send(bundle, count);

                assertThat(failedIds(outcomes)).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(bad);
                assertThat(outcomes)
                        .as("seed %d", seed)
                        .filteredOn(outcome -> !outcome.failed())
                        .allSatisfy(outcome -> assertThat(new String((byte[]) outcome.answer()))
                                .contains("\"id\":\"" + outcome.item().id() + "\""));
                double log = Math.ceil(Math.log(count) / Math.log(2));
                assertThat(api.requests().size() - before)
                        .as("seed %d: requests for %d guilty of %d", seed, guilty, count)
                        .isLessThanOrEqualTo((int) (1 + 2 * guilty * log));
            }
        }
    }

    @Test
    void shouldHalveWhatIsTooLargeAndKeepTheSizeForLaterBatches() throws Exception {
        TestApi.Behaviour atMost37 =
                request -> request.ids().size() > 37 ? TestApi.answer(413, "") : TestApi.echo(request);
        try (TestApi api = TestApi.start(atMost37);
                Bundle bundle = Bundle.all()
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.call.concurrency", 1)
                        .start()) {
            List<Outcome> outcomes = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                outcomes.addAll(send(bundle, 100));
            }

            assertThat(failedIds(outcomes)).isEmpty();
            long refused = api.requests().stream()
                    .filter(request -> request.ids().size() > 37)
                    .count();
            assertThat(refused).isBetween(1L, 8L);
        }
    }

    /** What is too large is said by most in words, and by many with the number that may be sent. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "12 | 400 | {'error':{'code':'BatchTooLarge','message':'The batch is too large.'}}",
                "12 | 422 | {'detail':'Too many items in the batch'}",
                "12 | 400 | Request body too large",
                "12 | 413 | ''",
                "12 | 400 | {'message':'The batch exceeds the limit of 32 KB'}",
                "7  | 400 | {'message':'Batch of 40 items exceeds the maximum of 8 items'}",
                "7  | 400 | batch limit 8 exceeded (can increase by --rpc.batch.limit). Requested batch of size: 40",
                "7  | 422 | {'errors':[{'detail':'Maximum number of requests in a batch is 8, 40 found.'}]}",
                "7  | 413 | {'error':'at most 8 operations'}",
            })
    void shouldFindTheSizeThatIsTakenWithFewRequests(int most, int status, String body) throws Exception {
        TestApi.Behaviour atMost8 = request ->
                request.ids().size() > 8 ? TestApi.answer(status, body.replace('\'', '"')) : TestApi.echo(request);
        try (TestApi api = TestApi.start(atMost8);
                Bundle bundle =
                        Bundle.all().with("saddlebag.call.url", api.url()).start()) {
            assertThat(failedIds(send(bundle, 40))).isEmpty();

            assertThat(api.requests()).hasSizeLessThanOrEqualTo(most);
        }
    }

    /** Words that tell of an item's own limits say nothing of the batch's. */
    @Test
    void shouldSendBatchesAsLargeAsBeforeWhereAnItemIsTooLong() throws Exception {
        TestApi.Behaviour names = request -> request.ids().contains("i3")
                ? TestApi.answer(400, "{\"message\":\"batch item 3: the name exceeds the maximum of 20 characters\"}")
                : TestApi.echo(request);
        try (TestApi api = TestApi.start(names);
                Bundle bundle =
                        Bundle.all().with("saddlebag.call.url", api.url()).start()) {
            assertThat(failedIds(send(bundle, 100))).containsExactly("i3");
            api.behave(TestApi::echo);
            int before = api.requests().size();

            send(bundle, 100);

            assertThat(api.requests()).hasSize(before + 1);
        }
    }

    @Test
    void shouldRejectAnItemThatIsTooLargeAloneWithItsSize() throws Exception {
        try (TestApi api = TestApi.start(
                        request -> request.body().length > 500 ? TestApi.answer(413, "") : TestApi.echo(request));
                Bundle bundle =
                        Bundle.all().with("saddlebag.call.url", api.url()).start()) {
            List<Item> items = new ArrayList<>(items(5));
            items.add(new Item("{\"id\":\"huge\",\"text\":\"" + "x".repeat(1000) + "\"}", Map.of(), null));

            @SuppressWarnings("unchecked")
            List<Outcome> outcomes = bundle.template().requestBody("batch:saddlebag", items, List.class);

            assertThat(failedIds(outcomes)).containsExactly("huge");
            assertThat(outcomes.get(5).failure().reason())
                    .startsWith("The endpoint answered 413")
                    .contains("the item has 1024 bytes, alone in its request");
        }
    }

    @Test
    void shouldNotSendAnItemAgainThatWasAnswered() throws Exception {
        try (TestApi api = TestApi.start(poisonedBy(Set.of("i5")));
                Bundle bundle =
                        Bundle.all().with("saddlebag.call.url", api.url()).start()) {
            send(bundle, 16);

            List<String> answered = api.requests().stream()
                    .map(TestApi.Request::ids)
                    .filter(ids -> !ids.contains("i5"))
                    .flatMap(List::stream)
                    .toList();
            assertThat(answered).doesNotHaveDuplicates().hasSize(15);
        }
    }
}
