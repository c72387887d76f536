package io.github.saddlebag;

import static io.github.saddlebag.testing.TestApi.JSON;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.BatchClient;
import io.github.saddlebag.testing.Page;
import io.github.saddlebag.testing.TestApi;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;

/** What docs/architecture.md says to a host is what runs here. */
class EmbeddingIsDocumentedTest {

    private static final String ADDRESS = "{\"id\":\"a\",\"text\":\"Mill Lane 3\"}";

    private final Page page = Page.of("architecture.md");

    EmbeddingIsDocumentedTest() throws Exception {}

    @Test
    void shouldAnswerARouteAndACallerOfAHostWithTheDocumentedProperties() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo)) {
            Main main = host(page.code("properties", "routes-include-pattern"));
            main.addOverrideProperty("saddlebag.call.url", api.url());
            main.start();
            try {
                loadRoute(main, page.code("yaml", "id: locate"));
                ProducerTemplate template = main.getCamelTemplate();

                assertThat(template.requestBody("direct:locate", ADDRESS, String.class))
                        .isEqualTo("\"r:Mill Lane 3\"");
                assertThat(position(template, ADDRESS).get(60, TimeUnit.SECONDS))
                        .isEqualTo("\"r:Mill Lane 3\"");
                assertThat(position(main.getCamelContext(), ADDRESS).get(60, TimeUnit.SECONDS))
                        .isEqualTo("\"r:Mill Lane 3\"");
            } finally {
                main.stop();
            }
        }
    }

    /** Stands in the page. */
    private static CompletableFuture<String> position(ProducerTemplate template, String address) {
        CompletableFuture<String> position = template.asyncRequestBody("batch:saddlebag", address, String.class);
        return position;
    }

    /** Stands in the page. */
    private static CompletableFuture<String> position(CamelContext context, String address) {
        BatchClient client = BatchClient.of(context, "batch:saddlebag?offerTimeout=1s&replyTimeout=30s");
        CompletableFuture<String> position = client.send(address, String.class);
        return position;
    }

    /** Stands in the page. */
    static void load(CamelContext context, Properties properties) throws Exception {
        context.getPropertiesComponent().setInitialProperties(properties);
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(PluginHelper.getPackageScanResourceResolver(context)
                        .findResources("classpath:saddlebag/routes/*.camel.yaml"));
    }

    @Test
    void shouldLeaveOutTheRouteThatTheDocumentedPatternExcludes() throws Exception {
        Main main = host(
                page.code("properties", "routes-include-pattern") + page.code("properties", "routes-exclude-pattern"));
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:saddlebag-call-batch").routeId("prices").to("direct:saddlebag-match");
            }
        });
        main.start();
        try {
            assertThat(main.getCamelContext().getRoutes())
                    .extracting(route -> route.getRouteId())
                    .contains("saddlebag-batch", "saddlebag-match")
                    .doesNotContain("saddlebag-call-batch");
        } finally {
            main.stop();
        }
    }

    @Test
    void shouldShowOnlyJavaThatTheTestsRun() throws Exception {
        String tests = onOneLine(Files.readString(Path.of("src/test/java/io/github/saddlebag/ReplacedCallTest.java"))
                + Files.readString(Path.of("src/test/java/io/github/saddlebag/EmbeddingIsDocumentedTest.java"))
                + Files.readString(Path.of("src/test/java/io/github/saddlebag/JacksonTest.java")));

        assertThat(page.code("java"))
                .isNotEmpty()
                .allSatisfy(code -> assertThat(tests).contains(onOneLine(code)));
    }

    @Test
    void shouldGiveTheCoordinatesOfThePom() throws Exception {
        String pom = onOneLine(Files.readString(Path.of("pom.xml")));
        String dependency = onOneLine(page.code("xml").get(0));

        assertThat(pom)
                .contains(dependency
                        .replace("<dependency>", "")
                        .replace("</dependency>", "")
                        .trim());
    }

    @Test
    void shouldListEachOptionOfTheComponentWithItsDefault() throws Exception {
        Map<String, String> sides = Map.of("consumer", "from", "producer", "to");
        List<String> rows = new ArrayList<>();
        try (InputStream catalog = getClass().getResourceAsStream("/META-INF/io/github/saddlebag/batch/batch.json")) {
            JSON.readTree(catalog).path("properties").properties().forEach(option -> {
                String side = sides.get(option.getValue().path("label").asText());
                String fallback = option.getValue().path("defaultValue").asText();
                if (side != null) {
                    rows.add("| `%s` | %s | %s |"
                            .formatted(option.getKey(), side, fallback.isEmpty() ? "none" : "`" + fallback + "`"));
                }
            });
        }

        assertThat(rows).isNotEmpty();
        assertThat(page.text()).contains(rows);
    }

    private static Main host(String properties) throws Exception {
        Properties initial = new Properties();
        initial.load(new StringReader(properties));
        Main main = new Main();
        main.setInitialProperties(initial);
        return main;
    }

    private static void loadRoute(Main main, String yaml) throws Exception {
        for (RoutesBuilder route : PluginHelper.getRoutesLoader(main.getCamelContext())
                .findRoutesBuilders(ResourceHelper.fromString("host.camel.yaml", yaml))) {
            main.getCamelContext().addRoutes(route);
        }
    }

    private static String onOneLine(String text) {
        return text.replaceAll("\\s+", " ").trim();
    }
}
