package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.answers;
import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.format.MatchAnswers;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Items;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each item of a batch gets its own answer, or the reason why there is none. */
@Timeout(120)
class MatchTest {

    private Object answer;
    private final Bundle bundle = Bundle.of("20-", "40-").stub("saddlebag-call-batch", exchange -> {
        exchange.getMessage().setBody(answer);
        exchange.getContext().createProducerTemplate().send("direct:saddlebag-match", exchange);
    });

    @AfterEach
    void stop() {
        bundle.close();
    }

    private List<Outcome> match(String text, String... ids) throws Exception {
        answer = text.getBytes(StandardCharsets.UTF_8);
        if (bundle.template() == null) {
            bundle.start();
        }
        return bundle.ask(Arrays.stream(ids).map(Items::item).toList());
    }

    @Test
    void shouldGiveEachItemItsOwnAnswerWhateverTheOrder() throws Exception {
        List<Outcome> outcomes =
                match("[{\"id\":\"c\",\"n\":3},{\"id\":\"a\",\"n\":1},{\"id\":\"b\",\"n\":2}]", "a", "b", "c");

        assertThat(answers(outcomes))
                .containsExactly("{\"id\":\"a\",\"n\":1}", "{\"id\":\"b\",\"n\":2}", "{\"id\":\"c\",\"n\":3}");
    }

    @Test
    void shouldFailOnlyTheItemThatHasNoAnswerAndSayHowManyCame() throws Exception {
        List<Outcome> outcomes = match("[{\"id\":\"c\"},{\"id\":\"a\"}]", "a", "b", "c");

        assertThat(outcomes).extracting(Outcome::failed).containsExactly(false, true, false);
        assertThat(outcomes.get(1).failure().reason()).contains("No answer", "2", "3");
    }

    @Test
    void shouldGiveNobodyAnAnswerThatNobodyAskedFor() throws Exception {
        List<Outcome> outcomes = match("[{\"id\":\"x\"},{\"id\":\"a\"},{\"n\":1},{\"id\":\"b\"},null,7]", "a", "b");

        assertThat(answers(outcomes)).containsExactly("{\"id\":\"a\"}", "{\"id\":\"b\"}");
    }

    @Test
    void shouldNotMatchByPositionWhereIdsDiffer() throws Exception {
        List<Outcome> outcomes = match("[{\"id\":\"x\"},{\"id\":\"y\"}]", "a", "b");

        assertThat(outcomes).allMatch(Outcome::failed);
    }

    @Test
    void shouldCountEqualAnswersForAnItemAsOne() throws Exception {
        List<Outcome> outcomes =
                match("[{\"id\":\"a\",\"n\":1},{\"id\":\"b\",\"n\":2},{\"id\":\"a\",\"n\":1}]", "a", "b");

        assertThat(answers(outcomes)).containsExactly("{\"id\":\"a\",\"n\":1}", "{\"id\":\"b\",\"n\":2}");
    }

    @Test
    void shouldFailAnItemThatWasAnsweredInDifferentWays() throws Exception {
        List<Outcome> outcomes = match(
                "[{\"id\":\"a\",\"n\":1},{\"id\":\"b\",\"n\":2},{\"id\":\"a\",\"n\":2},{\"id\":\"a\",\"n\":1}]",
                "a",
                "b");

        assertThat(outcomes).extracting(Outcome::failed).containsExactly(true, false);
        assertThat(outcomes.get(0).failure().reason()).contains("Different answers");
    }

    @Test
    void shouldFindIdAndResultWhereThePointersSay() throws Exception {
        bundle.with("saddlebag.answer.id", "/meta/key/0").with("saddlebag.answer.result", "/data/a~1b");

        List<Outcome> outcomes = match(
                "[{\"data\":{\"a/b\":[1, 2]},\"meta\":{\"key\":[\"b\"]}},{\"meta\":{\"key\":[\"a\"]},\"data\":{\"a/b\":null}}]",
                "a",
                "b");

        assertThat(answers(outcomes)).containsExactly("null", "[1, 2]");
    }

    @Test
    void shouldFailAnItemWhoseAnswerHasNoResultWithWhatTheAnswerSays() throws Exception {
        bundle.with("saddlebag.answer.result", "/result");

        List<Outcome> outcomes = match("[{\"id\":\"a\",\"error\":\"too old\"},{\"id\":\"b\",\"result\":1}]", "a", "b");

        assertThat(answers(outcomes)).containsExactly(null, "1");
        assertThat(outcomes.get(0).failure().reason()).isEqualTo("The endpoint failed this item.");
        assertThat(outcomes.get(0).failure().detail()).isEqualTo("too old");
    }

    @Test
    void shouldTellNumbersFromOtherItemsIds() throws Exception {
        answer = "[{\"id\":2,\"n\":\"two\"},{\"id\":1,\"n\":\"one\"},{\"id\":10,\"n\":\"ten\"}]";
        bundle.start();

        List<Outcome> outcomes = bundle.ask(List.of("{\"id\":1}", "{\"id\":2}", "{\"id\":10}"));

        assertThat(answers(outcomes))
                .containsExactly("{\"id\":1,\"n\":\"one\"}", "{\"id\":2,\"n\":\"two\"}", "{\"id\":10,\"n\":\"ten\"}");
    }

    @Test
    void shouldMatchAnswersOfABeanInThePlaceOfACall() throws Exception {
        answer = List.of(Map.of("id", "b"), Map.of("id", "a"));
        bundle.start();

        List<Outcome> outcomes = bundle.ask(List.of(item("a"), item("b")));

        assertThat(answers(outcomes)).containsExactly("{\"id\":\"a\"}", "{\"id\":\"b\"}");
    }

    @Test
    void shouldMissNoAnswerThatIsNotDue() throws Exception {
        bundle.with("saddlebag.call.format", "json-rpc");
        answer = "[{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":3}]".getBytes(StandardCharsets.UTF_8);
        bundle.start();

        List<Outcome> outcomes = bundle.ask(List.of("{\"id\":1,\"method\":\"a\"}", "{\"method\":\"b\"}"));

        assertThat(answers(outcomes)).containsExactly("3", "null");
        assertThat(bundle.context().getRegistry().findByType(MatchAnswers.class))
                .allMatch(matching -> matching.report().missing() == 0);
    }

    @Test
    void shouldFailAllItemsWhereThereAreNoAnswersToRead() throws Exception {
        List<Outcome> outcomes = match("{\"message\":\"later\"}", "a", "b");

        assertThat(outcomes).allMatch(Outcome::failed);
        assertThat(outcomes.get(0).failure().reason()).isNotBlank();
    }

    @Test
    void shouldFailItemsByThemselvesWhereTheArrayIsEmpty() throws Exception {
        List<Outcome> outcomes = match("[]", "a", "b");

        assertThat(outcomes).allMatch(Outcome::failed);
        assertThat(outcomes.get(0).failure().reason()).contains("No answer", "0", "2");
    }
}
