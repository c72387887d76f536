package io.github.saddlebag;

import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.github.saddlebag.config.PipelineKeys;
import io.github.saddlebag.setting.KameletRoutes;
import io.github.saddlebag.setting.Pipelines;
import io.github.saddlebag.testing.Page;
import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The Kamelets of the jar, on a host that has Camel Main and nothing of ours but the jar. */
@Tag("slow")
@Timeout(120)
class KameletTest {

    private static final Path FOLDER = Path.of("src", "main", "resources", "kamelets");

    private static Main start(RouteBuilder... routes) throws Exception {
        Main main = new Main();
        for (RouteBuilder route : routes) {
            main.configure().addRoutesBuilder(route);
        }
        main.start();
        return main;
    }

    private static RouteBuilder asking(String from, String kamelet) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(from).to(kamelet);
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"http-batch-action", "http-batch-sink"})
    void shouldAnswerEachItemOfAHostThatHasTheJarAlone(String name) throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo)) {
            Main main = start(asking(
                    "direct:ask",
                    "kamelet:" + name + "?maxItems=20&maxWait=200ms&authorization=RAW(Bearer t0)&url=" + api.url()));
            try {
                List<CompletableFuture<String>> answers = new ArrayList<>();
                for (int i = 0; i < 60; i++) {
                    answers.add(main.getCamelTemplate().asyncRequestBody("direct:ask", item("i" + i), String.class));
                }
                for (int i = 0; i < 60; i++) {
                    assertThat(answers.get(i).get(60, TimeUnit.SECONDS)).isEqualTo(echoOf("i" + i));
                }
                assertThat(api.requests()).hasSizeLessThan(60).allSatisfy(request -> {
                    assertThat(request.ids()).hasSizeLessThanOrEqualTo(20);
                    assertThat(request.headers()).containsEntry("authorization", "Bearer t0");
                });
            } finally {
                main.stop();
            }
        }
    }

    @Test
    void shouldAnswerTheRouteOfThePage(@TempDir Path folder) throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo)) {
            Path route = folder.resolve("host.camel.yaml");
            Files.writeString(
                    route,
                    Page.of("architecture.md")
                            .code("yaml", "http-batch-action")
                            .replace("https://api.example.com/batch", api.url()));
            Main main = new Main();
            main.configure().withRoutesIncludePattern("file:" + route);
            main.start();
            try {
                assertThat(main.getCamelTemplate().requestBody("direct:locate", item("a"), String.class))
                        .isEqualTo("\"r:ta\"");
            } finally {
                main.stop();
            }
        }
    }

    @Test
    void shouldNotTellOfPropertiesOfAPipelineThatIsAddedLater() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            for (String use : List.of("orders", "prices")) {
                KameletRoutes routes = new KameletRoutes();
                routes.setCamelContext(context);
                routes.setUse(use);
                routes.setUrl("http://127.0.0.1:1/");
                routes.init();
            }
            Pipelines.of(context).add("kamelet-1");

            assertThat(PipelineKeys.inHost(
                            context.getPropertiesComponent()
                                    .loadProperties(name -> name.startsWith("saddlebag."))
                                    .stringPropertyNames(),
                            Set.of(),
                            Pipelines.of(context).known()))
                    .isEmpty();
        }
    }

    @Test
    void shouldHaveAPipelineForEachUseThatSaysSomethingElse() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo);
                TestApi other = TestApi.start(TestApi::echo)) {
            String kamelet = "kamelet:http-batch-action?authorization=RAW(Bearer t0)&url=";
            Main main = start(
                    asking("direct:one", kamelet + api.url()),
                    asking("direct:two", kamelet + api.url()),
                    asking("direct:three", "kamelet:http-batch-action?url=" + other.url()));
            try {
                main.getCamelContext()
                        .addRoutes(asking("direct:four", "kamelet:http-batch-sink?result=/id&url=" + other.url()));
                assertThat(answer(main, "direct:one", "a")).isEqualTo(echoOf("a"));
                assertThat(answer(main, "direct:two", "b")).isEqualTo(echoOf("b"));
                assertThat(answer(main, "direct:three", "c")).isEqualTo(echoOf("c"));
                assertThat(answer(main, "direct:four", "d")).isEqualTo("\"d\"");

                assertThat(api.requests())
                        .hasSize(2)
                        .allSatisfy(
                                request -> assertThat(request.headers()).containsEntry("authorization", "Bearer t0"));
                assertThat(other.requests())
                        .hasSize(2)
                        .allSatisfy(request -> assertThat(request.headers()).doesNotContainKey("authorization"));
                assertThat(main.getCamelContext().getRoutes().stream()
                                .filter(route ->
                                        route.getEndpoint().getEndpointUri().startsWith("batch:"))
                                .count())
                        .as("uses with equal URIs are one endpoint to Camel")
                        .isEqualTo(3);
            } finally {
                main.stop();
            }
        }
    }

    @Test
    void shouldHaveAPipelineForEachUse() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo)) {
            String url = "?maxItems=7&url=" + api.url();
            Main main = start(
                    asking("direct:one", "kamelet:http-batch-action/first" + url),
                    asking("direct:two", "kamelet:http-batch-action/second" + url),
                    asking("direct:three", "kamelet:http-batch-action" + url),
                    asking("direct:four", "kamelet:http-batch-sink" + url),
                    asking("direct:five", "kamelet:http-batch-action" + url + "&replyTimeout=60s"));
            try {
                for (String use : List.of("one", "two", "three", "four", "five")) {
                    assertThat(answer(main, "direct:" + use, use)).isEqualTo(echoOf(use));
                }
                assertThat(main.getCamelContext().getRoutes())
                        .extracting(route -> route.getRouteId())
                        .contains(
                                "kamelet-1-batch",
                                "kamelet-2-batch",
                                "kamelet-3-batch",
                                "kamelet-4-batch",
                                "kamelet-5-batch");

                main.getCamelContext().stop();
                main.getCamelContext().start();

                for (String use : List.of("one", "two", "three", "four", "five")) {
                    assertThat(answer(main, "direct:" + use, use)).isEqualTo(echoOf(use));
                }
                assertThat(main.getCamelContext().getRoutes())
                        .extracting(route -> route.getRouteId())
                        .contains("kamelet-5-batch")
                        .doesNotContain("kamelet-6-batch");
            } finally {
                main.stop();
            }
        }
    }

    private static String answer(Main main, String to, String id) throws Exception {
        try (ProducerTemplate template = main.getCamelContext().createProducerTemplate()) {
            return template.requestBody(to, item(id), String.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http-batch-action", "http-batch-sink"})
    void shouldKeepTheRulesOfTheCatalog(String name) throws Exception {
        JsonNode kamelet =
                TestApi.JSON.valueToTree(new Load(LoadSettings.builder().build())
                        .loadFromString(Files.readString(FOLDER.resolve(name + ".kamelet.yaml"))));

        assertThat(kamelet.at("/apiVersion").asText()).isEqualTo("camel.apache.org/v1");
        assertThat(kamelet.at("/kind").asText()).isEqualTo("Kamelet");
        assertThat(kamelet.at("/metadata/name").asText()).isEqualTo(name);
        assertThat(kamelet.at("/metadata/labels/camel.apache.org~1kamelet.type").asText())
                .isEqualTo(name.substring(name.lastIndexOf('-') + 1));
        for (String annotation : List.of("support.level", "icon", "group", "namespace")) {
            assertThat(kamelet.at("/metadata/annotations/camel.apache.org~1kamelet." + annotation)
                            .asText())
                    .as(annotation)
                    .isNotBlank();
        }
        JsonNode definition = kamelet.at("/spec/definition");
        assertThat(definition.path("title").asText()).isNotBlank();
        assertThat(definition.path("description").asText()).endsWith(".");
        assertThat(definition.path("type").asText()).isEqualTo("object");
        for (JsonNode required : definition.path("required")) {
            assertThat(definition.path("properties").has(required.asText())).isTrue();
        }
        definition.path("properties").forEach(property -> {
            assertThat(property.path("title").asText()).isNotBlank();
            assertThat(property.path("description").asText()).endsWith(".");
            assertThat(property.path("type").asText()).isIn("string", "integer", "boolean", "number");
            assertThat(property.has("example") || property.has("default")).isTrue();
        });
        assertThat(kamelet.at("/spec/dependencies").toString()).contains("mvn:io.github.saddlebag:saddlebag");
        ObjectNode template = kamelet.at("/spec/template").deepCopy();
        template.put("id", name);
        assertThat(schema().validate(
                                TestApi.JSON
                                        .createArrayNode()
                                        .add(TestApi.JSON.createObjectNode().set("routeTemplate", template))
                                        .toString(),
                                InputFormat.JSON))
                .isEmpty();
    }

    private static Schema schema() throws Exception {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4)
                .getSchema(KameletTest.class.getResourceAsStream("/schema/camelYamlDsl.json"));
    }
}
