package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An Error within a route: told as one that nobody caught, and no item, place or caller is left behind. */
@Timeout(60)
class UnrecoverableTest {

    private final Queue<Throwable> told = new ConcurrentLinkedQueue<>();
    private Thread.UncaughtExceptionHandler before;

    @BeforeEach
    void listen() {
        before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> told.add(error));
    }

    @AfterEach
    void forget() {
        Thread.setDefaultUncaughtExceptionHandler(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"36-http", "35-attempt", "40-match"})
    void shouldBeToldAndEndItsItems(String route) throws Exception {
        MeterRegistry meters = new SimpleMeterRegistry();
        try (TestApi api = TestApi.start(TestApi::echo);
                Bundle bundle = Bundle.all().with("saddlebag.call.url", api.url())) {
            bundle.context().getRegistry().bind("meters", meters);
            bundle.without(route + ".camel.yaml")
                    .stub("saddlebag-" + route.substring(3), exchange -> {
                        throw new NoClassDefFoundError("a class is not there");
                    })
                    .start();

            List<Outcome> outcomes = bundle.ask(items(5));

            assertThat(outcomes)
                    .hasSize(5)
                    .allSatisfy(
                            outcome -> assertThat(outcome.failure().reason()).contains("is not there"));
            assertThat(told).isNotEmpty().allSatisfy(error -> assertThat(error).isInstanceOf(LinkageError.class));
            assertThat(api.requests().size()).isLessThanOrEqualTo(1);
            await().untilAsserted(() -> assertThat(
                            meters.get("saddlebag.in.flight").gauge().value())
                    .isZero());
        }
    }

    @Test
    void shouldNotBeTakenForAnEndOfTheEndpoint() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo);
                Bundle bundle = Bundle.all().with("saddlebag.call.url", api.url())) {
            bundle.start();
            assertThat(bundle.ask(items(5))).noneMatch(Outcome::failed);

            assertThat(told).isEmpty();
        }
    }
}
