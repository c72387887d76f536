package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.answers;
import static io.github.saddlebag.testing.Items.ids;
import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A batch becomes one request, and its answers go on. */
@Timeout(120)
class CallBatchTest {

    private final List<String> attempts = new CopyOnWriteArrayList<>();
    private final List<String> matched = new CopyOnWriteArrayList<>();
    private int failures;
    private final Bundle bundle = Bundle.of("20-", "30-", "33-", "90-")
            .stub("saddlebag-attempt", this::attempt)
            .stub("saddlebag-match", this::match);

    private void attempt(Exchange exchange) throws IOException {
        attempts.add(new String((byte[]) exchange.getMessage().getBody(), StandardCharsets.UTF_8));
        if (failures-- > 0) {
            throw new IOException("the connection broke");
        }
        exchange.setProperty("SaddlebagVerdict", "answered");
        exchange.getMessage().setBody("the answers to " + attempts.get(attempts.size() - 1));
    }

    private void match(Exchange exchange) {
        matched.add(exchange.getMessage().getBody(String.class));
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        batch.unsettled().forEach(item -> item.answer("1".getBytes(StandardCharsets.UTF_8), null));
    }

    @AfterEach
    void stop() {
        bundle.close();
    }

    @Test
    void shouldWriteTheItemsOfABatchAsTheyStandIntoOneRequest() throws Exception {
        bundle.start();
        String spaced = "{ \"text\" : \"\\u00fc \\/ ü\" , \"n\": 1.50, \"id\": 7 }";

        List<Outcome> outcomes = bundle.ask(List.of(item("a"), spaced));

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(attempts).containsExactly("[" + item("a") + "," + spaced + "]");
    }

    @Test
    void shouldHandTheAnswersOn() throws Exception {
        bundle.start();

        bundle.ask(List.of(item("a")));

        assertThat(matched).containsExactly("the answers to [" + item("a") + "]");
    }

    @Test
    void shouldDoTheAttemptAloneAgain() throws Exception {
        failures = 2;
        bundle.start();

        List<Outcome> outcomes = bundle.ask(items(3));

        assertThat(answers(outcomes)).containsOnly("1").hasSize(3);
        assertThat(attempts).hasSize(3).containsOnly(attempts.get(0));
        assertThat(matched).hasSize(1);
    }

    @Test
    void shouldFailTheItemsAndMatchNothingWhereNoAttemptSucceeds() throws Exception {
        failures = 1000;
        bundle.with("saddlebag.call.max-attempts", 3).start();

        List<Outcome> outcomes = bundle.ask(items(3));

        assertThat(outcomes).allMatch(Outcome::failed);
        assertThat(outcomes.get(0).failure().reason()).contains("the connection broke", "attempts");
        assertThat(ids(outcomes)).containsExactly("i1", "i2", "i3");
        assertThat(matched).isEmpty();
    }

    @Test
    void shouldLeaveOutAnItemWhoseCallerHasLeft() throws Exception {
        bundle.with("saddlebag.batch.max-wait", "400ms").start();
        CompletableFuture<String> patient = bundle.askAsync(item("a"));

        assertThatThrownBy(() -> bundle.template().requestBody("batch:saddlebag?replyTimeout=20", item("b")))
                .rootCause()
                .hasMessageContaining("replyTimeout");

        assertThat(patient.get(60, TimeUnit.SECONDS)).isEqualTo("1");
        assertThat(attempts).containsExactly("[" + item("a") + "]");
    }

    @Test
    void shouldSendNothingWhereEveryCallerHasLeft() throws Exception {
        bundle.with("saddlebag.batch.max-wait", "100ms").start();

        assertThatThrownBy(() -> bundle.template().requestBody("batch:saddlebag?replyTimeout=20", item("b")))
                .rootCause()
                .hasMessageContaining("replyTimeout");
        bundle.ask(List.of(item("c")));

        assertThat(attempts).allMatch(request -> !request.contains("\"b\"")).hasSize(1);
    }
}
