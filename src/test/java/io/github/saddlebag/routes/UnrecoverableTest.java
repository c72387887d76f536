package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.TestSettings;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.call.ReadAnswer;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.endpoint.StatusClasses;
import io.github.saddlebag.format.Answers;
import io.github.saddlebag.format.Throttling;
import io.github.saddlebag.format.WireFormat;
import io.github.saddlebag.single.Send;
import io.github.saddlebag.support.AsyncStep;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An Error within a route: told as one that nobody caught, and no item, place or caller is left behind. */
@Tag("slow")
@Timeout(120)
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

    /** A step that goes on later: what it throws would be passed over by Camel's executor. */
    @Test
    void shouldEndTheItemWhereAStepOfItsOwnThrows() throws Exception {
        AsyncStep step = new AsyncStep() {
            @Override
            protected boolean begin(Exchange exchange, AsyncCallback callback) {
                throw new StackOverflowError("in a step");
            }
        };
        try (TestApi api = TestApi.start(TestApi::echo);
                Bundle bundle = Bundle.all().with("saddlebag.call.url", api.url())) {
            bundle.without("36-http.camel.yaml")
                    .plus(new RouteBuilder() {
                        @Override
                        public void configure() {
                            errorHandler(noErrorHandler());
                            from("direct:saddlebag-http").process(step);
                        }
                    })
                    .start();

            assertThat(bundle.ask(items(5)))
                    .hasSize(5)
                    .allSatisfy(
                            outcome -> assertThat(outcome.failure().reason()).contains("in a step"));
            assertThat(told).isNotEmpty().allSatisfy(error -> assertThat(error).isInstanceOf(StackOverflowError.class));
        }
    }

    /** Where nothing of Camel's is around it. */
    @Test
    void shouldEndTheItemAndGiveItsPlaceBackOnTheEventLoop() throws Exception {
        MeterRegistry meters = new SimpleMeterRegistry();
        try (TestApi api = TestApi.start(Singles::echo);
                Bundle bundle = Bundle.all()
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.call.mode", "single")
                        .with("saddlebag.call.concurrency", 1)) {
            bundle.context().getRegistry().bind("meters", meters);
            bundle.start();
            Send send = bundle.context().getRegistry().lookupByNameAndType("saddlebagSend", Send.class);
            Settings settings = TestSettings.of();
            send.setReader(new ReadAnswer(
                    new FormatWithAnError(), new Throttling(settings), new StatusClasses(settings.retry()), settings));

            assertThat(bundle.ask(items(5)))
                    .hasSize(5)
                    .allSatisfy(
                            outcome -> assertThat(outcome.failure().reason()).contains("in a response"));
            assertThat(told).isNotEmpty().allSatisfy(error -> assertThat(error).isInstanceOf(StackOverflowError.class));
            await().untilAsserted(() -> assertThat(
                            meters.get("saddlebag.in.flight").gauge().value())
                    .isZero());
            assertThat(bundle.breakerState()).isEqualTo("CLOSED");
        }
    }

    private static final class FormatWithAnError implements WireFormat {
        @Override
        public String contentType() {
            return "application/json";
        }

        @Override
        public byte[] write(List<Item> items) {
            throw new IllegalStateException("It is not for requests.");
        }

        @Override
        public Answers read(byte[] response, int expected) {
            throw new StackOverflowError("in a response");
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
