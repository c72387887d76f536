package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.answers;
import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.ItemFailedException;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.batch.Position;
import io.github.saddlebag.support.PathLock;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes and programs of the runtime send one item, or a list, and get the answer, or the outcomes, back. */
@Timeout(120)
class SourceDirectTest {

    private final TestApi api = TestApi.start(TestApi::echo);
    private final List<Object> delivered = new CopyOnWriteArrayList<>();
    private final Bundle bundle = Bundle.all()
            .with("saddlebag.call.url", api.url())
            .without("50-")
            .stub(
                    "saddlebag-deliver",
                    exchange -> delivered.add(exchange.getMessage().getBody()));

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    @SuppressWarnings("unchecked")
    private List<Outcome> ask(List<String> items) {
        return bundle.template().requestBody("direct:saddlebag-items", items, List.class);
    }

    @Test
    void shouldGiveAnItemItsAnswer() throws Exception {
        bundle.start();

        assertThat(bundle.template().requestBody("direct:saddlebag-items", item("a"), String.class))
                .isEqualTo(echoOf("a"));
    }

    @Test
    void shouldGiveAListItsOutcomesInItsOrder() throws Exception {
        bundle.start();

        assertThat(answers(ask(items(3)))).containsExactly(echoOf("i1"), echoOf("i2"), echoOf("i3"));
        assertThat(delivered).isEmpty();
    }

    @Test
    void shouldTellACallerWhyItsItemFailed() throws Exception {
        api.behave(request -> TestApi.answer(403, ""));
        bundle.start();

        assertThatThrownBy(() -> bundle.template().requestBody("direct:saddlebag-items", item("a")))
                .rootCause()
                .isInstanceOf(ItemFailedException.class)
                .hasMessageContaining("403");
    }

    @Test
    void shouldDeliverListsAsWellWhereItIsToldTo() throws Exception {
        bundle.with("saddlebag.source.direct.deliver", true).start();

        List<Outcome> outcomes = ask(List.of(item("a"), "no json"));

        assertThat(outcomes).extracting(Outcome::failed).containsExactly(false, true);
        assertThat(delivered).containsExactly(outcomes);
    }

    private record Topic(String source, long number) implements Position {}

    /** Items of several sources have several files. */
    @ParameterizedTest
    @ValueSource(strings = {"items", "orders", "returns"})
    void shouldAskForNothingWhileSomebodyElseWritesOneOfTheFiles(String source, @TempDir Path folder) throws Exception {
        bundle.with("saddlebag.source.direct.deliver", true)
                .with("saddlebag.deliver.directory", folder)
                .start();
        List<Object> items = source.equals("items")
                ? List.of(item("a"), item("b"))
                : List.of(
                        new Item(item("a"), Map.of(), new Topic("orders", 1)),
                        new Item(item("b"), Map.of(), new Topic("returns", 1)));
        PathLock other = PathLock.of(folder.resolve(source + ".results.jsonl"));
        CompletableFuture<Object> outcomes = bundle.template().asyncRequestBody("direct:saddlebag-items", items);
        try (other) {
            await().during(Duration.ofMillis(700)).until(() -> api.requests().isEmpty() && !outcomes.isDone());
        }

        assertThat(outcomes.get(60, TimeUnit.SECONDS)).asInstanceOf(LIST).hasSize(2);
    }
}
