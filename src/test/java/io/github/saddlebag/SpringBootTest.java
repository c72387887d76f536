package io.github.saddlebag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.testing.TestApi;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** A Spring Boot application that has the jar and includes its routes, and nothing else of ours. */
@Tag("slow")
@Timeout(120)
class SpringBootTest {

    private static final String ITEM = "{\"id\":\"a\",\"text\":\"one\"}";

    @Configuration
    @EnableAutoConfiguration
    static class Application {}

    @Test
    void shouldSendWhatIsConfiguredAndAnswerACaller() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo);
                ConfigurableApplicationContext application = start(Map.of(
                        "saddlebag.call.url", api.url(),
                        "saddlebag.call.header.Authorization", "Bearer ${my.token}",
                        "my.token", "t0",
                        "saddlebag.call.header.X-Api-Key", "k1",
                        "saddlebag.call.header[X-Other]", "o1",
                        "saddlebag.call.query.$filter", "x",
                        "saddlebag.call.query.api_key", "k2"))) {

            assertThat(ask(application)).isEqualTo("{\"id\":\"a\",\"result\":\"r:one\"}");

            assertThat(api.requests()).singleElement().satisfies(request -> {
                assertThat(request.target()).contains("%24filter=x", "api_key=k2");
                assertThat(request.headers())
                        .containsEntry("authorization", "Bearer t0")
                        .containsEntry("x-api-key", "k1")
                        .containsEntry("x-other", "o1");
            });
        }
    }

    /** Spring takes a mark for a placeholder of its own, with the pointer as its default. */
    @Test
    void shouldPutAnItemsOwnValueIntoAnAddressWhoseMarkIsEscaped() throws Exception {
        try (TestApi api = TestApi.start(request -> TestApi.answer(200, "{}"));
                ConfigurableApplicationContext application = start(Map.of(
                        "saddlebag.call.mode",
                        "single",
                        "saddlebag.single.method",
                        "GET",
                        "saddlebag.call.url",
                        api.url() + "/\\${url:/id}?text=\\${url:/text}"))) {

            ask(application);

            assertThat(api.requests())
                    .singleElement()
                    .satisfies(request -> assertThat(request.target()).endsWith("/a?text=one"));
        }
    }

    @Test
    void shouldRefuseToStartWithAMarkThatSpringTookForAPlaceholder() throws Exception {
        try (TestApi api = TestApi.start(request -> TestApi.answer(200, "{}"))) {
            assertThatThrownBy(() -> start(
                            Map.of("saddlebag.call.mode", "single", "saddlebag.call.url", api.url() + "/${url:/id}")))
                    .hasStackTraceContaining("saddlebag.call.url");
        }
    }

    private static String ask(ConfigurableApplicationContext application) {
        return application.getBean(ProducerTemplate.class).requestBody("batch:saddlebag", ITEM, String.class);
    }

    static ConfigurableApplicationContext start(Map<String, Object> properties) {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setBannerMode(Banner.Mode.OFF);
        application.setLogStartupInfo(false);
        return application.run(Stream.concat(
                        Stream.of(
                                // not the file of this folder
                                "spring.config.location=optional:classpath:none/",
                                "camel.main.routes-include-pattern=classpath:saddlebag/routes/*.camel.yaml"),
                        properties.entrySet().stream().map(each -> each.getKey() + '=' + each.getValue()))
                .map(each -> "--" + each)
                .toArray(String[]::new));
    }
}
