package io.github.saddlebag;

import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.testing.Commands;
import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** Properties arrive alike in each host, and from wherever they come: files, the JVM, the environment. */
@Tag("slow")
@Timeout(180)
class PropertySourcesTest {

    private static final String ROUTES = "classpath:saddlebag/routes/*.camel.yaml";

    private static final List<String> HOSTS = List.of("plain", "main", "boot");

    @TempDir
    private Path folder;

    private final TestApi api = TestApi.start(TestApi::echo);

    @AfterEach
    void stop() {
        api.close();
    }

    @Configuration
    @EnableAutoConfiguration
    static class Application {}

    /** A host that reads a file; what it is asked. */
    static final class Host {

        private Host() {}

        public static void main(String[] args) throws Exception {
            for (String host : HOSTS) {
                System.out.println(ask(host, Path.of(args[0])));
            }
        }

        static String ask(String host, Path file) throws Exception {
            return switch (host) {
                case "plain" -> plain(file);
                case "main" -> main(file);
                default -> boot(file);
            };
        }

        private static String ask(CamelContext context) throws Exception {
            return context.createProducerTemplate()
                    .asyncRequestBody("batch:saddlebag", item("a"), String.class)
                    .get(60, TimeUnit.SECONDS);
        }

        private static String plain(Path file) throws Exception {
            DefaultCamelContext context = new DefaultCamelContext();
            try {
                context.getPropertiesComponent().addLocation("file:" + file);
                PluginHelper.getRoutesLoader(context)
                        .loadRoutes(PluginHelper.getPackageScanResourceResolver(context)
                                .findResources(ROUTES));
                context.start();
                return ask(context);
            } finally {
                context.stop();
            }
        }

        private static String main(Path file) throws Exception {
            Main main = new Main();
            try {
                main.setPropertyPlaceholderLocations("file:" + file);
                main.configure().withRoutesIncludePattern(ROUTES);
                main.start();
                return ask(main.getCamelContext());
            } finally {
                main.stop();
            }
        }

        private static String boot(Path file) throws Exception {
            SpringApplication application = new SpringApplication(Application.class);
            application.setWebApplicationType(WebApplicationType.NONE);
            application.setBannerMode(Banner.Mode.OFF);
            application.setLogStartupInfo(false);
            try (ConfigurableApplicationContext context = application.run(
                    "--spring.config.location=file:" + file, "--camel.main.routes-include-pattern=" + ROUTES)) {
                return ask(context.getBean(CamelContext.class));
            }
        }
    }

    private Path file(String... lines) throws Exception {
        List<String> all = new ArrayList<>(List.of(lines));
        all.add("saddlebag.batch.max-wait=1ms");
        return Files.write(folder.resolve("site.properties"), all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "main", "boot"})
    void shouldSendTheHeadersAndKeysThatTheFileOfAHostHas(String host) throws Exception {
        Path file = file(
                "saddlebag.call.url=" + api.url(),
                "saddlebag.call.header.X-Api-Key=k1",
                "saddlebag.call.header.api_key=k2",
                "saddlebag.call.query.$filter=x",
                "saddlebag.call.query.api_key=k3",
                "saddlebag.call.query.X-Api-Key=k4");

        Host.ask(host, file);

        assertThat(api.requests()).singleElement().satisfies(request -> {
            assertThat(request.target()).contains("%24filter=x", "api_key=k3", "X-Api-Key=k4");
            assertThat(request.headers()).containsEntry("x-api-key", "k1").containsEntry("api_key", "k2");
        });
    }

    @Test
    void shouldTakeWhatTheEnvironmentAndTheJvmSayBeforeTheFileOfAHost() throws Exception {
        Path file = file(
                "saddlebag.call.url=http://127.0.0.1:1/nobody",
                "saddlebag.call.max-attempts=1",
                "saddlebag.call.idempotency-header=X-Of-File",
                "saddlebag.breaker.sliding-window-size=refused");
        List<String> command = Commands.java("-Dsaddlebag.call.idempotency-header=X-Of-Jvm");
        command.set(command.indexOf("-cp") + 1, System.getProperty("java.class.path"));
        command.removeIf(option -> option.startsWith("-XX:SharedArchiveFile"));
        command.addAll(List.of(Host.class.getName(), file.toString()));
        ProcessBuilder child = new ProcessBuilder(command).redirectErrorStream(true);
        child.environment().put("SADDLEBAG_CALL_URL", api.url());
        // an old name, and stronger than the new one of the file
        child.environment().put("SADDLEBAG_BREAKER_CALLS", "20");
        child.environment().put("SADDLEBAG_CALL_HEADER_X_FROM_ENVIRONMENT", "no");
        child.redirectOutput(folder.resolve("out.txt").toFile());

        Process process = child.start();

        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(api.requests())
                .as(Files.readString(folder.resolve("out.txt")))
                .hasSize(HOSTS.size())
                .allSatisfy(request -> assertThat(request.headers())
                        .containsKey("x-of-jvm")
                        .doesNotContainKeys("x-of-file", "x-from-environment"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "main", "boot"})
    void shouldReadAPropertyOfAHostUnderItsOldName(String host) throws Exception {
        Path file = file("saddlebag.call.url=" + api.url(), "saddlebag.breaker.calls=refused");

        assertThatThrownBy(() -> Host.ask(host, file))
                .hasStackTraceContaining("saddlebag.breaker.sliding-window-size is 'refused'");
    }

    @Test
    void shouldTakeANameInCamelCaseInSpring() throws Exception {
        Path file = file("saddlebag.call.url=" + api.url(), "saddlebag.call.idempotencyHeader=X-Camel");

        Host.ask("boot", file);

        assertThat(api.requests())
                .singleElement()
                .satisfies(request -> assertThat(request.headers()).containsKey("x-camel"));
    }
}
