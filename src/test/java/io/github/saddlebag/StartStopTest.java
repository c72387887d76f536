package io.github.saddlebag;

import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;

/** A host starts and stops its contexts as often as it likes. */
@Tag("slow")
@Timeout(180)
class StartStopTest {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    /** A host, started, asked and stopped. */
    private interface Round {

        void run(Map<String, String> properties, int number) throws Exception;
    }

    private static Round of(String host) {
        return switch (host) {
            case "plain" -> StartStopTest::plain;
            case "Main" -> StartStopTest::main;
            default -> StartStopTest::springBoot;
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "Main", "Spring Boot"})
    void shouldLeaveNoThreadAndNoDescriptor(String host) throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo)) {
            // what the JVM opens once
            Map<String, String> properties = Map.of("saddlebag.call.url", api.url(), "saddlebag.batch.max-wait", "1ms");
            of(host).run(properties, 0);
            long before = descriptors();

            for (int i = 0; i < 20; i++) {
                of(host).run(properties, i);
            }

            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertThat(ourThreads()).isEmpty();
                assertThat(descriptors()).isLessThan(before + 10);
            });
        }
    }

    /** Every other round twice. */
    private static void plain(Map<String, String> values, int number) throws Exception {
        Properties properties = new Properties();
        properties.putAll(values);
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            EmbeddingIsDocumentedTest.load(context, properties);
            for (int i = 0; i < 1 + number % 2; i++) {
                context.start();
                ask(context.createProducerTemplate());
                context.stop();
            }
        }
    }

    private static void main(Map<String, String> properties, int number) throws Exception {
        Main main = new Main();
        properties.forEach(main::addInitialProperty);
        main.configure().withRoutesIncludePattern("classpath:saddlebag/routes/*.camel.yaml");
        main.start();
        ask(main.getCamelTemplate());
        main.stop();
    }

    private static void springBoot(Map<String, String> properties, int number) {
        try (ConfigurableApplicationContext application = SpringBootTest.start(Map.copyOf(properties))) {
            ask(application.getBean(ProducerTemplate.class));
        }
    }

    private static void ask(ProducerTemplate template) {
        assertThat(template.requestBody("batch:saddlebag", item("a"), String.class))
                .isEqualTo(echoOf("a"));
    }

    private static List<String> ourThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains("saddlebag"))
                .toList();
    }

    private static long descriptors() throws Exception {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return 0;
        }
        try (Stream<Path> open = Files.list(DESCRIPTORS)) {
            return open.count();
        }
    }
}
