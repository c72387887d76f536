package io.github.saddlebag;

import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.batch.BatchClient;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.spi.OnCamelContextStarting;
import org.apache.camel.support.LifecycleStrategySupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a host gets wrong is said, and nobody waits for an answer that cannot come. */
@Timeout(120)
class NoWaitWithoutEndTest {

    private final TestApi api = TestApi.start(TestApi::echo);
    private final Bundle bundle = Bundle.all().with("saddlebag.call.url", api.url());

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    private static String ask(CamelContext context, String uri) {
        return context.createProducerTemplate().requestBody(uri, item("a"), String.class);
    }

    @Test
    void shouldTellACallerThatNoRouteTakesWhatIsSent() throws Exception {
        CamelContext context = bundle.start().context();

        assertThatThrownBy(() -> ask(context, "batch:sadlebag"))
                .hasStackTraceContaining("batch:sadlebag")
                .hasStackTraceContaining("Did you mean batch:saddlebag?");
    }

    /** A web server of a Spring application takes callers in before its context has started. */
    @Test
    void shouldAnswerACallerWhoComesLongBeforeTheStartIsOver() throws Exception {
        CompletableFuture<String> early = new CompletableFuture<>();
        bundle.context().addLifecycleStrategy(LifecycleStrategySupport.adapt((OnCamelContextStarting) context -> {
            early.completeAsync(() -> ask(context, "batch:saddlebag"));
            // longer than callers wait for a first route
            await().pollDelay(Duration.ofSeconds(4))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> true);
        }));
        bundle.start();

        assertThat(early.get(20, TimeUnit.SECONDS)).isEqualTo(echoOf("a"));
    }

    @Test
    @Tag("slow")
    void shouldTellACallerThatTheContextIsNotStarted() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext();
                BatchClient client = BatchClient.of(context, "batch:saddlebag")) {
            assertThatThrownBy(() -> client.send(item("a")).get(60, TimeUnit.SECONDS))
                    .hasStackTraceContaining("batch:saddlebag: its Camel context is not started");
        }
    }

    @Test
    void shouldTellACallerThatTheRouteIsNotStarted() throws Exception {
        bundle.context().setAutoStartupExcludePattern("saddlebag-*");
        CamelContext context = bundle.start().context();

        assertThatThrownBy(() -> ask(context, "batch:saddlebag"))
                .hasStackTraceContaining("batch:saddlebag: its route saddlebag-batch is not started");
    }

    /** Camel says that the context has started, and starts the routes later. */
    @Test
    void shouldAnswerACallerWhoComesBeforeTheHostsRouteControllerStartsTheRoutes() throws Exception {
        bundle.context().getRouteController().supervising().setInitialDelay(4000);
        CamelContext context = bundle.start().context();

        assertThat(ask(context, "batch:saddlebag")).isEqualTo(echoOf("a"));
    }

    @ParameterizedTest
    @CsvSource({"batch, 30-call-batch", "job, 32-call-job", "single, 31-call-single"})
    void shouldNotStartWhereTheRouteOfTheModeIsLeftOut(String mode, String file) {
        bundle.with("saddlebag.call.mode", mode).without(file);

        assertThatThrownBy(bundle::start)
                .hasStackTraceContaining("saddlebag.call.mode is '" + mode + "'")
                .hasStackTraceContaining("direct:saddlebag-call-" + mode);
    }

    /** Whatever lies on the way of a request: without it, no item would ever have its outcome. */
    @ParameterizedTest
    @CsvSource({
        "batch, 33-halve, direct:saddlebag-halve",
        "batch, 35-attempt, direct:saddlebag-attempt",
        "batch, 36-http, direct:saddlebag-http",
        "batch, 40-match, direct:saddlebag-match",
        "single, 34-retry-single, direct:saddlebag-retry-single",
        "single, 37-attempt-single, direct:saddlebag-attempt-single",
        "job, 38-job, direct:saddlebag-job",
        "job, 36-http, direct:saddlebag-http",
        "batch, 90-on-error, saddlebag-call-errors",
        "single, 90-on-error, saddlebag-call-errors",
        "job, 92-no-retry, saddlebag-no-retry"
    })
    void shouldNotStartWhereAFileOnTheWayOfARequestIsLeftOut(String mode, String file, String missing) {
        bundle.with("saddlebag.call.mode", mode).without(file);

        assertThatThrownBy(bundle::start).hasStackTraceContaining(missing).hasStackTraceContaining("Include the file");
        assertThat(api.requests()).isEmpty();
    }

    /** A host's filter of routes takes them out by their ids. */
    @ParameterizedTest
    @CsvSource({"saddlebag-http", "saddlebag-match", "saddlebag-attempt"})
    void shouldNotStartWhereAFilterOfRoutesTakesOneOnTheWayOut(String route) {
        bundle.context()
                .getCamelContextExtension()
                .getContextPlugin(Model.class)
                .setRouteFilterPattern(null, route);

        assertThatThrownBy(bundle::start).hasStackTraceContaining("direct:" + route);
    }

    @Test
    void shouldNotStartWhereTheModeIsNone() {
        bundle.with("saddlebag.call.mode", "btach");

        assertThatThrownBy(bundle::start)
                .hasStackTraceContaining("saddlebag.call.mode is 'btach'")
                .hasStackTraceContaining("batch, single and job. Did you mean batch?");
    }

    @Test
    void shouldAnswerAgainWhereAContextIsStoppedAndStartedAgain() throws Exception {
        CamelContext context = bundle.start().context();
        try (BatchClient client = BatchClient.of(context, "batch:saddlebag")) {
            for (int round = 1; round <= 3; round++) {
                context.start();
                assertThat(ask(context, "batch:saddlebag")).isEqualTo(echoOf("a"));
                assertThat(client.send(item("b"), String.class).get(60, TimeUnit.SECONDS))
                        .isEqualTo(echoOf("b"));
                context.stop();
            }
            assertThatThrownBy(() -> client.send(item("b"), String.class).get(60, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(StoppedException.class);
        }
        assertThat(api.requests()).hasSize(6);
    }

    @Test
    void shouldAnswerAgainWhereAContextWasSuspended() throws Exception {
        CamelContext context = bundle.start().context();
        for (int round = 1; round <= 3; round++) {
            context.suspend();
            context.resume();
            assertThat(ask(context, "batch:saddlebag")).isEqualTo(echoOf("a"));
        }
    }

    @Test
    void shouldAnswerAgainWhereEachOfTheRoutesWasStoppedAndStarted() throws Exception {
        CamelContext context = bundle.start().context();
        List<String> routes = context.getRoutes().stream().map(Route::getId).toList();
        for (String route : routes) {
            context.getRouteController().stopRoute(route);
            context.getRouteController().startRoute(route);
            assertThat(ask(context, "batch:saddlebag")).isEqualTo(echoOf("a"));
        }
    }
}
