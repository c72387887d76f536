package io.github.saddlebag;

import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.batch.BatchComponent;
import io.github.saddlebag.testing.TestApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers of a host, at once and when it stops. */
@Tag("slow")
@Timeout(120)
class ManyCallersTest {

    /** A host that runs, and how it is stopped. */
    private record Host(CamelContext context, Runnable end) implements AutoCloseable {

        static Host start(String kind, TestApi api) throws Exception {
            Properties properties = new Properties();
            properties.setProperty("saddlebag.call.url", api.url());
            properties.setProperty("saddlebag.batch.max-items", "20");
            properties.setProperty("saddlebag.call.concurrency", "2");
            if (kind.equals("Main")) {
                Main main = new Main();
                main.configure().withRoutesIncludePattern("classpath:saddlebag/routes/*.camel.yaml");
                main.setOverrideProperties(properties);
                main.start();
                return new Host(main.getCamelContext(), main::stop);
            }
            DefaultCamelContext context = new DefaultCamelContext();
            EmbeddingIsDocumentedTest.load(context, properties);
            context.start();
            return new Host(context, context::stop);
        }

        @Override
        public void close() {
            end.run();
        }
    }

    private static List<CompletableFuture<String>> ask(Host host, int callers) {
        ProducerTemplate template = host.context.createProducerTemplate();
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            answers.add(template.asyncRequestBody("batch:saddlebag", item("i" + i), String.class));
        }
        return answers;
    }

    private static void assertEachHasItsOwn(List<CompletableFuture<String>> answers) throws Exception {
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).get(60, TimeUnit.SECONDS)).isEqualTo(echoOf("i" + i));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "Main"})
    void shouldGiveEachOfAThousandItsOwnAnswer(String kind) throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo);
                Host host = Host.start(kind, api)) {
            assertEachHasItsOwn(ask(host, 1_000));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "Main"})
    void shouldAnswerThoseWhoWaitWhenItStops(String kind) throws Exception {
        try (TestApi api = TestApi.start(request -> TestApi.echo(request).after(500))) {
            List<CompletableFuture<String>> answers;
            try (Host host = Host.start(kind, api)) {
                answers = ask(host, 60);
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> !api.requests().isEmpty());
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> host.context
                                        .getComponent("batch", BatchComponent.class)
                                        .inFlight("saddlebag")
                                == 60);
            }
            assertThat(answers).allMatch(CompletableFuture::isDone);
            assertEachHasItsOwn(answers);
        }
    }
}
