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
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A host starts and stops its contexts as often as it likes. */
@Tag("slow")
@Timeout(180)
class StartStopTest {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    @Test
    void shouldLeaveNoThreadAndNoDescriptor() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo)) {
            // what the JVM opens once
            round(api, 1);
            long before = descriptors();

            for (int i = 0; i < 20; i++) {
                round(api, 1 + i % 2);
            }

            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertThat(ourThreads()).isEmpty();
                assertThat(descriptors()).isLessThan(before + 10);
            });
        }
    }

    private static void round(TestApi api, int starts) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("saddlebag.call.url", api.url());
        properties.setProperty("saddlebag.batch.max-wait", "1ms");
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            EmbeddingIsDocumentedTest.load(context, properties);
            for (int i = 0; i < starts; i++) {
                context.start();
                assertThat(context.createProducerTemplate().requestBody("batch:saddlebag", item("a"), String.class))
                        .isEqualTo(echoOf("a"));
                context.stop();
            }
        }
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
