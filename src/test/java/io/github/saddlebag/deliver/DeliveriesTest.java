package io.github.saddlebag.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.stats.PipelineStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeliveriesTest {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final Exchange exchange = new DefaultExchange(context);
    private final Deliveries deliveries = new Deliveries(
            new DeadLetters("saddlebag", "direct:saddlebag-dead-letters"),
            new Destinations(Settings.read(context, "saddlebag").deliver(), Pipeline.OF_FILES),
            new PipelineStats());

    @AfterEach
    void close() throws Exception {
        context.close();
    }

    private static Outcome answered(String id) {
        Item item = new Item(id, Map.of(), null);
        item.answer("r:" + id, null);
        return item.fate();
    }

    private static Outcome failed(String id) {
        Item item = new Item(id, Map.of(), null);
        item.fail(new Failure("refused"), null);
        return item.fate();
    }

    @SuppressWarnings("unchecked")
    private List<Message> groups() {
        deliveries.process(exchange);
        List<Message> groups = new ArrayList<>(exchange.getProperty(Deliveries.LETTERS, List.class));
        groups.addAll(exchange.getProperty(Deliveries.GROUPS, List.class));
        return groups;
    }

    private static Object destination(Message message) {
        return message.getHeader(Deliveries.DESTINATION);
    }

    @Test
    void shouldSendAllToTheirDestination() {
        List<Outcome> outcomes = List.of(answered("a"), answered("b"));
        exchange.getMessage().setBody(outcomes);

        assertThat(groups()).hasSize(1);
        assertThat(destination(groups().get(0))).isEqualTo("file");
        assertThat(groups().get(0).getBody()).isEqualTo(outcomes);
    }

    @Test
    void shouldSendTheFailedToTheDeadLettersFirst() {
        Outcome a = answered("a");
        Outcome b = failed("b");
        Outcome c = failed("c");
        exchange.getMessage().setBody(List.of(a, b, c));

        assertThat(groups())
                .extracting(DeliveriesTest::destination)
                .containsExactly("dead-letter", "dead-letter", "file");
        assertThat(groups().get(0).getBody()).isEqualTo(List.of(b));
        assertThat(groups().get(1).getBody()).isEqualTo(List.of(c));
        assertThat(groups().get(2).getBody()).as("each has a result line").isEqualTo(List.of(a, b, c));
    }

    @Test
    void shouldSendTheOneOutcomeOfASingleItem() {
        Outcome one = answered("a");
        exchange.setProperty(BatchConstants.OUTCOME, one);
        exchange.getMessage().setBody("r:a");

        assertThat(groups()).hasSize(1);
        assertThat(groups().get(0).getBody()).isEqualTo(List.of(one));
    }

    @Test
    void shouldSendNothingWhereThereIsNothing() {
        exchange.getMessage().setBody(List.of());

        assertThat(groups()).isEmpty();
    }

    @Test
    void shouldNotCarryTheHeadersOfTheSourceAlong() {
        exchange.getMessage().setHeader("Authorization", "secret");
        exchange.getMessage().setBody(List.of(answered("a")));

        assertThat(groups().get(0).getHeaders()).containsOnlyKeys(Deliveries.DESTINATION);
    }
}
