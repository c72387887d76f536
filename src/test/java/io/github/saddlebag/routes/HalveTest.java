package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.ids;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Request;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that is refused for some of its items is cut until these are alone. */
@Timeout(30)
class HalveTest {

    private final TestApi api = TestApi.start(TestApi::echo);
    private final Bundle bundle =
            Bundle.of("20-", "30-", "33-", "35-", "36-", "40-", "90-").with("saddlebag.call.url", api.url());

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    private void refuse(int status, Set<String> guilty) {
        api.behave(request ->
                request.ids().stream().anyMatch(guilty::contains) ? TestApi.answer(status, "") : TestApi.echo(request));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 422})
    void shouldFailTheGuiltyItemAlone(int status) throws Exception {
        refuse(status, Set.of("i23"));
        bundle.start();

        List<Outcome> outcomes = bundle.ask(items(64));

        assertThat(ids(outcomes.stream().filter(Outcome::failed).toList())).containsExactly("i23");
        assertThat(outcomes.get(22).failure().reason()).contains(Integer.toString(status));
        assertThat(api.requests()).hasSizeLessThanOrEqualTo(2 * 7);
    }

    @Test
    void shouldFailAllTheGuiltyAndNoOthers() throws Exception {
        refuse(400, Set.of("i1", "i2", "i40", "i64"));
        bundle.start();

        List<Outcome> outcomes = bundle.ask(items(64));

        assertThat(ids(outcomes.stream().filter(Outcome::failed).toList())).containsExactly("i1", "i2", "i40", "i64");
    }

    @Test
    void shouldNotSendAnItemAgainThatWasAnswered() throws Exception {
        refuse(400, Set.of("i5"));
        bundle.start();

        bundle.ask(items(16));

        List<String> answered = api.requests().stream()
                .map(Request::ids)
                .filter(ids -> !ids.contains("i5"))
                .flatMap(List::stream)
                .toList();
        assertThat(answered).doesNotHaveDuplicates().hasSize(15);
    }

    @Test
    void shouldFailABatchOfOneAtOnce() throws Exception {
        refuse(400, Set.of("i1"));
        bundle.start();

        List<Outcome> outcomes = bundle.ask(items(1));

        assertThat(outcomes).allMatch(Outcome::failed);
        assertThat(api.requests()).hasSize(1);
    }
}
