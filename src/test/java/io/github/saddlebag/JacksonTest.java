package io.github.saddlebag;

import static io.github.saddlebag.testing.TestApi.JSON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.github.saddlebag.batch.BatchClient;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Page;
import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.component.jackson.JacksonConstants;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Items and answers that are Java objects. */
@Timeout(120)
class JacksonTest {

    /** An item, as a host writes one. */
    public record Order(String id, String text, LocalDate orderDay, Optional<String> note) {}

    /** An answer. */
    public record Quote(String article, LocalDate validUntil, Optional<String> note) {}

    /** What Jackson cannot make. */
    public interface Price {}

    /** What Jackson cannot make either. */
    public static final class Closed {

        private Closed(int some, int other) {
            throw new IllegalStateException(some + " " + other);
        }
    }

    private static final Order ORDER = new Order("a", "nails", LocalDate.of(2026, 3, 1), Optional.empty());

    private final TestApi api = TestApi.start(JacksonTest::quotes);
    private final Bundle bundle = Bundle.all().with("saddlebag.call.url", api.url());

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    /** Each item's answer has its text, and what came as its day. */
    private static TestApi.Answer quotes(TestApi.Request request) throws IOException {
        var answers = JSON.createArrayNode();
        for (JsonNode item : JSON.readTree(request.body())) {
            ObjectNode answer = answers.addObject();
            answer.set("id", item.path("id"));
            answer.set("article", item.path("text"));
            answer.put("validUntil", "2026-12-31");
            answer.put("note", "fresh");
            answer.set("got", item);
        }
        return TestApi.answer(200, answers.toString());
    }

    private BatchClient client() throws Exception {
        bundle.start();
        return BatchClient.of(bundle.context(), "batch:saddlebag");
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    private JsonNode sent() throws IOException {
        return JSON.readTree(api.requests().get(0).body()).get(0);
    }

    @Test
    void shouldTakeARecordAndAnswerWithOne() throws Exception {
        Quote quote = get(client().send(ORDER, Quote.class));

        assertThat(quote).isEqualTo(new Quote("nails", LocalDate.of(2026, 12, 31), Optional.of("fresh")));
        assertThat(sent())
                .isEqualTo(
                        JSON.readTree("{\"id\":\"a\",\"text\":\"nails\",\"orderDay\":\"2026-03-01\",\"note\":null}"));
    }

    @Test
    void shouldRunTheCodeOfThePage() throws Exception {
        CamelContext context = bundle.start().context();
        Order order = ORDER;

        BatchClient client = BatchClient.of(context, "batch:saddlebag?replyTimeout=30s");
        CompletableFuture<Quote> quote = client.send(order, Quote.class);
        CompletableFuture<List<Quote>> quotes = client.send(order, new TypeReference<List<Quote>>() {});

        assertThat(get(quote).article()).isEqualTo("nails");
        assertThatThrownBy(() -> get(quotes)).hasMessageContaining("Cannot deserialize");
    }

    @Test
    void shouldTakeMapsAndNodesAndAnswerWithThem() throws Exception {
        BatchClient client = client();
        ObjectNode node = JSON.createObjectNode().put("id", "b").put("text", "screws");

        Map<String, Object> map = get(client.send(
                Map.of("id", "a", "text", "nails", "at", Instant.parse("2026-03-01T10:00:00Z")),
                new TypeReference<Map<String, Object>>() {}));

        assertThat(map).containsEntry("article", "nails");
        assertThat(map.get("got")).isEqualTo(Map.of("id", "a", "text", "nails", "at", "2026-03-01T10:00:00Z"));
        assertThat(get(client.send(node, JsonNode.class)).path("article").asText())
                .isEqualTo("screws");
        assertThat(get(client.send(node, Map.class))).containsEntry("article", "screws");
        assertThat(get(client.send(node, Object.class))).isInstanceOf(byte[].class);
        assertThat(get(client.send(node, new TypeReference<String>() {}))).contains("\"screws\"");
    }

    @Test
    void shouldAnswerWithAGenericType() throws Exception {
        bundle.with("saddlebag.answer.result", "/many");
        api.behave(
                request -> TestApi.answer(200, "[{\"id\":\"a\",\"many\":[{\"article\":\"x\"},{\"article\":\"y\"}]}]"));

        List<Quote> quotes = get(client().send(ORDER, new TypeReference<List<Quote>>() {}));

        assertThat(quotes).extracting(Quote::article).containsExactly("x", "y");
    }

    @Test
    void shouldUseTheMapperOfTheHost() throws Exception {
        bundle.context().getRegistry().bind("csv", new CsvMapper());
        bundle.context()
                .getRegistry()
                .bind(
                        "mine",
                        JsonMapper.builder()
                                .addModules(new JavaTimeModule(), new Jdk8Module())
                                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                                .build());
        api.behave(request -> TestApi.answer(200, "[{\"id\":\"a\",\"valid_until\":[2026,12,31]}]"));
        bundle.with("saddlebag.answer.result", "");

        CompletableFuture<Quote> strict = client().send(ORDER, Quote.class);

        assertThatThrownBy(() -> get(strict)).hasMessageContaining("Unrecognized field \"id\"");
        assertThat(sent().has("order_day")).isTrue();
        assertThat(sent().path("order_day").isArray()).isTrue();
    }

    @Test
    void shouldSayBeforeAnyCallThatNoAnswerCanBeOfAType() throws Exception {
        BatchClient client = client();

        assertThatThrownBy(() -> get(client.send(ORDER, Price.class)))
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("No answer can be read as " + Price.class.getName());
        assertThatThrownBy(() -> get(client.send(ORDER, Closed.class))).hasMessageContaining("no constructor");
        assertThatThrownBy(() -> get(client.send(ORDER, new TypeReference<List<Price>>() {})))
                .hasMessageContaining("no constructor");
        assertThat(api.requests()).isEmpty();
    }

    @Test
    void shouldNameTheModuleThatIsMissing() throws Exception {
        bundle.context().getRegistry().bind("bare", new ObjectMapper());
        BatchClient client = client();

        assertThatThrownBy(() -> get(client.send(Map.of("id", "a"), Quote.class)))
                .hasMessageContaining("Jackson needs a module for java.time.LocalDate")
                .hasMessageContaining("jackson-datatype-jsr310");
        assertThatThrownBy(() -> get(client.send(ORDER)))
                .hasMessageContaining("cannot be written as JSON")
                .hasMessageContaining("dates and Optional need their modules");
        assertThat(api.requests()).isEmpty();
    }

    @Test
    void shouldFailAfterTheCallWhereTheAnswerIsOfAnotherType() throws Exception {
        CompletableFuture<LocalDate> day = client().send(ORDER, LocalDate.class);

        assertThatThrownBy(() -> get(day)).cause().isInstanceOf(MismatchedInputException.class);
        assertThat(api.requests()).hasSize(1);
    }

    @Test
    void shouldConvertTheAnswerOfATemplateWhereCamelIsToldTo() throws Exception {
        bundle.start();
        assertThatThrownBy(() -> bundle.template().requestBody("batch:saddlebag", ORDER, Quote.class))
                .isInstanceOf(CamelExecutionException.class)
                .rootCause()
                .hasMessageContaining("No type converter available");
        assertThat(api.requests()).hasSize(1);
    }

    @Test
    void shouldConvertTheAnswerOfATemplateWithTheCureOfThePage() throws Exception {
        Page page = Page.of("architecture.md");
        assertThat(page.code("properties", "CamelJackson").replace("camel.main.global-options.", ""))
                .contains(JacksonConstants.ENABLE_TYPE_CONVERTER + "=true")
                .contains(JacksonConstants.TYPE_CONVERTER_TO_POJO + "=true");
        bundle.context().getGlobalOptions().put(JacksonConstants.ENABLE_TYPE_CONVERTER, "true");
        bundle.context().getGlobalOptions().put(JacksonConstants.TYPE_CONVERTER_TO_POJO, "true");
        bundle.context()
                .getRegistry()
                .bind(
                        "mine",
                        JsonMapper.builder()
                                .addModules(new JavaTimeModule(), new Jdk8Module())
                                .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
                                .build());
        bundle.start();

        Quote quote = bundle.template().requestBody("batch:saddlebag", ORDER, Quote.class);

        assertThat(quote.article()).isEqualTo("nails");
    }

    @Test
    void shouldRunTheRouteOfThePageThatMarshals() throws Exception {
        bundle.start();
        PluginHelper.getRoutesLoader(bundle.context())
                .loadRoutes(ResourceHelper.fromString(
                        "quote.camel.yaml", Page.of("architecture.md").code("yaml", "id: quote-as-json")));

        Object answer = bundle.template().requestBody("direct:quote", Map.of("id", "a", "text", "nails"));

        assertThat(answer)
                .isInstanceOfSatisfying(
                        Map.class, map -> assertThat(map.get("article")).isEqualTo("nails"));
    }
}
