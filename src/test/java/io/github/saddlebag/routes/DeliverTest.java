package io.github.saddlebag.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Outcomes go to their destination, and the failed to the dead letters first. */
@Timeout(30)
class DeliverTest {

    private final List<String> steps = new CopyOnWriteArrayList<>();
    private Processor deadLetters = to("dead-letter");
    private final Bundle bundle = Bundle.of("50-")
            .stub("saddlebag-deliver-file", to("file"))
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

        assertThat(steps).containsExactly("dead-letter[a, c]", "file[a, b, c]");
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
        bundle.start();

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
}
