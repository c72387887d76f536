package io.github.saddlebag.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.IllFor;
import io.github.saddlebag.testing.TestApi;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What speaks against all requests holds the records, which are none's failures and stay in the group's hands. */
@Tag("slow")
@Timeout(120)
class KafkaHeldTest extends KafkaFlow {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"8 | 401 | {'error':'token expired'}", "1 | 429 | {'error':{'code':'insufficient_quota'}}"})
    void shouldHoldRecordsAndGoOnWhereTheEndpointIsWellAgain(int before, int status, String body) throws Exception {
        IllFor ill = new IllFor(3, TestApi.answer(status, body.replace('\'', '"')), TestApi::echo);
        api.behave(ill);
        broker.send(records(30));
        toTopics(List.of(
                        "saddlebag.batch.max-items=1",
                        "saddlebag.call.refused-in-row=8",
                        "saddlebag.call.probe-interval=1s"))
                .start();
        await().atMost(Duration.ofSeconds(40)).until(() -> ill.refused() >= before + 2);
        await().atMost(Duration.ofSeconds(60)).until(() -> ill.lastGap().toMillis() > 600);
        int first = ill.refused();
        long begin = System.nanoTime();
        await().atMost(Duration.ofSeconds(60)).until(() -> ill.refused() >= first + 2);
        long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
        assertThat(ill.refused() - first).isLessThanOrEqualTo((int) seconds + 2);

        ill.makeWell();
        awaitCommitted(Map.of(0, 10L, 1, 10L, 2, 10L));

        assertThat(results())
                .hasSize(30)
                .allSatisfy((id, times) -> assertThat(times).isEqualTo(1));
        assertThat(broker.read(letters)).isEmpty();
    }
}
