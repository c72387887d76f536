package io.github.saddlebag.kafka;

import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Instances come and go while items flow. Longer with {@code -Dsaddlebag.kafka.items=300000
 * -Dsaddlebag.kafka.restarts=10}: as often by SIGTERM, and then as often by SIGKILL.
 */
@Tag("slow")
@Timeout(3600)
class KafkaRestartsTest extends KafkaFlow {

    private static final int ITEMS = Integer.getInteger("saddlebag.kafka.items", 3000);
    private static final int RESTARTS = Integer.getInteger("saddlebag.kafka.restarts", 1);
    private static final int POLL = 100;
    private static final int ROOM = 1000;
    private static final List<String> SETTINGS = List.of(
            "saddlebag.source.kafka.max-poll=" + POLL,
            "saddlebag.batch.max-in-flight=" + ROOM,
            "saddlebag.batch.max-items=50",
            "saddlebag.call.concurrency=4");

    private static final Duration LONG = Duration.ofMinutes(4);

    private final Semaphore ahead = new Semaphore(ITEMS / 2);
    private final CountDownLatch restarted = new CountDownLatch(1);

    private int sentBy(String instance) {
        return (int) api.requests().stream()
                .filter(r -> instance.equals(r.headers().get("x-instance")))
                .count();
    }

    private List<String> named(String name) {
        return Stream.concat(SETTINGS.stream(), Stream.of("saddlebag.call.header.X-Instance=" + name))
                .toList();
    }

    /** How many items were sent again which none of those had sent that were killed. */
    private int sentAgainThoughNobodyDied() {
        Map<String, String> lastSender = new HashMap<>();
        int again = 0;
        for (TestApi.Request request : api.requests()) {
            String sender = request.headers().get("x-instance");
            for (String id : request.ids()) {
                String before = lastSender.put(id, sender);
                boolean died = before != null
                        && before.startsWith("comes")
                        && Integer.parseInt(before.substring(5)) >= RESTARTS;
                again += before == null || died ? 0 : 1;
            }
        }
        return again;
    }

    @Test
    void shouldLoseNothingAndRepeatLittleWhereAnInstanceComesAndGoes() throws Exception {
        slowDown(ahead);
        Bundle stays = toTopics(named("stays")).start();
        KafkaState state = stays.context()
                .getRegistry()
                .lookupByNameAndType("saddlebagKafka", KafkaSource.class)
                .state();
        CompletableFuture<Integer> given = giveOut(ITEMS, ahead, restarted);
        await().until(() -> sentBy("stays") > 3);
        for (int i = 0; i < 2 * RESTARTS; i++) {
            String name = "comes" + i;
            Process comes = instance(List.of("-Xmx128m"), named(name));
            await().atMost(LONG).until(() -> sentBy(name) > 3);
            if (i < RESTARTS) {
                comes.destroy();
            } else {
                comes.destroyForcibly();
            }
            assertThat(comes.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        restarted.countDown();
        int items = given.get();

        await().atMost(Duration.ofSeconds(60 + items / 100))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> results().size() >= items);
        Map<String, Integer> results = results();
        assertThat(results.keySet())
                .isEqualTo(
                        IntStream.rangeClosed(1, items).mapToObj(i -> "i" + i).collect(Collectors.toSet()));
        int twice = results.values().stream().mapToInt(count -> count - 1).sum();
        int again = itemsSent() - items;
        System.out.println("[kafka] " + items + " items, " + RESTARTS + " stops and as many kills: " + again
                + " items sent again, " + sentAgainThoughNobodyDied() + " of them though nobody died, " + twice
                + " results more than items, " + state.rebalances() + " rebalances");
        // a stop and a change of the group repeat nothing, but what took longer than a partition is waited for
        assertThat(sentAgainThoughNobodyDied()).isLessThanOrEqualTo(POLL * RESTARTS);
        // killed: what was in flight, or delivered and not committed
        assertThat(again).isLessThanOrEqualTo((ROOM + 2 * POLL) * RESTARTS);
        assertThat(twice).isLessThanOrEqualTo((ROOM + 2 * POLL) * RESTARTS);
        assertThat(state.rebalances() - 1).isLessThanOrEqualTo(3L * 2 * 2 * RESTARTS);
    }

    @Test
    void shouldRepeatLittleWhereAnInstanceIsKilledBehindOneThatIsSlow() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        Process killed = instance(List.of("-Xmx128m"), named("killed"));
        broker.send(List.of(record(0, "k", item("first"))));
        await().atMost(LONG).until(() -> sentBy("killed") == 1);
        api.behave(request -> {
            if (request.ids().contains("i1")) {
                answer.await();
            }
            return TestApi.echo(request);
        });
        broker.send(IntStream.rangeClosed(1, ITEMS)
                .mapToObj(i -> record(0, "k" + i, item("i" + i)))
                .toList());
        // all but those of one request
        await().atMost(Duration.ofSeconds(60 + ITEMS / 100))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> results().size() > ITEMS - 50);
        killed.destroyForcibly().waitFor();
        toTopics(named("next")).start();
        answer.countDown();

        awaitCommitted(Map.of(0, ITEMS + 1L));
        assertThat(results()).hasSize(ITEMS + 1);
        // the request that was in flight, and what was delivered since the last commit
        assertThat(itemsSent() - ITEMS - 1).isLessThanOrEqualTo(50 + 2 * POLL);
    }
}
