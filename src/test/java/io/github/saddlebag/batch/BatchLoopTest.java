package io.github.saddlebag.batch;

import static io.github.saddlebag.batch.Batches.answer;
import static io.github.saddlebag.batch.Batches.failure;
import static org.apache.camel.builder.Builder.constant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Batches that send to {@code batch:} endpoints themselves. */
@Timeout(120)
class BatchLoopTest {

    @Test
    void shouldRefuseToBeCalledInsideItsOwnBatchRoute() throws Exception {
        BatchRoute route = new BatchRoute("x").steps(steps -> steps.to("direct:inner"));
        RouteBuilder inner = new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:inner")
                        .errorHandler(noErrorHandler())
                        .setBody(constant("again"))
                        .to("batch:x");
            }
        };
        try (Batches batches = Batches.start(route, inner)) {
            assertThat(failure(batches.send("batch:x", "a")))
                    .isInstanceOf(ItemFailedException.class)
                    .hasMessage("IllegalStateException: batch:x is called inside its own batch route, where it would"
                            + " wait for itself. Send to another batch: endpoint, or call the step directly.");
        }
    }

    /** The batches of {@code a} ask {@code b}, one thread each; those of {@code b} ask {@code a} for something else. */
    @Test
    void shouldNotStopTheCallsOfTwoNamesThatCallEachOther() throws Exception {
        BatchRoute a = new BatchRoute("a")
                .threads(1)
                .maxItems(1)
                .steps(steps -> steps.choice()
                        .when(exchange ->
                                Batches.of(exchange).items().get(0).body().equals("inner"))
                        .process(exchange -> BatchRoute.echo(Batches.of(exchange)))
                        .otherwise()
                        .setBody(constant("middle"))
                        .to("batch:b")
                        .process(exchange -> answerAll(exchange, "a")));
        BatchRoute b = new BatchRoute("b")
                .threads(1)
                .maxItems(1)
                .steps(steps ->
                        steps.setBody(constant("inner")).to("batch:a").process(exchange -> answerAll(exchange, "b")));
        try (Batches batches = Batches.start(a, b)) {
            List<CompletableFuture<Exchange>> callers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                callers.add(batches.send("batch:a", List.of("outer-" + i)));
                callers.add(batches.send("batch:b", "outer-" + i));
            }

            for (int i = 0; i < 20; i++) {
                assertThat(Batches.outcomes(callers.get(2 * i)).get(0).answer()).isEqualTo("a(b(r:inner))");
                assertThat(answer(callers.get(2 * i + 1))).isEqualTo("b(r:inner)");
            }
            await().untilAsserted(() -> {
                assertThat(batches.hub("a").inFlight()).isZero();
                assertThat(batches.hub("b").inFlight()).isZero();
            });
        }
    }

    private static void answerAll(Exchange exchange, String by) {
        Object answer = exchange.getMessage().getBody();
        Batches.of(exchange).unsettled().forEach(item -> item.answer(by + "(" + answer + ")", null));
    }

    @Test
    void shouldPassThroughSeveralNamesOneAfterTheOther() throws Exception {
        RouteBuilder source = new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:source").to("batch:a").to("batch:b").to("batch:a");
            }
        };
        BatchRoute a = new BatchRoute("a").options("maxInFlight=3").maxItems(2);
        BatchRoute b = new BatchRoute("b").options("maxInFlight=2").maxItems(2);
        try (Batches batches = Batches.start(a, b, source)) {
            List<CompletableFuture<Exchange>> callers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                callers.add(batches.send("direct:source", i));
            }

            for (int i = 0; i < 100; i++) {
                assertThat(answer(callers.get(i))).isEqualTo("r:r:r:" + i);
            }
        }
    }

    @Disabled("4 exchanges that block in a step behind to: batch: take all threads that anybody goes on with")
    @Test
    void shouldNotStopWhereTheStepsBehindAskAgainAndBlock() throws Exception {
        RouteBuilder source = new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:source").to("batch:a").process(exchange -> {
                    ProducerTemplate template = exchange.getContext().createProducerTemplate();
                    Object answer = template.requestBody(
                            "batch:b", exchange.getMessage().getBody());
                    exchange.getMessage().setBody(answer);
                });
            }
        };
        try (Batches batches = Batches.start(new BatchRoute("a"), new BatchRoute("b"), source)) {
            List<CompletableFuture<Exchange>> callers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                callers.add(batches.send("direct:source", i));
            }

            for (int i = 0; i < 20; i++) {
                assertThat(answer(callers.get(i))).isEqualTo("r:r:" + i);
            }
        }
    }
}
