package io.github.saddlebag;

import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several pipelines in one context, each under a name. */
@Timeout(120)
class PipelinesTest {

    private final TestApi geocode = TestApi.start(TestApi::echo);
    private final TestApi prices = TestApi.start(TestApi::echo);
    private final DefaultCamelContext context = new DefaultCamelContext();

    @AfterEach
    void stop() {
        context.stop();
        geocode.close();
        prices.close();
    }

    private void set(String property, String value) {
        context.getPropertiesComponent().addInitialProperty(property, value);
    }

    private void setUrls() {
        set("saddlebag.pipeline.geocode.call.url", geocode.url());
        set("saddlebag.pipeline.prices.call.url", prices.url());
    }

    private String answer(String pipeline, String id) throws Exception {
        return context.createProducerTemplate()
                .asyncRequestBody("batch:" + pipeline, item(id), String.class)
                .get(60, TimeUnit.SECONDS);
    }

    @Test
    void shouldCallEachAddressByItsName() throws Exception {
        setUrls();
        Saddlebag.addTo(context, "geocode");
        context.start();
        Saddlebag.addTo(context, "prices");

        assertThat(answer("geocode", "g")).isEqualTo(echoOf("g"));
        assertThat(answer("prices", "p")).isEqualTo(echoOf("p"));

        assertThat(geocode.requests())
                .hasSize(1)
                .allSatisfy(sent -> assertThat(sent.ids()).containsExactly("g"));
        assertThat(prices.requests())
                .hasSize(1)
                .allSatisfy(sent -> assertThat(sent.ids()).containsExactly("p"));
    }

    @Test
    void shouldStandBesideTheOneThatTheFilesMake() throws Exception {
        setUrls();
        set("saddlebag.call.url", prices.url());
        Saddlebag.addTo(context, "geocode");
        Saddlebag.addTo(context, "saddlebag");
        context.start();

        assertThat(answer("geocode", "g")).isEqualTo(echoOf("g"));
        assertThat(answer("saddlebag", "s")).isEqualTo(echoOf("s"));

        assertThat(geocode.requests()).hasSize(1);
        assertThat(prices.requests()).hasSize(1);
    }

    @Test
    void shouldSendNoSecretOfOneToTheOther() throws Exception {
        setUrls();
        set("saddlebag.call.header.X-Shared", "shared-key");
        set("saddlebag.call.query.key", "shared-query");
        set("saddlebag.auth.bearer", "shared-token");
        set("saddlebag.pipeline.geocode.call.header.X-Own", "own-key");
        set("saddlebag.pipeline.geocode.auth.bearer", "own-token");
        set("saddlebag.pipeline.geocode.call.query.key", "own-query");
        Saddlebag.addTo(context, "geocode");
        Saddlebag.addTo(context, "prices");
        context.start();

        answer("geocode", "g");
        answer("prices", "p");

        assertThat(geocode.requests()).singleElement().satisfies(sent -> {
            assertThat(sent.headers()).containsEntry("x-own", "own-key").doesNotContainKey("x-shared");
            assertThat(sent.headers()).containsEntry("authorization", "Bearer own-token");
            assertThat(sent.target()).endsWith("?key=own-query");
        });
        assertThat(prices.requests()).singleElement().satisfies(sent -> {
            assertThat(sent.headers()).doesNotContainKeys("x-own", "x-shared", "authorization");
            assertThat(sent.target()).doesNotContain("query");
        });
    }

    @Test
    void shouldShareWhatBelongsToTheEndpointWithThoseOfItsAddress() throws Exception {
        set("saddlebag.call.url", geocode.url());
        set("saddlebag.call.header.X-Shared", "shared-key");
        set("saddlebag.call.header.X-Other", "shared-other");
        set("saddlebag.pipeline.geocode.call.header.x-other", "own-other");
        Saddlebag.addTo(context, "geocode");
        context.start();

        answer("geocode", "g");

        assertThat(geocode.requests())
                .singleElement()
                .satisfies(sent -> assertThat(sent.headers())
                        .containsEntry("x-shared", "shared-key")
                        .containsEntry("x-other", "own-other"));
    }

    @Test
    void shouldPreferItsOwnLineToItsProfileAndThatToWhatAllShare() throws Exception {
        setUrls();
        set("saddlebag.call.format", "ndjson");
        set("saddlebag.pipeline.geocode.call.profile", "json-rpc");
        set("saddlebag.pipeline.geocode.call.rpc-method", "locate");
        Saddlebag.addTo(context, "geocode");
        context.start();

        context.createProducerTemplate()
                .asyncRequestBody("batch:geocode", "{\"id\":1}", String.class)
                .handle((answer, error) -> "")
                .get(60, TimeUnit.SECONDS);

        assertThat(geocode.requests())
                .first()
                .satisfies(sent -> assertThat(sent.text()).contains("\"jsonrpc\"", "\"method\":\"locate\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Geocode", "1st", "a_b", "a.b", "a1234567890123456789012345678901"})
    void shouldRefuseWhatIsNoName(String name) {
        assertThatThrownBy(() -> Saddlebag.addTo(context, name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + name + "' is no name of a pipeline");
    }

    @Test
    void shouldRefuseANameThatIsTaken() throws Exception {
        setUrls();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("batch:geocode").routeId("locate").to("mock:host");
                from("direct:host").routeId("prices-match").to("mock:host");
            }
        });

        assertThatThrownBy(() -> Saddlebag.addTo(context, "geocode"))
                .hasMessageContaining("the route locate begins with batch:geocode");
        assertThatThrownBy(() -> Saddlebag.addTo(context, "prices"))
                .hasMessageContaining("there is a route prices-match");
        Saddlebag.addTo(context, "other");
        assertThatThrownBy(() -> Saddlebag.addTo(context, "other")).hasMessageContaining("a pipeline other already");
    }

    private void loadByPattern(String pattern) throws Exception {
        List<Resource> files = new ArrayList<>(
                PluginHelper.getPackageScanResourceResolver(context).findResources(pattern));
        files.sort(Comparator.comparing(Resource::getLocation));
        PluginHelper.getRoutesLoader(context).loadRoutes(files);
    }

    private List<String> routes() {
        return context.getRoutes().stream().map(Route::getRouteId).toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldMakeTheListedOnesOfTheFilesThatAreLoadedByPattern(boolean afterTheStart) throws Exception {
        setUrls();
        set("saddlebag.pipelines", "geocode,prices");
        if (afterTheStart) {
            context.start();
        }
        loadByPattern("classpath:saddlebag/routes/*.camel.yaml");
        context.start();

        assertThat(answer("geocode", "g")).isEqualTo(echoOf("g"));
        assertThat(answer("prices", "p")).isEqualTo(echoOf("p"));

        assertThat(geocode.requests()).hasSize(1);
        assertThat(prices.requests()).hasSize(1);
        assertThat(routes())
                .contains("geocode-batch", "prices-batch")
                .noneMatch(id -> id.startsWith("saddlebag-"))
                .hasSize(2
                        * (int) routes().stream()
                                .filter(id -> id.startsWith("prices-"))
                                .count());
    }

    @Test
    void shouldStartThemAgainWithTheContext() throws Exception {
        setUrls();
        set("saddlebag.pipelines", "geocode,prices");
        loadByPattern("classpath:saddlebag/routes/*.camel.yaml");
        context.start();
        answer("geocode", "g");

        context.stop();
        context.start();

        assertThat(answer("geocode", "h")).isEqualTo(echoOf("h"));
        assertThat(answer("prices", "p")).isEqualTo(echoOf("p"));
    }

    @Test
    void shouldMakeTheOneOfTheFilesWhereItIsListed() throws Exception {
        setUrls();
        set("saddlebag.call.url", prices.url());
        set("saddlebag.pipelines", "saddlebag, geocode");
        loadByPattern("classpath:saddlebag/routes/*.camel.yaml");
        context.start();

        assertThat(answer("geocode", "g")).isEqualTo(echoOf("g"));
        assertThat(answer("saddlebag", "s")).isEqualTo(echoOf("s"));

        assertThat(geocode.requests()).hasSize(1);
        assertThat(prices.requests()).hasSize(1);
    }

    @Test
    void shouldMakeThemOfFilesThatWereEditedAndOfThoseOnly(@TempDir Path folder) throws Exception {
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            for (Path file : files.toList()) {
                Files.writeString(
                        folder.resolve(file.getFileName()),
                        Files.readString(file).replace("id: saddlebag-match\n", "id: saddlebag-my-match\n"));
            }
        }
        Files.delete(folder.resolve("12-source-timer.camel.yaml"));
        Files.delete(folder.resolve("14-source-direct.camel.yaml"));
        setUrls();
        set("saddlebag.pipelines", "geocode");
        loadByPattern("file:" + folder + "/*.camel.yaml");
        context.start();

        assertThat(answer("geocode", "g")).isEqualTo(echoOf("g"));

        assertThat(routes()).contains("geocode-my-match").doesNotContain("geocode-match", "geocode-items");
    }

    @Test
    void shouldMakeThemInAHostOfCamelMainWithoutWhatItExcludes() throws Exception {
        Main main = new Main();
        main.configure().withRoutesIncludePattern("classpath:saddlebag/routes/*.camel.yaml");
        main.configure().withRoutesExcludePattern("**/32-call-job.camel.yaml");
        main.addInitialProperty("saddlebag.pipelines", "geocode,prices");
        main.addInitialProperty("saddlebag.pipeline.geocode.call.url", geocode.url());
        main.addInitialProperty("saddlebag.pipeline.prices.call.url", prices.url());
        main.addInitialProperty("saddlebag.pipeline.prices.call.mode", "single");
        main.start();
        try {
            main.getCamelTemplate().requestBody("batch:prices", item("p"), String.class);

            assertThat(prices.requests())
                    .singleElement()
                    .satisfies(sent -> assertThat(sent.text()).isEqualTo(item("p")));
            assertThat(main.getCamelContext().getRoutes())
                    .extracting(Route::getRouteId)
                    .contains("geocode-batch", "prices-call-single")
                    .doesNotContain("geocode-call-job")
                    .noneMatch(id -> id.startsWith("saddlebag-"));
        } finally {
            main.stop();
        }
    }

    @Test
    void shouldRefuseToAddOneThatIsListed() {
        set("saddlebag.pipelines", "geocode");

        assertThatThrownBy(() -> Saddlebag.addTo(context, "geocode"))
                .hasMessageContaining("named in saddlebag.pipelines");
        assertThatThrownBy(() -> Saddlebag.addTo(context, "saddlebag")).hasMessageContaining("does not name saddlebag");
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("saddlebag-"))
                .toList();
    }

    @Test
    void shouldNameItsOwnPropertiesInMessagesAndItselfInThreads(@TempDir Path folder) throws Exception {
        setUrls();
        set("saddlebag.pipelines", "geocode");
        set("saddlebag.pipeline.geocode.answer.max-bytes", "20B");
        set("saddlebag.pipeline.geocode.call.max-attempts", "2");
        set("saddlebag.pipeline.geocode.call.back-off", "1ms");
        set("saddlebag.source.max-line", "60B");
        set("saddlebag.deliver.directory", folder.toString());
        List<String> before = threads();
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(PluginHelper.getPackageScanResourceResolver(context)
                        .findResources("classpath:saddlebag/routes/*.camel.yaml"));
        context.start();
        Path file = Files.writeString(
                folder.resolve("in.jsonl"),
                item("a") + "\n" + item("b".repeat(60)) + "\n{\"id\":\"c\"\n" + item("d") + "\n");

        context.createProducerTemplate().requestBody("direct:geocode-read", file);

        assertThat(Files.readString(folder.resolve("geocode/in.jsonl.failed.jsonl")))
                .contains("(saddlebag.pipeline.geocode.answer.max-bytes)")
                .contains("more than saddlebag.source.max-line allows")
                .doesNotContain("saddlebag.answer.max-bytes");
        List<String> ours = threads();
        assertThat(ours.stream().filter(name -> !before.contains(name)).toList())
                .as("what all pipelines share has no name of one")
                .isSubsetOf("saddlebag-names", "saddlebag-memory");
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .anyMatch(name -> name.equals("geocode-admission"))
                .anyMatch(name -> name.startsWith("geocode-call-"));
    }
}
