package io.github.saddlebag.spring;

import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.batch.BatchClient;
import io.github.saddlebag.config.PipelineKeys;
import io.github.saddlebag.setting.SpringProperties;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** How a Spring application writes its properties, and what it may set besides ours. */
@Tag("slow")
@Timeout(120)
class ApplicationSettingsTest {

    private final TestApi api = TestApi.start(TestApi::echo);

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        api.close();
    }

    @Configuration
    @EnableAutoConfiguration
    static class Application {}

    private static ConfigurableApplicationContext start(String... properties) {
        return Applications.start(Application.class, properties);
    }

    private static String ask(ConfigurableApplicationContext application) throws Exception {
        return application
                .getBean(BatchClient.class)
                .send(item("a"), String.class)
                .get(30, TimeUnit.SECONDS);
    }

    @Test
    void shouldAnswerWhereBeansAreMadeWhenTheyAreUsed() throws Exception {
        try (ConfigurableApplicationContext application =
                start("spring.main.lazy-initialization=true", "saddlebag.call.url=" + api.url())) {
            assertThat(ask(application)).isEqualTo(echoOf("a"));
        }
    }

    @Test
    void shouldAddItsRoutesWhereTheApplicationHasNoFilesOfRoutes() throws Exception {
        try (ConfigurableApplicationContext application =
                start("camel.main.routes-include-pattern=false", "saddlebag.call.url=" + api.url())) {
            assertThat(ask(application)).isEqualTo(echoOf("a"));
        }
    }

    @Test
    void shouldRefuseAProfileThatOnlyTheCommandsPutIntoEffect() {
        assertThatThrownBy(() -> start("saddlebag.call.profile=graph-batch", "saddlebag.call.url=" + api.url()))
                .hasStackTraceContaining("saddlebag.call.profile is 'graph-batch': it is for the commands.")
                .hasStackTraceContaining("set saddlebag.pipeline.NAME.call.profile");
    }

    @Test
    void shouldPutTheProfileOfAPipelineIntoEffect() throws Exception {
        try (ConfigurableApplicationContext application = start(
                "saddlebag.pipelines=geocode",
                "saddlebag.pipeline.geocode.call.url=" + api.url(),
                "saddlebag.pipeline.geocode.call.rpc-method=locate",
                "saddlebag.pipeline.geocode.call.profile=json-rpc")) {
            application.getBean(BatchClient.class).send("{\"id\":\"a\",\"method\":\"m\"}");
            await().until(() -> !api.requests().isEmpty());
            assertThat(api.requests().get(0).text()).contains("\"jsonrpc\"", "\"method\":\"locate\"");
        }
    }

    @Test
    void shouldTakeEditedRoutesFromAFolderOfTheApplication() throws Exception {
        Bundle.copyRoutes(folder);
        try (ConfigurableApplicationContext application = start(
                "camel.main.routes-include-pattern=classpath:none/*.yaml,file:" + folder + "/*.camel.yaml",
                "saddlebag.call.url=" + api.url())) {
            assertThat(ask(application)).isEqualTo(echoOf("a"));
            assertThat(application
                            .getBean(CamelContext.class)
                            .getRoute("saddlebag-batch")
                            .getSourceResource()
                            .getLocation())
                    .contains(folder.toString());
        }
    }

    @Test
    void shouldReadListsAsYamlHasThem() throws Exception {
        Files.writeString(folder.resolve("application.yml"), """
                saddlebag:
                  pipelines:
                    - geocode
                  pipeline:
                    geocode:
                      call:
                        url: %s
                      answer:
                        retry-statuses: [418, 503]
                """.formatted(api.url()));
        api.behave(request -> request.number() == 1
                ? TestApi.answer(200, "[{\"id\":\"a\",\"status\":418}]")
                : TestApi.answer(200, "[{\"id\":\"a\",\"status\":200}]"));
        try (ConfigurableApplicationContext application = start(
                "spring.config.location=file:" + folder + "/", "saddlebag.pipeline.geocode.answer.status=/status")) {
            assertThat(ask(application)).contains("200");
            assertThat(api.requests()).hasSize(2);
        }
    }

    @Test
    void shouldReadListsAsTheEnvironmentHasThem() throws Exception {
        api.behave(request -> request.number() <= 2
                ? TestApi.answer(200, "[{\"id\":\"a\",\"status\":%d}]".formatted(416 + request.number()))
                : TestApi.answer(200, "[{\"id\":\"a\",\"status\":200}]"));
        Map<String, String> variables = Map.of(
                "SADDLEBAG_PIPELINES_0_", "geocode",
                "SADDLEBAG_PIPELINE_GEOCODE_CALL_URL", api.url(),
                "SADDLEBAG_PIPELINE_GEOCODE_ANSWER_STATUS", "/status",
                "SADDLEBAG_ANSWER_RETRY_STATUSES_0", "417",
                "SADDLEBAG_ANSWER_RETRY_STATUSES_1", "418");
        try (ConfigurableApplicationContext application = Applications.start(Application.class, variables)) {
            assertThat(ask(application)).contains("200");
            assertThat(api.requests()).hasSize(3);
        }
    }

    @Test
    void shouldKnowEachSpellingOfANameAndTellOfTheOthers() throws Exception {
        try (ConfigurableApplicationContext application = start(
                "saddlebag.call.url=" + api.url(),
                "saddlebag.batch.maxItems=5",
                "saddlebag.batch.max_wait=5ms",
                "saddlebag.answer.done-words[0]=ok",
                "saddlebag.call.header[X-Other]=o",
                "saddlebag.call.header.X-Key=k",
                "saddlebag.call.maxAttemps=3")) {
            CamelContext context = application.getBean(CamelContext.class);

            List<String> names = SpringProperties.names(context).stream()
                    .map(PipelineKeys::asWritten)
                    .toList();

            assertThat(names)
                    .contains(
                            "saddlebag.batch.max-items",
                            "saddlebag.batch.max-wait",
                            "saddlebag.answer.done-words",
                            "saddlebag.call.header.X-Other");
            assertThat(PipelineKeys.inHost(names, Set.of(), Set.of("saddlebag")))
                    .containsExactly(
                            "saddlebag.call.maxAttemps is no property. Did you mean saddlebag.call.max-attempts?");
        }
    }
}
