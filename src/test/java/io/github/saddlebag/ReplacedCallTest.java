package io.github.saddlebag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.ItemFailedException;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Page;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;

/** A bean in the place of the request, as docs/architecture.md shows it. */
class ReplacedCallTest {

    private static final String CALL = "saddlebag-call-batch";

    private final String documentedRoute = Page.of("architecture.md").code("yaml", CALL);

    ReplacedCallTest() throws Exception {}

    /** Stands in the page, but for its class. */
    public static final class Prices {

        public List<Map<String, Object>> lookUp(Batch batch) {
            List<Map<String, Object>> answers = new ArrayList<>();
            for (Item item : batch.unsettled()) {
                answers.add(Map.of("id", item.id(), "price", priceOf(item.id())));
            }
            return answers;
        }

        private static int priceOf(String id) {
            return switch (id) {
                case "tea" -> 3;
                case "7" -> 11;
                default -> throw new IllegalStateException("the price list is closed");
            };
        }
    }

    @Test
    void shouldBatchForABeanInThePlaceOfTheRequest() throws Exception {
        try (Bundle bundle = withRoute(Bundle.all().without("30-"), documentedRoute)) {
            List<?> outcomes = bundle.template()
                    .requestBody("batch:saddlebag", List.of("{\"id\":\"tea\"}", "{\"id\":7}"), List.class);

            assertThat(outcomes)
                    .extracting(ReplacedCallTest::answer)
                    .satisfiesExactly(
                            tea -> assertThat(tea).contains("\"id\":\"tea\"", "\"price\":3"),
                            seven -> assertThat(seven).contains("\"id\":\"7\"", "\"price\":11"));
        }
    }

    @Test
    void shouldFailTheItemsOfABatchForTheReasonThatTheBeanGives() throws Exception {
        try (Bundle bundle = withRoute(Bundle.all().without("30-"), documentedRoute)) {
            assertThatThrownBy(() -> bundle.template().requestBody("batch:saddlebag", "{\"id\":\"coffee\"}"))
                    .hasRootCauseInstanceOf(ItemFailedException.class)
                    .hasRootCauseMessage("IllegalStateException: the price list is closed");
        }
    }

    @Test
    void shouldSendToTheRouteThatTheModeNames() throws Exception {
        Bundle all = Bundle.all().with("saddlebag.call.mode", "prices");
        try (Bundle bundle = withRoute(all, documentedRoute.replace(CALL, "saddlebag-call-prices"))) {
            String answer = bundle.template().requestBody("batch:saddlebag", "{\"id\":\"tea\"}", String.class);

            assertThat(answer).contains("\"price\":3");
        }
    }

    private static Bundle withRoute(Bundle bundle, String yaml) throws Exception {
        bundle.context().getRegistry().bind("prices", new Prices());
        for (RoutesBuilder route : PluginHelper.getRoutesLoader(bundle.context())
                .findRoutesBuilders(ResourceHelper.fromString("prices.camel.yaml", yaml))) {
            bundle.plus(route);
        }
        return bundle.start();
    }

    private static String answer(Object outcome) {
        Object answer = Objects.requireNonNull(((Outcome) outcome).answer());
        return new String((byte[]) answer, StandardCharsets.UTF_8);
    }
}
