package io.github.saddlebag.kafka;

import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.spi.RouteController;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Polling goes on while items are under way, and what is done is known whatever is not. */
@Tag("slow")
@Timeout(120)
class KafkaPollingTest extends KafkaFlow {

    private final CountDownLatch answer = new CountDownLatch(1);

    /** The answer to this item waits; the others don't. */
    private void holdUp(String id) {
        api.behave(request -> {
            if (request.ids().contains(id)) {
                answer.await();
            }
            return TestApi.echo(request);
        });
    }

    private void send(int count) {
        broker.send(IntStream.rangeClosed(1, count)
                .mapToObj(i -> record(0, "k", item("i" + i)))
                .toList());
    }

    private long timesSent(String id) {
        return api.requests().stream().filter(r -> r.ids().contains(id)).count();
    }

    private Bundle small() {
        return toTopics(List.of(
                "saddlebag.batch.max-items=10", "saddlebag.call.concurrency=2", "saddlebag.source.kafka.max-poll=50"));
    }

    @Test
    void shouldDoOthersWhileOneIsNotAnsweredAndDoNothingAgainAfterwards() throws Exception {
        holdUp("i101");
        send(1000);
        Bundle first = small().start();

        await().atMost(Duration.ofSeconds(30)).until(() -> results().size() >= 990);
        await().until(() -> broker.metadata(in).getOrDefault(0, "").startsWith("saddlebag1"));
        assertThat(broker.committed(in).get(0)).isBetween(90L, 100L);

        first.context().getShutdownStrategy().setTimeout(1);
        first.close();
        answer.countDown();
        api.behave(TestApi::echo);
        small().start();
        awaitCommitted(Map.of(0, 1000L));
        assertThat(results())
                .hasSize(1000)
                .allSatisfy((id, count) -> assertThat(count).isEqualTo(1));
        assertThat(timesSent("i101")).isEqualTo(2);
        assertThat(timesSent("i500")).isEqualTo(1);
        assertThat(timesSent("i1000")).isEqualTo(1);
    }

    @Test
    void shouldStayInItsGroupHoweverLongAnOutageIs() throws Exception {
        api.behave(request -> TestApi.answer(503, ""));
        send(100);
        Bundle bundle = toTopics(List.of(
                "saddlebag.source.kafka.max-poll=10",
                "saddlebag.batch.max-in-flight=20",
                "saddlebag.source.kafka.max-poll-interval=2s",
                "saddlebag.call.deadline=10m"));
        bundle.start();
        await().until(() -> !api.requests().isEmpty());
        String member = broker.members(in);

        // five times the interval
        await().during(Duration.ofSeconds(10))
                .atMost(Duration.ofSeconds(60))
                .until(() -> broker.members(in).equals(member));
        assertThat(broker.read(letters)).isEmpty();

        api.behave(TestApi::echo);
        long back = System.nanoTime();
        await().until(() -> !results().isEmpty());
        // 5 s, and what a busy machine takes
        assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(Duration.ofSeconds(20));
        awaitCommitted(Map.of(0, 100L));
        assertThat(results())
                .hasSize(100)
                .allSatisfy((id, count) -> assertThat(count).isEqualTo(1));
        assertThat(broker.members(in)).isEqualTo(member);
    }

    /** A partition that had run so far ahead would be paused for ever by the next start. */
    @Test
    void shouldDoTheFirstOneAgainWhereOthersRanAsFarAheadAsTheyMay() throws Exception {
        List<String> near = List.of(
                "saddlebag.batch.max-items=10",
                "saddlebag.call.concurrency=2",
                "saddlebag.source.kafka.max-poll=50",
                "saddlebag.source.kafka.max-ahead=100");
        Bundle first = toTopics(near).start();
        // the first call of all goes alone
        broker.send(List.of(record(0, "k", item("first"))));
        awaitCommitted(Map.of(0, 1L));
        holdUp("i1");
        send(300);
        await().until(() -> results().size() >= 90);
        await().until(() -> broker.metadata(in).getOrDefault(0, "").startsWith("saddlebag1"));
        first.context().getShutdownStrategy().setTimeout(1);
        first.close();
        answer.countDown();

        toTopics(near).start();
        awaitCommitted(Map.of(0, 301L));
        assertThat(results())
                .hasSize(301)
                .allSatisfy((id, count) -> assertThat(count).isEqualTo(1));
    }

    @Test
    void shouldSkipNothingThatCameAfterItBeganAtTheEnd() throws Exception {
        send(10);
        api.behave(request -> TestApi.answer(503, ""));
        Bundle first =
                toTopics(List.of("saddlebag.source.kafka.start-at=latest")).start();
        await().until(() -> broker.committed(in).equals(Map.of(0, 10L, 1, 0L, 2, 0L)));
        broker.send(List.of(record(0, "k", item("a")), record(1, "k", item("b"))));
        await().until(() -> !api.requests().isEmpty());
        first.context().getShutdownStrategy().setTimeout(1);
        first.close();

        api.behave(TestApi::echo);
        toTopics(List.of("saddlebag.source.kafka.start-at=latest")).start();
        awaitCommitted(Map.of(0, 11L, 1, 1L, 2, 0L));
        assertThat(results()).isEqualTo(Map.of("a", 1, "b", 1));
    }

    @Test
    void shouldBeginNothingAgainWhereItsRouteIsSuspendedAndResumed() throws Exception {
        beginNothingAgain(routes -> {
            routes.suspendRoute("saddlebag-source-kafka");
            routes.resumeRoute("saddlebag-source-kafka");
        });
    }

    @Test
    void shouldBeginNothingAgainWhereAnotherConsumerGoesOn() throws Exception {
        beginNothingAgain(routes -> {
            routes.stopRoute("saddlebag-source-kafka");
            routes.startRoute("saddlebag-source-kafka");
        });
    }

    private interface Change {
        void on(RouteController routes) throws Exception;
    }

    private void beginNothingAgain(Change change) throws Exception {
        holdUp("i101");
        send(200);
        Bundle bundle = small().start();
        await().until(() -> results().size() >= 190);
        change.on(bundle.context().getRouteController());
        broker.send(List.of(record(0, "k", item("last"))));

        await().until(() -> results().containsKey("last"));
        answer.countDown();
        awaitCommitted(Map.of(0, 201L));
        assertThat(timesSent("i2")).isEqualTo(1);
        assertThat(timesSent("i101")).isEqualTo(1);
        assertThat(timesSent("i200")).isEqualTo(1);
        assertThat(results())
                .hasSize(201)
                .allSatisfy((id, count) -> assertThat(count).isEqualTo(1));
    }

    @Test
    void shouldHaveOneItemOfAnIdUnderWayAndItsResultsInOrder() throws Exception {
        keepOrder("id");
    }

    @Test
    void shouldHaveOneRecordOfAKeyUnderWayAndItsResultsInOrder() throws Exception {
        keepOrder("key");
    }

    /** Numbers count up within each group of records; each is answered after another while. */
    private void keepOrder(String order) throws Exception {
        Map<String, AtomicInteger> underWay = new ConcurrentHashMap<>();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger calls = new AtomicInteger();
        api.behave(request -> {
            List<String> groups = new ArrayList<>();
            for (JsonNode item : TestApi.JSON.readTree(request.body())) {
                groups.add(item.path("group").asText());
            }
            groups.forEach(group -> most.accumulateAndGet(
                    underWay.computeIfAbsent(group, g -> new AtomicInteger()).incrementAndGet(), Math::max));
            // not a thing to be proven by: only so that others would overtake
            TimeUnit.MILLISECONDS.sleep(calls.incrementAndGet() * 7L % 20);
            groups.forEach(group -> underWay.get(group).decrementAndGet());
            return TestApi.echo(request);
        });
        broker.send(IntStream.range(0, 60)
                .mapToObj(i -> record(
                        i % 3 % 2,
                        "g" + i % 3,
                        "{\"id\":\"%s\",\"text\":\"%d\",\"group\":\"g%d\"}"
                                .formatted(order.equals("id") ? "g" + i % 3 : "i" + i, i, i % 3)))
                .toList());

        toTopics(List.of(
                        "saddlebag.source.kafka.order=" + order,
                        "saddlebag.source.kafka.max-poll=5",
                        "saddlebag.batch.max-items=2",
                        "saddlebag.call.concurrency=4"))
                .start();
        await().atMost(Duration.ofSeconds(40)).until(() -> broker.read(out).size() == 60);

        Map<String, List<Integer>> numbers = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> result : broker.read(out)) {
            String text = TestApi.JSON.readTree(result.value()).path("result").asText();
            numbers.computeIfAbsent(text(result.key()), key -> new ArrayList<>())
                    .add(Integer.parseInt(text.substring(2)));
        }
        assertThat(numbers)
                .hasSize(3)
                .allSatisfy((key, some) -> assertThat(some).hasSize(20).isSorted());
        assertThat(most).hasValue(1);
    }

    @Test
    void shouldHandPartitionsOverWithoutDoingAnythingTwice() throws Exception {
        api.behave(request -> new TestApi.Answer(
                200,
                Map.of(),
                TestApi.echo(request).body(),
                TestApi.echo(request).delivery(),
                20));
        broker.send(records(3000));
        small().start();
        await().until(() -> api.requests().size() > 20);
        Bundle second = small().start();
        await().until(() -> broker.members(in).contains(","));
        int so = api.requests().size();
        await().until(() -> api.requests().size() > so + 20);
        second.close();

        awaitCommitted(Map.of(0, 1000L, 1, 1000L, 2, 1000L));
        assertThat(results())
                .hasSize(3000)
                .allSatisfy((id, count) -> assertThat(count).isEqualTo(1));
    }
}
