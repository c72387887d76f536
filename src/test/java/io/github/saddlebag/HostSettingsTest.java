package io.github.saddlebag;

import static io.github.saddlebag.testing.Items.answers;
import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.model.Model;
import org.apache.camel.model.Resilience4jConfigurationDefinition;
import org.apache.camel.model.errorhandler.DeadLetterChannelDefinition;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a host sets for its own routes changes nothing of ours. */
@Timeout(10)
class HostSettingsTest {

    private final TestApi api = TestApi.start(TestApi::echo);
    private final Bundle bundle =
            Bundle.all().with("saddlebag.call.url", api.url() + "?key=k").with("saddlebag.call.header.X-Key", "k");

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    private void resilience4j(Resilience4jConfigurationDefinition configuration) {
        bundle.context()
                .getCamelContextExtension()
                .getContextPlugin(Model.class)
                .setResilience4jConfiguration(configuration);
    }

    private void assertAllAnswered() throws Exception {
        List<Outcome> outcomes = bundle.start().ask(items(3));

        assertThat(answers(outcomes)).containsExactly(echoOf("i1"), echoOf("i2"), echoOf("i3"));
        assertThat(api.requests()).allSatisfy(request -> {
            assertThat(request.target()).isEqualTo("/batch?key=k");
            assertThat(request.headers())
                    .containsEntry("x-key", "k")
                    .containsEntry("user-agent", "saddlebag")
                    .containsEntry("content-type", "application/json");
        });
    }

    @Test
    void shouldHaveNoTimeLimitOfTheHostsBreakers() throws Exception {
        api.behave(request -> TestApi.echo(request).after(200));
        resilience4j(
                new Resilience4jConfigurationDefinition().timeoutEnabled(true).timeoutDuration(20));

        assertAllAnswered();
        assertThat(api.requests()).hasSize(1);
    }

    @Test
    void shouldHaveNoBulkheadOfTheHostsBreakers() throws Exception {
        api.behave(request -> TestApi.echo(request).after(50));
        resilience4j(new Resilience4jConfigurationDefinition()
                .bulkheadEnabled(true)
                .bulkheadMaxConcurrentCalls(1)
                .bulkheadMaxWaitDuration(0));
        bundle.with("saddlebag.batch.max-items", 1).with("saddlebag.call.max-attempts", 1);

        assertAllAnswered();
        assertThat(api.peakInFlight()).isGreaterThan(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "dead letters"})
    void shouldTryAgainWhateverErrorHandlerTheHostHas(String handler) throws Exception {
        api.behave(request -> request.number() < 3 ? TestApi.answer(500, "") : TestApi.echo(request));
        bundle.context()
                .getCamelContextExtension()
                .setErrorHandlerFactory(
                        handler.equals("none")
                                ? new NoErrorHandlerDefinition()
                                : new DeadLetterChannelDefinition("mock:dead"));

        assertAllAnswered();
        assertThat(api.requests()).hasSize(3);
    }

    @Test
    void shouldDeliverAgainWhateverErrorHandlerTheHostHas() throws Exception {
        AtomicInteger delivered = new AtomicInteger();
        bundle.context().getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerDefinition());
        bundle.with("saddlebag.deliver.to", "direct")
                .with("saddlebag.deliver.back-off", "2ms")
                .with("saddlebag.source.direct.deliver", true)
                .stub("saddlebag-results", exchange -> {
                    if (delivered.incrementAndGet() == 1) {
                        throw new IllegalStateException("away");
                    }
                })
                .start();

        bundle.template().requestBody("direct:saddlebag-items", items(2));

        assertThat(delivered.get()).isGreaterThan(1);
    }

    @Test
    void shouldSendItsHeadersWhereTheHostsComponentSkipsThem() throws Exception {
        HttpComponent component = bundle.context().getComponent("http", HttpComponent.class);
        component.setSkipRequestHeaders(true);
        component.setSkipControlHeaders(true);
        component.setSkipResponseHeaders(true);
        component.setUserAgent("host");
        component.setFollowRedirects(true);
        api.behave(request ->
                request.number() == 1 ? TestApi.answer(503, "").with("Retry-After", "0.05") : TestApi.echo(request));

        assertAllAnswered();
        assertThat(api.requests().get(1).nanos() - api.requests().get(0).nanos())
                .isGreaterThan(50_000_000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "other.example"})
    void shouldNotGoThroughTheProxyOfTheHostsComponent(String without) throws Exception {
        HttpComponent component = bundle.context().getComponent("http", HttpComponent.class);
        component.setProxyHost("127.0.0.1");
        component.setProxyPort(1);
        component.setNonProxyHosts(without.isEmpty() ? null : without);

        assertAllAnswered();
    }
}
