package io.github.saddlebag;

import static io.github.saddlebag.testing.Items.answers;
import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.JobApi;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.impl.engine.HashMapHeadersMapFactory;
import org.apache.camel.impl.engine.MDCUnitOfWork;
import org.apache.camel.impl.engine.PooledExchangeFactory;
import org.apache.camel.impl.engine.PooledProcessorExchangeFactory;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.Resilience4jConfigurationDefinition;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.errorhandler.DeadLetterChannelDefinition;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.spi.UnitOfWorkFactory;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.apache.hc.client5.http.cookie.BasicCookieStore;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a host sets for its own routes changes nothing of ours. */
@Timeout(120)
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

    /** All of them at once, in each mode. */
    @ParameterizedTest
    @ValueSource(strings = {"batch", "single", "job"})
    void shouldTryAgainInEachModeWhateverTheHostSets(String mode) throws Exception {
        JobApi jobs = new JobApi(1);
        api.behave(request -> request.number() % 3 != 0
                ? TestApi.answer(request.number() % 3 == 1 ? 500 : 503, "")
                : (mode.equals("job") ? jobs.answer(request) : Singles.either(request)).after(100));
        bundle.context().getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerDefinition());
        resilience4j(new Resilience4jConfigurationDefinition()
                .timeoutEnabled(true)
                .timeoutDuration(20)
                .bulkheadEnabled(true)
                .bulkheadMaxConcurrentCalls(1)
                .minimumNumberOfCalls(1)
                .failureRateThreshold(1));
        HttpComponent component = bundle.context().getComponent("http", HttpComponent.class);
        component.setSkipRequestHeaders(true);
        component.setProxyHost("127.0.0.1");
        component.setProxyPort(1);
        component.setResponseTimeout(10);
        bundle.with("saddlebag.call.mode", mode)
                .with("saddlebag.single.items", "data")
                .with("saddlebag.call.back-off", "1ms")
                .with("saddlebag.job.poll-interval", "5ms")
                .with("saddlebag.batch.max-items", 1);

        assertThat(bundle.start().ask(items(1))).noneMatch(Outcome::failed);

        assertThat(api.requests())
                .hasSize(mode.equals("job") ? 6 : 3)
                .allSatisfy(request -> assertThat(request.headers()).containsEntry("x-key", "k"));
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

    /** Each is what the host's own requests are made by. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "responseTimeout",
                "soTimeout",
                "connectionRequestTimeout",
                "connectionsPerRoute",
                "contentCompressionDisabled",
                "cookieStore",
                "httpClientConfigurer",
                "responsePayloadStreamingThreshold",
                "copyHeaders",
                "logHttpActivity",
                "useSystemProperties",
                "clientConnectionManager"
            })
    void shouldCallAsItDoesWhateverTheHostsComponentIsSetTo(String setting) throws Exception {
        HttpComponent component = bundle.context().getComponent("http", HttpComponent.class);
        switch (setting) {
            case "responseTimeout" -> component.setResponseTimeout(1);
            case "soTimeout" -> component.setSoTimeout(1);
            case "connectionRequestTimeout" -> component.setConnectionRequestTimeout(1);
            case "connectionsPerRoute" -> {
                component.setConnectionsPerRoute(1);
                component.setMaxTotalConnections(1);
                component.setConnectionTimeToLive(1);
            }
            case "contentCompressionDisabled" -> component.setContentCompressionDisabled(true);
            case "cookieStore" -> component.setCookieStore(new BasicCookieStore());
            case "httpClientConfigurer" -> component.setHttpClientConfigurer(builder -> builder.setUserAgent("host"));
            case "responsePayloadStreamingThreshold" -> component.setResponsePayloadStreamingThreshold(1);
            case "copyHeaders" -> component.setCopyHeaders(true);
            case "useSystemProperties" -> component.setUseSystemProperties(true);
            case "clientConnectionManager" -> {
                PoolingHttpClientConnectionManager closed = new PoolingHttpClientConnectionManager();
                closed.close();
                component.setClientConnectionManager(closed);
            }
            default -> component.setLogHttpActivity(true);
        }
        api.behave(request -> request.number() % 2 == 1
                ? TestApi.answer(503, "").with("Set-Cookie", "a=b")
                : TestApi.answer(200, zipped(TestApi.echo(request).body()))
                        .with("Content-Encoding", "gzip")
                        .after(100));
        bundle.with("saddlebag.batch.max-items", 1).with("saddlebag.call.retry-share", "1");

        assertAllAnswered();
        assertThat(api.requests())
                .allSatisfy(request -> assertThat(request.headers())
                        .doesNotContainKey("cookie")
                        .containsEntry("accept-encoding", "gzip"));
    }

    private static byte[] zipped(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(plain);
        }
        return bytes.toByteArray();
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

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAnswerWhereTheHostPoolsExchanges(boolean processors) throws Exception {
        ExtendedCamelContext extension = bundle.context().getCamelContextExtension();
        extension.setExchangeFactory(new PooledExchangeFactory());
        if (processors) {
            extension.setProcessorExchangeFactory(new PooledProcessorExchangeFactory());
        }
        bundle.with("saddlebag.batch.max-items", 2);
        bundle.plus(new RouteBuilder() {
            @Override
            public void configure() {
                from("seda:ask?concurrentConsumers=4").to("batch:saddlebag");
            }
        });
        bundle.start();

        List<CompletableFuture<String>> answers = IntStream.range(0, 40)
                .mapToObj(i -> bundle.template().asyncRequestBody("seda:ask", item("i" + i), String.class))
                .toList();

        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).get(60, TimeUnit.SECONDS)).isEqualTo(echoOf("i" + i));
        }
    }

    @Test
    void shouldAnswerWithTheThreadPoolsOfAHostThatHasFewThreadsAndNoQueue() throws Exception {
        ThreadPoolProfile small = new ThreadPoolProfile("small");
        small.setDefaultProfile(true);
        small.setPoolSize(1);
        small.setMaxPoolSize(1);
        small.setMaxQueueSize(0);
        small.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
        bundle.context().getExecutorServiceManager().setDefaultThreadPoolProfile(small);
        api.behave(request -> TestApi.echo(request).after(50));
        bundle.with("saddlebag.batch.max-items", 1).with("saddlebag.call.max-attempts", 1);

        assertAllAnswered();
        assertThat(api.peakInFlight()).isGreaterThan(1);
    }

    @Test
    void shouldAnswerThroughTheInterceptorsOfTheHost() throws Exception {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        // not an asynchronous one, which Camel waits for
        bundle.context().getCamelContextExtension().addInterceptStrategy((context, definition, target, next) -> {
            String id = ((ProcessorDefinition<?>) definition).getId();
            return exchange -> {
                seen.add(id);
                target.process(exchange);
            };
        });
        bundle.context().setMessageHistory(true);
        bundle.context().setStreamCaching(true);
        bundle.context().setUseMDCLogging(true);
        api.behave(request -> request.number() < 3 ? TestApi.answer(500, "") : TestApi.echo(request));

        assertAllAnswered();
        assertThat(seen).contains("saddlebag-batch-read", "saddlebag-http-read");
    }

    /** All of them at once, in each mode. */
    @ParameterizedTest
    @ValueSource(strings = {"batch", "single", "job"})
    void shouldAnswerInEachModeWhateverTheContextIsSetTo(String mode, @TempDir Path folder) throws Exception {
        JobApi jobs = new JobApi(1);
        api.behave(request -> mode.equals("job") ? jobs.answer(request) : Singles.either(request));
        CamelContext context = bundle.context();
        context.setStreamCaching(false);
        context.setAllowUseOriginalMessage(true);
        context.setMessageHistory(true);
        context.setTracing(true);
        context.setLogMask(true);
        context.setUseBreadcrumb(true);
        context.setUseDataType(true);
        context.setAutowiredEnabled(false);
        context.setTypeConverterStatisticsEnabled(true);
        context.getPropertiesComponent().setNestedPlaceholder(false);
        context.getPropertiesComponent().setIgnoreMissingProperty(true);
        ExtendedCamelContext extension = context.getCamelContextExtension();
        extension.setHeadersMapFactory(new HashMapHeadersMapFactory());
        extension.addContextPlugin(
                UnitOfWorkFactory.class,
                exchange -> new MDCUnitOfWork(exchange, context.getInflightRepository(), "*", true, true));
        bundle.with("saddlebag.call.mode", mode)
                .with("saddlebag.single.items", "data")
                .with("saddlebag.job.poll-interval", "5ms")
                .with("saddlebag.job.directory", folder);

        List<Outcome> outcomes = bundle.start().ask(items(3));

        assertThat(answers(outcomes)).containsExactly(echoOf("i1"), echoOf("i2"), echoOf("i3"));
        assertThat(api.requests())
                .allSatisfy(request -> assertThat(request.headers()).containsEntry("x-key", "k"));
    }

    /** Camel waits before each step of a route that has no delay of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"before", "after"})
    void shouldNotWaitBeforeItsStepsAsTheRoutesOfTheHostDo(String other) throws Exception {
        bundle.context().setDelayer(20_000L);
        bundle.start();
        if (other.equals("after")) {
            Saddlebag.addTo(bundle.context(), "other");
        }

        String asked = other.equals("after") ? "batch:other" : "batch:saddlebag";
        assertThat(bundle.template()
                        .asyncRequestBody(asked, item("i1"), String.class)
                        .get(15, TimeUnit.SECONDS))
                .isEqualTo(echoOf("i1"));
    }

    @Test
    void shouldAnswerWhereTheHostStartsItsRoutesLater() throws Exception {
        bundle.context().setAutoStartup(false);
        bundle.start();

        bundle.context().getRouteController().startAllRoutes();

        assertThat(answers(bundle.ask(items(1)))).containsExactly(echoOf("i1"));
    }

    @Test
    void shouldKeepOutTheRulesAndInterceptorsThatTheHostHasForAllRoutes() throws Exception {
        AtomicInteger foreign = new AtomicInteger();
        bundle.plus(new RouteConfigurationBuilder() {
            @Override
            public void configuration() {
                RouteConfigurationDefinition all = routeConfiguration();
                all.onException(Exception.class).handled(true).process(exchange -> foreign.incrementAndGet());
                all.onCompletion().process(exchange -> foreign.incrementAndGet());
                all.intercept().process(exchange -> foreign.incrementAndGet());
                all.interceptSendToEndpoint("http*").process(exchange -> foreign.incrementAndGet());
            }
        });
        api.behave(request -> request.number() < 3 ? TestApi.answer(500, "") : TestApi.echo(request));

        assertAllAnswered();
        assertThat(foreign).hasValue(0);
    }

    @Test
    void shouldRefuseToStartWhereTheHostHasABeanOfOneOfItsNames() {
        bundle.context().getRegistry().bind("saddlebagRetries", "the host's");

        assertThatThrownBy(bundle::start)
                .hasStackTraceContaining("saddlebagRetries")
                .hasStackTraceContaining("java.lang.String")
                .hasStackTraceContaining("Give it another name");
    }

    @Test
    void shouldLeaveOtherBeansOfTheHostAlone() throws Exception {
        bundle.context().getRegistry().bind("retries", "the host's");
        bundle.context().getRegistry().bind("environment", "the host's");

        assertAllAnswered();
        assertThat(bundle.context().getRegistry().lookupByName("retries")).isEqualTo("the host's");
    }
}
