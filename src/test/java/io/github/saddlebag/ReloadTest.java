package io.github.saddlebag;

import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.JobApi;
import io.github.saddlebag.testing.TestApi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.Model;
import org.apache.camel.spi.Resource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Properties that change while items flow. */
@Timeout(120)
class ReloadTest {

    private final Bundle bundle = Bundle.all();
    private final Properties properties = new Properties();

    @AfterEach
    void stop() {
        bundle.close();
    }

    private List<String> reload(String property, Object value) throws Exception {
        properties.setProperty(property, value.toString());
        bundle.context().getPropertiesComponent().setOverrideProperties((Properties) properties.clone());
        return Saddlebag.reload(bundle.context(), "saddlebag");
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldAnswerAllAndSendNothingToTheAddressBefore(String mode) throws Exception {
        TestApi.Behaviour handler = request ->
                (mode.equals("single") ? TestApi.answer(200, request.body()) : TestApi.echo(request)).after(20);
        try (TestApi one = TestApi.start(handler);
                TestApi other = TestApi.start(handler)) {
            bundle.with("saddlebag.call.url", one.url())
                    .with("saddlebag.call.mode", mode)
                    .with("saddlebag.batch.max-in-flight", 200)
                    .start();
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger next = new AtomicInteger();
            Semaphore ahead = new Semaphore(300);
            List<CompletableFuture<String>> answers = new ArrayList<>();
            Thread sender = new Thread(() -> {
                while (!over.get()) {
                    ahead.acquireUninterruptibly();
                    CompletableFuture<String> answer = bundle.askAsync(item("i" + next.getAndIncrement()));
                    answer.whenComplete((text, error) -> ahead.release());
                    answers.add(answer);
                }
            });
            sender.start();

            for (int i = 0; i < 10; i++) {
                TestApi to = i % 2 == 0 ? other : one;
                TestApi before = i % 2 == 0 ? one : other;
                assertThat(reload("saddlebag.call.url", to.url())).containsExactly("call.url");
                int asked = before.requests().size();
                int seen = to.requests().size();
                await().atMost(Duration.ofSeconds(20)).until(() -> to.requests().size() > seen + 5);
                assertThat(before.requests()).hasSize(asked);
            }

            over.set(true);
            sender.join();
            assertThat(answers).hasSize(next.get());
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get(20, TimeUnit.SECONDS)).contains("i" + i);
            }
        }
    }

    /** As files are read: what is given back of them ends their reading. */
    @Test
    void shouldGiveNothingBackWhileTheRouteOfBatchesIsAnother() throws Exception {
        Queue<Outcome> parts = new ConcurrentLinkedQueue<>();
        try (TestApi api = TestApi.start(TestApi::echo)) {
            bundle.with("saddlebag.call.url", api.url())
                    .with("saddlebag.call.rate", 50)
                    .with("saddlebag.batch.max-items", 2)
                    .plus(new RouteBuilder() {
                        @Override
                        public void configure() {
                            from("direct:read").to("batch:saddlebag?partsTo=direct:part");
                            from("direct:part").process(exchange -> parts.addAll(outcomes(exchange.getMessage())));
                        }
                    })
                    .start();
            CompletableFuture<Exchange> list = bundle.template()
                    .asyncSend("direct:read", exchange -> exchange.getMessage().setBody(items(2000)));
            Resource file = bundle.context()
                    .getCamelContextExtension()
                    .getContextPlugin(Model.class)
                    .getRouteDefinition("saddlebag-batch")
                    .getResource();

            for (int i = 0; i < 8; i++) {
                new Reload(bundle.context(), "saddlebag").routes(file, file, UnaryOperator.identity());
                int seen = api.requests().size();
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> api.requests().size() > seen);
            }

            reload("saddlebag.call.rate", 0);
            Exchange end = list.get(60, TimeUnit.SECONDS);
            assertThat(end.getException()).isNull();
            parts.addAll(outcomes(end.getMessage()));
            assertThat(parts).hasSize(2000).noneMatch(Outcome::failed);
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Outcome> outcomes(Message message) {
        return message.getBody(List.class);
    }

    @Test
    void shouldSubmitNoJobAgainHoweverOftenRoutesAreOthers(@TempDir Path folder) throws Exception {
        AtomicBoolean ready = new AtomicBoolean();
        JobApi jobs = new JobApi((job, time, request) -> ready.get() ? job.results() : JobApi.pending(job));
        try (TestApi api = TestApi.start(jobs)) {
            bundle.with("saddlebag.call.url", api.url())
                    .with("saddlebag.call.mode", "job")
                    .with("saddlebag.job.directory", folder.resolve("jobs"))
                    .with("saddlebag.job.max-jobs", 3)
                    .with("saddlebag.job.poll-interval", "10ms")
                    .with("saddlebag.batch.max-items", 1)
                    .start();
            List<CompletableFuture<String>> answers = IntStream.range(0, 12)
                    .mapToObj(i -> bundle.askAsync(item("i" + i)))
                    .toList();

            for (int i = 0; i < 12; i++) {
                int seen = api.requests().size();
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> api.requests().size() > seen);
                reload("saddlebag.job.poll-interval", (11 + i) + "ms");
            }
            ready.set(true);

            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get(20, TimeUnit.SECONDS)).isEqualTo(echoOf("i" + i));
            }
            assertThat(jobs.submitted()).hasSize(answers.size()).doesNotHaveDuplicates();
        }
    }

    @Test
    void shouldGoOnWithItsJobsWhereTheyAreWhateverAddressIsSaved() throws Exception {
        AtomicBoolean ready = new AtomicBoolean();
        JobApi jobs = new JobApi((job, time, request) -> ready.get() ? job.results() : JobApi.pending(job));
        try (TestApi api = TestApi.start(jobs);
                TestApi other = TestApi.start(TestApi::echo)) {
            bundle.with("saddlebag.call.url", api.url())
                    .with("saddlebag.call.mode", "job")
                    .with("saddlebag.job.poll-interval", "10ms")
                    .start();
            CompletableFuture<String> answer = bundle.askAsync(item("a"));
            await().atMost(Duration.ofSeconds(20)).until(() -> api.requests().size() > 2);

            assertThatThrownBy(() -> reload("saddlebag.call.url", other.url()))
                    .hasMessage("saddlebag.call.url needs a restart. Nothing has changed: start again, or take the"
                            + " change back.");
            ready.set(true);

            assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(echoOf("a"));
            assertThat(jobs.submitted()).hasSize(1);
            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void shouldSendWhatWaitsForItsNextTryToTheNewAddress() throws Exception {
        try (TestApi ill = TestApi.start(request -> TestApi.answer(503, "{}").with("Retry-After", "3600"));
                TestApi well = TestApi.start(TestApi::echo)) {
            bundle.with("saddlebag.call.url", ill.url()).start();
            CompletableFuture<String> answer = bundle.askAsync(item("a"));
            await().atMost(Duration.ofSeconds(20)).until(() -> !ill.requests().isEmpty());

            reload("saddlebag.call.url", well.url());

            assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(echoOf("a"));
            assertThat(ill.requests()).hasSize(1);
        }
    }

    @Test
    void shouldGoOnAsBeforeWhereAValueIsWrongOrNeedsARestart() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo)) {
            bundle.with("saddlebag.call.url", api.url()).start();

            assertThatThrownBy(() -> reload("saddlebag.batch.max-items", 0))
                    .hasMessageContaining("saddlebag.batch.max-items is '0'");
            properties.clear();
            assertThatThrownBy(() -> reload("saddlebag.source.http.port", 1))
                    .hasMessageContaining("saddlebag.source.http.port needs a restart");
            properties.clear();
            assertThatThrownBy(() -> reload("saddlebag.call.rate-per-lane", 1))
                    .hasMessageContaining("saddlebag.call.rate-per-lane needs a restart");
            properties.clear();

            assertThat(bundle.askAsync(item("a")).get(20, TimeUnit.SECONDS)).isEqualTo(echoOf("a"));
            assertThat(reload("saddlebag.answer.result", "/result")).containsExactly("answer.result");
            assertThat(bundle.askAsync(item("b")).get(20, TimeUnit.SECONDS)).isEqualTo("\"r:tb\"");
        }
    }
}
