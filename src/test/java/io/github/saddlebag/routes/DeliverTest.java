package io.github.saddlebag.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.support.LostWriteException;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.testing.Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Outcomes go to their destination, and the failed to the dead letters first. */
@Timeout(120)
class DeliverTest {

    private final List<String> steps = new CopyOnWriteArrayList<>();
    private Processor deadLetters = to("dead-letter");
    private Processor file = to("file");
    private final Bundle bundle = Bundle.of("50-", "54-", "94-")
            .with("saddlebag.deliver.back-off", "1ms")
            .stub("saddlebag-deliver-file", exchange -> file.process(exchange))
            .stub("saddlebag-dead-letter", exchange -> deadLetters.process(exchange));

    @SuppressWarnings("unchecked")
    private Processor to(String destination) {
        return exchange -> {
            List<Outcome> outcomes = exchange.getMessage().getBody(List.class);
            steps.add(destination + outcomes.stream().map(o -> o.item().id()).toList());
        };
    }

    private static Outcome outcome(String id, boolean failed) {
        Item item = new Item("{}", Map.of(), null);
        item.identify(id, false);
        return failed
                ? new Outcome(item, null, new Failure("It failed."), null)
                : new Outcome(item, new byte[] {'1'}, null, null);
    }

    private static Outcome outcome(String id, Map<String, Object> headers) {
        Item item = new Item("{}", headers, null);
        item.identify(id, false);
        return new Outcome(item, new byte[] {'1'}, null, null);
    }

    private Exchange deliver(Outcome... outcomes) {
        return bundle.template()
                .send(
                        "direct:saddlebag-deliver",
                        exchange -> exchange.getMessage().setBody(List.of(outcomes)));
    }

    @AfterEach
    void stop() {
        bundle.close();
    }

    @Test
    void shouldSendAllToTheirDestinationInTheirOrder() throws Exception {
        bundle.start();

        deliver(outcome("a", false), outcome("b", false));

        assertThat(steps).containsExactly("file[a, b]");
    }

    @Test
    void shouldSendTheFailedToTheDeadLettersFirst() throws Exception {
        bundle.start();

        deliver(outcome("a", true), outcome("b", false), outcome("c", true));

        assertThat(steps).containsExactly("dead-letter[a]", "dead-letter[c]", "file[a, b, c]");
    }

    @Test
    void shouldDeliverTheOutcomeOfAnItemThatWasSentAlone() throws Exception {
        bundle.start();

        bundle.template().send("direct:saddlebag-deliver", exchange -> {
            exchange.setProperty(BatchConstants.OUTCOME, outcome("a", true));
            exchange.getMessage().setBody("{}");
        });

        assertThat(steps).containsExactly("dead-letter[a]", "file[a]");
    }

    @Test
    void shouldDeliverNothingWhereADeadLetterCannotBeWritten() throws Exception {
        deadLetters = exchange -> {
            throw new IOException("No space left on device");
        };
        bundle.with("saddlebag.deliver.retry-for", "0s").start();

        Exchange exchange = deliver(outcome("a", true), outcome("b", false));

        assertThat(exchange.getException()).hasMessageContaining("No space left");
        assertThat(steps).isEmpty();
    }

    @Test
    void shouldHandTheOutcomesBackToTheirSourceAsTheyCame() throws Exception {
        bundle.start();
        Outcome a = outcome("a", false);

        assertThat(deliver(a).getMessage().getBody(List.class)).isEqualTo(List.of(a));
    }

    @Test
    void shouldNotStartWithADestinationThatNoRouteServes() {
        bundle.with("saddlebag.deliver.to", "fille");

        assertThatThrownBy(bundle::start).rootCause().hasMessageContaining("saddlebag.deliver.to is 'fille'");
    }

    @Test
    void shouldTryAgainWhatCouldNotBeDeliveredAndNothingElse() throws Exception {
        AtomicInteger failures = new AtomicInteger(3);
        file = exchange -> {
            to("tried").process(exchange);
            if (failures.getAndDecrement() > 0) {
                throw new IOException("No space left on device");
            }
        };
        bundle.start();

        Exchange exchange = deliver(outcome("a", true), outcome("b", false));

        assertThat(exchange.getException()).isNull();
        assertThat(steps).containsExactly("dead-letter[a]", "tried[a, b]", "tried[a, b]", "tried[a, b]", "tried[a, b]");
    }

    @Test
    void shouldNotSendADeadLetterTwiceWhereALaterOneFails() throws Exception {
        AtomicInteger failures = new AtomicInteger(2);
        deadLetters = exchange -> {
            if (steps.size() == 1 && failures.getAndDecrement() > 0) {
                throw new IOException("No space left on device");
            }
            to("dead-letter").process(exchange);
        };
        bundle.start();

        deliver(outcome("a", true), outcome("b", true));

        assertThat(steps).containsExactly("dead-letter[a]", "dead-letter[b]", "file[a, b]");
    }

    @Test
    void shouldEndTheWaitWithAStopAndDeliverNothing() throws Exception {
        file = exchange -> {
            steps.add("tried");
            throw new IOException("No space left on device");
        };
        bundle.with("saddlebag.deliver.back-off", "1h")
                .with("saddlebag.deliver.max-back-off", "1h")
                .start();
        CompletableFuture<Exchange> waiting = bundle.template()
                .asyncSend(
                        "direct:saddlebag-deliver",
                        exchange -> exchange.getMessage().setBody(List.of(outcome("a", false))));
        await().until(() -> steps.size() == 1);

        bundle.close();

        assertThat(waiting.get().getException()).isInstanceOf(StoppedException.class);
        assertThat(steps).containsExactly("tried");
    }

    @Test
    void shouldFailTheSourceWhereItIsNotKnownWhatIsOnTheDisk() throws Exception {
        file = exchange -> {
            steps.add("tried");
            throw new LostWriteException("Input/output error");
        };
        bundle.start();

        assertThat(deliver(outcome("a", false)).getException()).isInstanceOf(LostWriteException.class);
        assertThat(steps).containsExactly("tried");
    }

    static Stream<Arguments> headers() {
        return Stream.of(
                arguments("none", List.of()),
                arguments("file", List.of("file[a]")),
                arguments("direct", List.of("direct[a]")),
                arguments(" direct ", List.of("direct[a]")),
                arguments("direct".getBytes(StandardCharsets.UTF_8), List.of("direct[a]")),
                arguments("", List.of("file[a]")),
                arguments("dead-letter", List.of("file[a]")),
                arguments("DIRECT", List.of("file[a]")),
                arguments("direct:other", List.of("file[a]")),
                arguments("file:/tmp/x?fileName=y", List.of("file[a]")),
                arguments("../../x", List.of("file[a]")),
                arguments("${header.x}", List.of("file[a]")),
                arguments("kafka", List.of("file[a]")),
                arguments(42, List.of("file[a]")));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void shouldFollowTheHeaderOfAnItemOnlyToTheNamesItKnows(Object header, List<String> expected) throws Exception {
        bundle.stub("saddlebag-deliver-direct", to("direct"))
                .with("saddlebag.deliver.to-header", "dest")
                .start();

        Exchange exchange = deliver(outcome("a", Map.of("dest", header)), outcome("b", Map.of("dest", "none")));

        assertThat(exchange.getException()).isNull();
        assertThat(steps).isEqualTo(expected);
    }

    @Test
    void shouldChooseTheDestinationByARuleWhereTheHeaderDoesNot() throws Exception {
        bundle.stub("saddlebag-deliver-direct", to("direct"))
                .with("saddlebag.deliver.to", "none")
                .with("saddlebag.deliver.to-header", "dest")
                .with("saddlebag.deliver.to-rule", "${header.kind}")
                .start();

        deliver(
                outcome("a", Map.of("kind", "direct")),
                outcome("b", Map.of("kind", "direct", "dest", "file")),
                outcome("c", Map.of()),
                outcome("d", Map.of("kind", "${sys.user.home}")),
                outcome("e", Map.of("kind", "direct")));

        assertThat(steps).containsExactly("direct[a, e]", "file[b]");
    }

    @Test
    void shouldHandResultLinesToTheHostAndTryAgain() throws Exception {
        AtomicInteger failures = new AtomicInteger(1);
        Bundle own = Bundle.of("50-", "53-", "54-", "94-")
                .with("saddlebag.deliver.to", "direct")
                .with("saddlebag.deliver.back-off", "1ms")
                .stub("saddlebag-results", exchange -> {
                    steps.add(exchange.getMessage().getBody(String.class)
                            + exchange.getMessage().getHeaders().keySet());
                    if (failures.getAndDecrement() > 0) {
                        throw new IOException("busy");
                    }
                });
        try (own) {
            own.start();
            own.template()
                    .send(
                            "direct:saddlebag-deliver",
                            exchange -> exchange.getMessage()
                                    .setBody(List.of(outcome("a", Map.of("secret", "x")), outcome("b", Map.of()))));
        }

        String a = "{\"id\":\"a\",\"result\":1}[SaddlebagOutcome]";
        assertThat(steps).containsExactly(a, a, a.replace("\"a\"", "\"b\""));
    }

    @Test
    void shouldNotStartWithKafkaAsTheDestinationWhereItIsOff() {
        bundle.with("saddlebag.deliver.to", "kafka");

        assertThatThrownBy(bundle::start).rootCause().hasMessageContaining("saddlebag.deliver.kafka.enabled");
    }

    @ParameterizedTest
    @ValueSource(strings = {"${header.kind", "${nosuch}", "${iif(x)}"})
    void shouldNotStartWithARuleThatCannotBeRead(String rule) {
        bundle.with("saddlebag.deliver.to-rule", rule);

        assertThatThrownBy(bundle::start).rootCause().hasMessageContaining("saddlebag.deliver.to-rule is '");
    }

    @Test
    void shouldDeliverWhereTheyBelongThoughTheRuleFails() throws Exception {
        bundle.with("saddlebag.deliver.to-rule", "${header.kind.nosuch}").start();

        assertThat(deliver(outcome("a", Map.of("kind", "none"))).getException()).isNull();
        assertThat(steps).containsExactly("file[a]");
    }
}
