package io.github.saddlebag.spring;

import static io.github.saddlebag.testing.TestApi.JSON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.batch.BatchClient;
import io.github.saddlebag.testing.Items;
import io.github.saddlebag.testing.Page;
import io.github.saddlebag.testing.TestApi;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A Spring Boot application that has the jar and one property. */
@Tag("slow")
@Timeout(120)
class AutoConfigurationTest {

    private static final String HEALTH = "saddlebagHealthIndicator";

    @Configuration
    @EnableAutoConfiguration
    static class Application {

        @Bean
        MeterRegistry meters() {
            return new SimpleMeterRegistry();
        }
    }

    @Configuration
    @EnableAutoConfiguration
    static class Asking {

        private final BatchClient geocode;
        private final BatchClient prices;
        private final ObjectProvider<BatchClient> any;

        Asking(
                @Qualifier("geocode") BatchClient geocode,
                @Qualifier("prices") BatchClient prices,
                ObjectProvider<BatchClient> any) {
            this.geocode = geocode;
            this.prices = prices;
            this.any = any;
        }
    }

    @Configuration
    @EnableAutoConfiguration
    static class Own {

        @Bean
        BatchClient own(CamelContext context) {
            return BatchClient.of(context, "batch:geocode?replyTimeout=30s");
        }

        @Bean
        List<BatchClient> got(BatchClient plain, @Qualifier("prices") BatchClient prices) {
            return List.of(plain, prices);
        }
    }

    @Test
    void shouldLeaveTheClientOfTheApplicationTheOneThatItGets() {
        try (ConfigurableApplicationContext application = Applications.start(
                Own.class,
                "saddlebag.pipelines=geocode,prices",
                "saddlebag.pipeline.geocode.call.url=http://127.0.0.1:1/",
                "saddlebag.pipeline.prices.call.url=http://127.0.0.1:1/")) {
            assertThat(application.getBean("got"))
                    .asInstanceOf(InstanceOfAssertFactories.LIST)
                    .containsExactly(application.getBean("own"), application.getBean("pricesBatchClient"));
        }
        try (ConfigurableApplicationContext application = Applications.start(
                Own.class, "saddlebag.call.url=http://127.0.0.1:1/", "spring.main.lazy-initialization=true")) {
            assertThat(application.getBean(BatchClient.class)).isSameAs(application.getBean("own"));
        }
    }

    @Test
    void shouldAnswerWithOnePropertyAndTheClientThatIsThere() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo);
                ConfigurableApplicationContext application = start("saddlebag.call.url=" + api.url())) {
            BatchClient client = application.getBean(BatchClient.class);

            List<CompletableFuture<String>> answers = IntStream.range(0, 1000)
                    .mapToObj(i -> client.send(Items.item("i" + i), String.class))
                    .toList();

            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get(60, TimeUnit.SECONDS)).isEqualTo(Items.echoOf("i" + i));
            }
            assertThat(api.requests()).hasSizeLessThan(1000);
            assertThat(application.getBean(MeterRegistry.class).getMeters())
                    .anyMatch(meter -> meter.getId().getName().startsWith("saddlebag."));
        }
    }

    @Test
    void shouldTellHowTheEndpointIs() throws Exception {
        try (TestApi api = TestApi.start(request -> TestApi.answer(500, ""));
                ConfigurableApplicationContext application = start(
                        "saddlebag.call.url=" + api.url(),
                        "saddlebag.breaker.minimum-number-of-calls=1",
                        "saddlebag.breaker.sliding-window-size=1",
                        "saddlebag.breaker.wait-duration-in-open-state=5m")) {
            HealthIndicator health = application.getBean(HEALTH, HealthIndicator.class);
            assertThat(health.health().getStatus()).isEqualTo(Status.UP);

            CompletableFuture<String> answer =
                    application.getBean(BatchClient.class).send(Items.item("a"), String.class);
            await().until(() -> !health.health().getStatus().equals(Status.UP));

            Health ill = health.health();
            assertThat(ill.getStatus()).isEqualTo(Status.UNKNOWN);
            assertThat(ill.getDetails()).containsEntry("breaker", "OPEN").containsKey("requests");
            assertThat(answer).isNotDone();
        }
    }

    @Test
    void shouldAddNothingToAnApplicationThatCallsNothing() {
        try (ConfigurableApplicationContext application = start()) {
            assertThat(application.getBean(CamelContext.class).getRoutes()).isEmpty();
            assertThat(application.getBeanNamesForType(BatchClient.class)).isEmpty();
            assertThat(application.getBeanNamesForType(HealthIndicator.class)).doesNotContain(HEALTH);
        }
    }

    @Test
    void shouldLeaveOutTheRouteThatTheApplicationExcludesAndTakeRoutesThatItIncludesOnce() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo);
                ConfigurableApplicationContext application = start(
                        "saddlebag.call.url=" + api.url(),
                        "camel.main.routes-include-pattern=classpath:saddlebag/routes/*.camel.yaml",
                        "camel.main.routes-exclude-pattern=**/14-source-direct.camel.yaml")) {
            assertThat(application.getBean(CamelContext.class).getRoutes())
                    .extracting(route -> route.getRouteId())
                    .contains("saddlebag-batch")
                    .doesNotContain("saddlebag-items")
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void shouldSendWhatTheDocumentedYamlSays(@TempDir Path folder) throws Exception {
        Files.writeString(
                folder.resolve("application.yml"), Page.of("architecture.md").code("yaml", "saddlebag:"));
        try (TestApi api = TestApi.start(TestApi::echo);
                ConfigurableApplicationContext application = start(
                        "spring.config.location=file:" + folder + "/",
                        "my.token=t0",
                        "saddlebag.call.url=" + api.url())) {
            application.getBean(BatchClient.class).send(Items.item("a")).get(60, TimeUnit.SECONDS);

            assertThat(api.requests()).singleElement().satisfies(request -> {
                assertThat(request.target()).endsWith("?api_key=k1");
                assertThat(request.headers()).containsEntry("authorization", "Bearer t0");
            });
        }
    }

    @Test
    void shouldMakeTheListedPipelinesAndTellHowEachIs() throws Exception {
        try (TestApi geocode = TestApi.start(TestApi::echo);
                TestApi prices = TestApi.start(request -> TestApi.answer(500, ""));
                ConfigurableApplicationContext application = Applications.start(
                        Asking.class,
                        "saddlebag.pipelines=geocode,prices",
                        "saddlebag.breaker.minimum-number-of-calls=1",
                        "saddlebag.breaker.sliding-window-size=1",
                        "saddlebag.breaker.wait-duration-in-open-state=5m",
                        "saddlebag.pipeline.geocode.call.url=" + geocode.url(),
                        "saddlebag.pipeline.geocode.call.header.X-Api-Key=k1",
                        "saddlebag.pipeline.prices.call.url=" + prices.url())) {
            HealthIndicator health = application.getBean(HEALTH, HealthIndicator.class);
            Asking asking = application.getBean(Asking.class);

            asking.prices.send(Items.item("b"), String.class);
            assertThat(asking.geocode.send(Items.item("a"), String.class).get(60, TimeUnit.SECONDS))
                    .isEqualTo(Items.echoOf("a"));
            await().until(() -> !health.health().getStatus().equals(Status.UP));

            assertThat(geocode.requests())
                    .singleElement()
                    .satisfies(request -> assertThat(request.headers()).containsEntry("x-api-key", "k1"));
            assertThat(asking.any.getIfUnique()).isNull();
            assertThat(health.health().getDetails())
                    .hasEntrySatisfying(
                            "geocode", of -> assertThat(of.toString()).contains("breaker=CLOSED"))
                    .hasEntrySatisfying(
                            "prices", of -> assertThat(of.toString()).contains("breaker=OPEN"));
        }
    }

    @Test
    void shouldHaveAClientOfTheOnlyPipelineThatIsListed() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo);
                ConfigurableApplicationContext application =
                        start("saddlebag.pipelines=geocode", "saddlebag.pipeline.geocode.call.url=" + api.url())) {
            assertThat(application
                            .getBean(BatchClient.class)
                            .send(Items.item("a"), String.class)
                            .get(60, TimeUnit.SECONDS))
                    .isEqualTo(Items.echoOf("a"));
        }
    }

    @Test
    void shouldEndItsCallersWhenTheApplicationIsClosed() throws Exception {
        List<CompletableFuture<String>> answers = new ArrayList<>();
        try (TestApi api = TestApi.start(request -> TestApi.echo(request).after(1000))) {
            try (ConfigurableApplicationContext application =
                    start("saddlebag.call.url=" + api.url(), "saddlebag.batch.max-items=10")) {
                BatchClient client = application.getBean(BatchClient.class);
                IntStream.range(0, 60).forEach(i -> answers.add(client.send(Items.item("i" + i), String.class)));
                await().until(() -> !api.requests().isEmpty());
            }
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get(60, TimeUnit.SECONDS)).isEqualTo(Items.echoOf("i" + i));
            }
        }
    }

    @Test
    void shouldDescribeEachPropertyForEditors() throws Exception {
        JsonNode metadata = JSON.readTree(getClass().getResource("/META-INF/spring-configuration-metadata.json"));

        assertThat(metadata.path("properties"))
                .hasSizeGreaterThan(100)
                .allSatisfy(
                        property -> assertThat(property.path("name").asText()).startsWith("saddlebag."))
                .anySatisfy(property -> {
                    assertThat(property.path("name").asText()).isEqualTo("saddlebag.batch.max-items");
                    assertThat(property.path("type").asText()).isEqualTo("java.lang.Integer");
                    assertThat(property.path("defaultValue").asInt()).isEqualTo(100);
                    assertThat(property.path("description").asText()).isNotBlank();
                });
    }

    private static ConfigurableApplicationContext start(String... properties) {
        return Applications.start(Application.class, properties);
    }
}
