package io.github.saddlebag.batch;

import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.memory.Memory;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Java callers get a future of their own answer. */
@Timeout(120)
class BatchClientTest {

    private final TestApi api = TestApi.start(TestApi::echo);
    private final CountDownLatch go = new CountDownLatch(1);
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final Bundle bundle = Bundle.all().with("saddlebag.call.url", api.url());
    private BatchClient client;

    @BeforeEach
    void bindMeters() {
        bundle.context().getRegistry().bind("meters", meters);
    }

    @AfterEach
    void stop() {
        go.countDown();
        bundle.close();
        api.close();
    }

    private void start(String uri) throws Exception {
        bundle.start();
        client = BatchClient.of(bundle.context(), uri);
    }

    private void holdAnswers() {
        api.behave(request -> {
            go.await();
            return TestApi.echo(request);
        });
    }

    private double gauge(String name) {
        return meters.get(name).gauge().value();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    @Test
    void shouldGiveEachCallerItsOwnAnswer() throws Exception {
        start("batch:saddlebag");

        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            answers.add(client.send(item("i" + i), String.class));
        }

        for (int i = 0; i < 250; i++) {
            assertThat(get(answers.get(i))).isEqualTo(echoOf("i" + i));
        }
        assertThat(api.requests()).hasSizeLessThan(100);
    }

    @Test
    void shouldHoldNoAnswerThatItsCallerHas() throws Exception {
        String large = "x".repeat(100_000);
        start("batch:saddlebag");
        Memory memory = Memory.of(bundle.context());
        long before = memory.used();

        for (int i = 0; i < 5; i++) {
            assertThat(get(client.send("{\"id\":\"i" + i + "\",\"text\":\"" + large + "\"}")))
                    .hasSizeGreaterThan(large.length());
        }

        await().untilAsserted(() -> assertThat(memory.used()).isLessThanOrEqualTo(before));
    }

    @Test
    void shouldTakeWhatCanBeWrittenAsJson() throws Exception {
        start("batch:saddlebag");

        assertThat(get(client.send(Map.of("id", "a", "text", "ta")))).asString().isEqualTo(echoOf("a"));
    }

    @Test
    void shouldFailWithTheReasonAsData() throws Exception {
        api.behave(request -> TestApi.answer(403, "{\"detail\":\"no such key\"}"));
        start("batch:saddlebag");

        assertThat(client.send(item("a")).handle((answer, error) -> error).get(60, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(ItemFailedException.class, failed -> {
                    assertThat(failed.outcome().item().id()).isEqualTo("a");
                    assertThat(failed.outcome().call().status()).isEqualTo(403);
                    assertThat(failed.outcome().failure().detail()).contains("no such key");
                });
    }

    @Test
    void shouldFailWhereTheGateIsFullOrTheTimeIsOver() throws Exception {
        holdAnswers();
        bundle.with("saddlebag.batch.max-in-flight", 1);
        start("batch:saddlebag?offerTimeout=50ms&replyTimeout=2s");

        CompletableFuture<byte[]> late = client.send(item("a"));
        await().until(() -> gauge("saddlebag.in.flight") == 1);
        CompletableFuture<byte[]> refused = client.send(item("b"));

        assertThatThrownBy(() -> get(refused)).cause().isInstanceOf(GateFullException.class);
        assertThatThrownBy(() -> get(late))
                .cause()
                .isInstanceOfSatisfying(
                        ItemFailedException.class,
                        failed -> assertThat(failed.outcome().failure().late()).isTrue());
    }

    @Test
    void shouldNotSendAnItemWhoseFutureWasCancelledAndGiveItsPlaceFree() throws Exception {
        holdAnswers();
        bundle.with("saddlebag.call.concurrency", 1).with("saddlebag.batch.max-items", 1);
        start("batch:saddlebag");
        CompletableFuture<byte[]> first = client.send(item("a"));
        await().until(() -> api.requests().size() == 1);
        CompletableFuture<byte[]> left = client.send(item("left"));
        CompletableFuture<byte[]> last = client.send(item("b"));

        left.cancel(true);
        await().until(() -> gauge("saddlebag.parked") == 2);
        go.countDown();

        assertThat(get(first)).asString().isEqualTo(echoOf("a"));
        assertThat(get(last)).asString().isEqualTo(echoOf("b"));
        assertThat(api.requests()).hasSize(2);
        await().until(() -> gauge("saddlebag.in.flight") == 0);
    }

    @Test
    void shouldKeepThePlaceOfAnItemThatIsUnderWayWhenItsFutureIsCancelled() throws Exception {
        holdAnswers();
        bundle.with("saddlebag.batch.max-in-flight", 1);
        start("batch:saddlebag");
        CompletableFuture<byte[]> first = client.send(item("a"));
        await().until(() -> api.requests().size() == 1);

        first.cancel(true);
        CompletableFuture<byte[]> second = client.send(item("b"));

        await().until(() -> gauge("saddlebag.parked") == 1);
        assertThat(gauge("saddlebag.in.flight")).isEqualTo(1);
        assertThat(api.requests()).hasSize(1);
        go.countDown();
        assertThat(get(second)).asString().isEqualTo(echoOf("b"));
    }

    @Test
    void shouldFailWhatWaitsWhereTheRuntimeStops() throws Exception {
        api.behave(request -> TestApi.answer(500, ""));
        bundle.with("saddlebag.call.back-off", "30s").with("saddlebag.call.max-back-off", "30s");
        start("batch:saddlebag");
        CompletableFuture<byte[]> answer = client.send(item("a"));
        await().until(() -> !api.requests().isEmpty());

        bundle.context().stop();

        assertThatThrownBy(() -> get(answer)).cause().isInstanceOf(StoppedException.class);
    }

    @Test
    void shouldTakeNoOtherEndpoint() throws Exception {
        bundle.start();

        assertThatThrownBy(() -> BatchClient.of(bundle.context(), "direct:saddlebag-items"))
                .hasMessageContaining("direct:saddlebag-items is no batch: endpoint");
    }
}
