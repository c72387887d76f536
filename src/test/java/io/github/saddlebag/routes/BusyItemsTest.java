package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Request;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Items that are told to come again within an answer that is good itself. */
@Tag("slow")
@Timeout(120)
class BusyItemsTest {

    private static final int PER_SECOND = 400;

    private final TestApi api = TestApi.start(TestApi::echo);
    private final Bundle bundle = Bundle.all()
            .with("saddlebag.call.url", api.url())
            .with("saddlebag.batch.max-items", 20)
            .with("saddlebag.call.max-attempts", 100);

    private double tokens = PER_SECOND / 4.0;
    private long last = System.nanoTime();

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    private synchronized boolean takes() {
        long now = System.nanoTime();
        tokens = Math.min(PER_SECOND / 4.0, tokens + (now - last) / 1e9 * PER_SECOND);
        last = now;
        tokens -= tokens >= 1 ? 1 : 0;
        return tokens >= 1;
    }

    private static Answer answer(Request request, Predicate<JsonNode> good, int status) {
        ArrayNode answers = TestApi.JSON.createArrayNode();
        for (JsonNode item : request.json()) {
            ObjectNode answer = answers.addObject();
            answer.set("id", item.path("id"));
            answer.put("status", good.test(item) ? 200 : status);
        }
        return TestApi.json(answers);
    }

    private long sent() {
        return api.requests().stream().mapToLong(r -> r.json().size()).sum();
    }

    /** A table that takes so many items a second, and answers 200 with those that it did not take. */
    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void shouldSlowDownWhereManyItemsAreToComeAgain(int status) throws Exception {
        api.behave(request -> answer(request, item -> takes(), status));
        bundle.with("saddlebag.answer.status", "/status").start();
        int count = 1200;
        long begun = System.nanoTime();

        List<Outcome> outcomes = bundle.ask(items(count));

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(sent()).as("items sent").isLessThan(count * 3 / 2);
        assertThat((System.nanoTime() - begun) / 1e9).as("seconds").isLessThan(3.0 * count / PER_SECOND);
    }

    @Test
    void shouldNotSlowDownWhereFewAre() throws Exception {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        api.behave(request -> answer(
                request,
                item -> !item.path("id").asText().endsWith("7")
                        || !seen.add(item.path("id").asText()),
                429));
        bundle.with("saddlebag.answer.status", "/status").start();
        long begun = System.nanoTime();

        List<Outcome> outcomes = bundle.ask(items(1000));

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(sent()).isEqualTo(1100);
        List<Long> times = api.requests().stream().map(Request::nanos).sorted().toList();
        assertThat((times.get(49) - begun) / 1e9).as("seconds").isLessThan(2);
    }
}
