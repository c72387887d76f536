package io.github.saddlebag.kafka;

import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Ids are given out, and what carries them is killed: each of them has a result in the end, nothing else has, and how
 * many have two is bounded. Longer with {@code -Dsaddlebag.kafka.items=100000 -Dsaddlebag.kafka.kills=10}, with
 * {@code -Dsaddlebag.kafka.away=60} for a broker that is away for as many seconds each time.
 */
@Tag("slow")
@Timeout(1800)
class KafkaCrashTest extends KafkaFlow {

    private static final int ITEMS = Integer.getInteger("saddlebag.kafka.items", 2000);
    private static final int KILLS = Integer.getInteger("saddlebag.kafka.kills", 1);
    private static final int POLL = 100;
    /** The most items that are under way. */
    private static final int ROOM = 1000;
    /** How long the broker is. */
    private static final Duration AWAY = Duration.ofSeconds(Integer.getInteger("saddlebag.kafka.away", 0));

    private static final Duration LONG = Duration.ofSeconds(60 + ITEMS / 100);

    private final Semaphore ahead = new Semaphore(ITEMS / 2);
    private final CountDownLatch killed = new CountDownLatch(1);

    private List<String> settings(String instance) {
        return List.of(
                "saddlebag.source.kafka.max-poll=" + POLL,
                "saddlebag.batch.max-items=20",
                "saddlebag.batch.max-in-flight=" + ROOM,
                "saddlebag.call.concurrency=2",
                "saddlebag.call.header.X-Instance=" + instance,
                "saddlebag.deliver.max-back-off=1s");
    }

    private int sentBy(String instance) {
        return (int) api.requests().stream()
                .filter(r -> instance.equals(r.headers().get("x-instance")))
                .count();
    }

    private void awaitAll(int items, int mostTwice) throws Exception {
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> results().size() >= items);
        Map<String, Integer> results = results();
        assertThat(results.keySet())
                .isEqualTo(
                        IntStream.rangeClosed(1, items).mapToObj(i -> "i" + i).collect(Collectors.toSet()));
        int twice = results.values().stream().mapToInt(count -> count - 1).sum();
        System.out.println("[kafka] " + items + " ids, " + KILLS + " kills, " + twice + " results more than ids");
        assertThat(twice).isLessThanOrEqualTo(mostTwice);
    }

    /** Each record in front of the offset that is committed has its result. */
    private void checkCommitted() throws Exception {
        Map<Integer, Long> committed = broker.committed(in);
        Set<String> done = results().keySet();
        for (ConsumerRecord<byte[], byte[]> record : broker.read(in)) {
            if (record.offset() < committed.getOrDefault(record.partition(), 0L)) {
                assertThat(done)
                        .contains(
                                TestApi.JSON.readTree(record.value()).path("id").asText());
            }
        }
    }

    @Test
    void shouldLoseAndInventNothingWhereTheBrokerIsKilled() throws Exception {
        slowDown(ahead);
        toTopics(settings("a")).start();
        CompletableFuture<Integer> given = giveOut(ITEMS, ahead, killed);
        for (int kill = 1; kill <= KILLS; kill++) {
            int so = api.requests().size();
            await().atMost(LONG).until(() -> api.requests().size() > so + 5);
            broker.kill();
            await().pollDelay(AWAY).atMost(AWAY.plusSeconds(10)).until(() -> true);
            broker.start();
        }
        killed.countDown();

        // written and not confirmed; then written and not committed
        awaitAll(given.get(), 2 * POLL * KILLS);
        checkCommitted();
        // in flight, waiting for the confirmation of their results, or delivered and not committed
        assertThat(itemsSent() - given.get()).isLessThanOrEqualTo((ROOM + 2 * POLL) * KILLS);
    }

    @Test
    void shouldLoseAndInventNothingWhereOneOfTwoInstancesIsKilled() throws Exception {
        slowDown(ahead);
        CompletableFuture<Integer> given = giveOut(ITEMS, ahead, killed);
        toTopics(settings("a")).start();
        for (int kill = 1; kill <= KILLS; kill++) {
            String name = "b" + kill;
            Process other = instance(List.of("-Xmx128m"), settings(name));
            await().atMost(LONG).until(() -> sentBy(name) > 3);
            other.destroyForcibly().waitFor();
            checkCommitted();
        }
        killed.countDown();

        // what the killed one had under way, and what both had gathered when the group changed
        awaitAll(given.get(), 4 * POLL * KILLS);
        assertThat(sentBy("a")).isPositive();
        checkCommitted();
    }

    /** Results go to files, which are there; what can't be committed would all be done again by a crash. */
    @Test
    void shouldDeliverNoMoreThanTwoPollsWhileNothingCanBeCommitted() throws Exception {
        Path results = folder.resolve(in + ".results.jsonl");
        bundle().with("saddlebag.source.kafka.max-poll", POLL)
                .with("saddlebag.batch.max-items", 20)
                .start();
        broker.send(List.of(record(0, "k", item("first"))));
        await().until(() -> broker.committed(in).equals(Map.of(0, 1L)));
        CountDownLatch answer = new CountDownLatch(1);
        api.behave(request -> {
            answer.await();
            return TestApi.echo(request);
        });
        broker.send(records(1000));
        await().until(() -> api.requests().size() == 9);
        broker.kill();
        answer.countDown();
        await().until(() -> itemsSent() == 1001 && lines(results) > 1);

        await().during(Duration.ofSeconds(2)).until(() -> lines(results) <= 1 + 2 * POLL);

        broker.start();
        await().atMost(LONG).until(() -> lines(results) == 1001);
        awaitCommitted(Map.of(0, 334L, 1, 334L, 2, 333L));
    }

    private static int lines(Path file) throws Exception {
        return Files.readAllLines(file).size();
    }
}
