package io.github.saddlebag.batch;

import static io.github.saddlebag.batch.Batches.answer;
import static io.github.saddlebag.batch.Batches.failure;
import static io.github.saddlebag.batch.Batches.outcomes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class MicrometerMetersTest {

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final CountDownLatch end = new CountDownLatch(1);

    private Batches start(BatchRoute route) throws Exception {
        Batches batches = Batches.of(route);
        batches.context().getRegistry().bind("meters", registry);
        return batches.begin();
    }

    private double gauge(String meter) {
        return registry.get(meter).tag("pipeline", "x").gauge().value();
    }

    @Test
    void shouldShowWhatIsInFlightParkedAndWaiting() throws Exception {
        BatchRoute route = new BatchRoute("x").options("maxInFlight=2").batch(batch -> {
            end.await();
            BatchRoute.echo(batch);
        });
        try (Batches batches = start(route)) {
            assertThat(gauge("saddlebag.in.flight")).isZero();
            assertThat(gauge("saddlebag.oldest.age.seconds")).isZero();
            long start = System.nanoTime();
            CompletableFuture<Exchange> inside = batches.send("batch:x", List.of("a", "b"));
            CompletableFuture<Exchange> waiting = batches.send("batch:x", "c");

            assertThat(gauge("saddlebag.in.flight")).isEqualTo(2);
            assertThat(gauge("saddlebag.parked")).isEqualTo(2);
            assertThat(gauge("saddlebag.waiting")).isEqualTo(1);
            double age = gauge("saddlebag.oldest.age.seconds");
            assertThat(age).isPositive().isCloseTo((System.nanoTime() - start) / 1e9, within(5.0));

            end.countDown();
            outcomes(inside);
            answer(waiting);
            await().untilAsserted(() -> {
                assertThat(gauge("saddlebag.in.flight")).isZero();
                assertThat(gauge("saddlebag.parked")).isZero();
                assertThat(gauge("saddlebag.waiting")).isZero();
                assertThat(gauge("saddlebag.oldest.age.seconds")).isZero();
            });
        }
    }

    @Test
    void shouldCountBatchesByWhatClosedThem() throws Exception {
        try (Batches batches = start(new BatchRoute("x").maxItems(4).maxWait("10ms"))) {
            outcomes(batches.send("batch:x", List.of(1, 2, 3, 4, 5, 6, 7, 8, 9)));

            assertThat(registry.get("saddlebag.batch.items")
                            .tag("cause", "count")
                            .summary()
                            .count())
                    .isEqualTo(2);
            assertThat(registry.get("saddlebag.batch.items")
                            .tag("cause", "count")
                            .summary()
                            .totalAmount())
                    .isEqualTo(8);
            assertThat(registry.get("saddlebag.batch.items")
                            .tag("cause", "age")
                            .summary()
                            .totalAmount())
                    .isEqualTo(1);
            assertThat(registry.get("saddlebag.batch.wait").timer().count()).isEqualTo(3);
        }
    }

    @Test
    void shouldCountFatesThatCameTooLate() throws Exception {
        BatchRoute route = new BatchRoute("x").batch(batch -> {
            end.await();
            batch.items().forEach(item -> item.answer("too late", null));
        });
        try (Batches batches = start(route)) {
            assertThat(failure(batches.send("batch:x?replyTimeout=500ms", "a"))).isNotNull();
            end.countDown();

            await().untilAsserted(() -> assertThat(registry.get("saddlebag.late.fates")
                            .functionCounter()
                            .count())
                    .isEqualTo(1));
        }
    }

    @Test
    void shouldTellNamesApart() throws Exception {
        try (Batches batches = Batches.of(new BatchRoute("x"), new BatchRoute("y"))) {
            batches.context().getRegistry().bind("meters", registry);
            batches.begin();

            assertThat(registry.get("saddlebag.parked").gauges())
                    .extracting(gauge -> gauge.getId().getTag("pipeline"))
                    .containsExactlyInAnyOrder("x", "y");
        }
    }

    @Test
    void shouldKeepAllGaugesOfTwoContextsWithOneRegistry() throws Exception {
        try (Batches one = start(new BatchRoute("x"))) {
            try (Batches other = start(new BatchRoute("x"))) {
                answer(one.send("batch:x", "a"));
                assertThat(registry.get("saddlebag.parked").gauges())
                        .extracting(gauge -> gauge.getId().getTag("context"))
                        .containsExactlyInAnyOrder(
                                one.context().getName(), other.context().getName());
            }
            assertThat(registry.get("saddlebag.parked").gauges()).hasSize(1);
            await().untilAsserted(() -> assertThat(registry.get("saddlebag.items")
                            .tag("outcome", "ok")
                            .functionCounter()
                            .count())
                    .isEqualTo(1));
        }
    }

    @Test
    void shouldMeasureNothingWithoutARegistry() throws Exception {
        try (Batches batches = Batches.start(new BatchRoute("x"))) {
            answer(batches.send("batch:x", "a"));

            assertThat(batches.hub("x").meters()).isSameAs(BatchMeters.NONE);
        }
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void shouldGoOnMeasuringAfterTheRouteOrTheContextWasStartedAgain() throws Exception {
        BatchRoute route = new BatchRoute("x").options("maxInFlight=2").batch(batch -> {
            end.await();
            BatchRoute.echo(batch);
        });
        try (Batches batches = start(route)) {
            batches.context().getRouteController().stopRoute("x");
            batches.context().getRouteController().startRoute("x");
            batches.close();
            assertThat(registry.find("saddlebag.parked").gauges()).isEmpty();
            batches.context().getRegistry().bind("meters", registry);
            batches.begin();

            CompletableFuture<Exchange> sent = batches.send("batch:x", List.of("a", "b"));

            assertThat(gauge("saddlebag.in.flight")).isEqualTo(2);
            assertThat(gauge("saddlebag.parked")).isEqualTo(1);
            end.countDown();
            outcomes(sent);
        }
    }
}
