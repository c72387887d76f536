package io.github.saddlebag.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a host that traces sees of an item, its batch and its requests. */
class TracingTest {

    private static final AttributeKey<Long> RESEND = AttributeKey.longKey("http.request.resend_count");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<Long> ITEMS = AttributeKey.longKey("saddlebag.items");
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PLACE = "00-" + TRACE + "-b7ad6b7169203331-01";

    /** Newer versions add the flag for random ids (W3C Trace Context Level 2). */
    private static final String SAMPLED = "-0[13]";

    private static final String EXCLUDED = "http*,direct:saddlebag-*";

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final OpenTelemetry telemetry = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
            .build();
    private final Tracer tracer = telemetry.getTracer("host");

    @AfterEach
    void endTracing() {
        ((OpenTelemetrySdk) telemetry).close();
    }

    private Bundle traced(Bundle bundle) {
        bundle.context().getRegistry().bind("telemetry", telemetry);
        return bundle;
    }

    /** An item asked for by a caller that has a span of its own. */
    private CompletableFuture<String> ask(Bundle bundle, String id) {
        io.opentelemetry.api.trace.Span caller =
                tracer.spanBuilder("caller " + id).startSpan();
        try (Scope scope = caller.makeCurrent()) {
            return bundle.template()
                    .asyncRequestBody("direct:ask", "{\"id\":\"" + id + "\",\"text\":\"one\"}", String.class)
                    .whenComplete((answer, error) -> caller.end());
        }
    }

    /** As the thread of a caller has it: a template's own pool knows nothing of its context. */
    private RouteBuilder asking() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:ask").to("batch:saddlebag");
            }
        };
    }

    private List<SpanData> named(String name) {
        return spans.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .toList();
    }

    private SpanData one(String name) {
        await().untilAsserted(() -> assertThat(named(name)).as(name).hasSize(1));
        return named(name).get(0);
    }

    @Test
    void shouldLinkABatchToItsItemsAndTellEachAttempt() throws Exception {
        try (TestApi api = TestApi.start(
                        request -> request.number() == 1 ? TestApi.answer(503, "") : TestApi.echo(request));
                Bundle bundle = traced(Bundle.all())
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.batch.max-items", 2)
                        .with("saddlebag.batch.max-wait", "20s")
                        .start()) {
            CompletableFuture<String> first = bundle.template()
                    .asyncRequestBodyAndHeader(
                            "batch:saddlebag", "{\"id\":\"a\",\"text\":\"x\"}", "traceparent", PLACE, String.class);
            CompletableFuture<String> second = bundle.askAsync("{\"id\":\"b\",\"text\":\"y\"}");
            assertThat(first.get()).isEqualTo("{\"id\":\"a\",\"result\":\"r:x\"}");
            assertThat(second.get()).isEqualTo("{\"id\":\"b\",\"result\":\"r:y\"}");

            SpanData batch = one("call saddlebag");
            List<SpanData> items = named("batch saddlebag");
            assertThat(items).hasSize(2);
            assertThat(items)
                    .filteredOn(span -> span.getTraceId().equals(TRACE))
                    .hasSize(1);
            assertThat(batch.getLinks())
                    .extracting(LinkData::getSpanContext)
                    .extracting(io.opentelemetry.api.trace.SpanContext::getSpanId)
                    .containsExactlyInAnyOrder(
                            items.get(0).getSpanId(), items.get(1).getSpanId());
            assertThat(batch.getAttributes().get(ITEMS)).isEqualTo(2);
            assertThat(batch.getParentSpanContext().isValid()).isFalse();

            List<SpanData> calls = named("POST");
            assertThat(calls).hasSize(2).allSatisfy(call -> {
                assertThat(call.getParentSpanId()).isEqualTo(batch.getSpanId());
                assertThat(call.getKind()).isEqualTo(SpanKind.CLIENT);
            });
            assertThat(calls.get(0).getAttributes().get(STATUS)).isEqualTo(503);
            assertThat(calls.get(0).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
            assertThat(calls.get(0).getAttributes().get(RESEND)).isNull();
            assertThat(calls.get(1).getAttributes().get(STATUS)).isEqualTo(200);
            assertThat(calls.get(1).getAttributes().get(RESEND)).isEqualTo(1);
        }
    }

    @Test
    void shouldGoOnInTheContextOfTheCaller() throws Exception {
        AtomicReference<String> after = new AtomicReference<>();
        AtomicReference<Object> header = new AtomicReference<>();
        RouteBuilder host = new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:host").to("batch:saddlebag").process(exchange -> {
                    after.set(io.opentelemetry.api.trace.Span.current()
                            .getSpanContext()
                            .getSpanId());
                    header.set(exchange.getMessage().getHeader("traceparent"));
                });
            }
        };
        try (TestApi api = TestApi.start(TestApi::echo);
                Bundle bundle = traced(Bundle.all())
                        .with("saddlebag.call.url", api.url())
                        .plus(host)
                        .start()) {
            io.opentelemetry.api.trace.Span caller =
                    tracer.spanBuilder("caller").startSpan();
            try (Scope scope = caller.makeCurrent()) {
                bundle.template().requestBodyAndHeader("direct:host", "{\"id\":\"a\"}", "traceparent", PLACE);
            }
            caller.end();

            assertThat(after).hasValue(caller.getSpanContext().getSpanId());
            assertThat(header).hasValue(PLACE);
            assertThat(one("batch saddlebag").getParentSpanId())
                    .isEqualTo(caller.getSpanContext().getSpanId());
        }
    }

    @Test
    void shouldTellTheEndpointWhichAttemptItIsWhereThatIsConfigured() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo);
                Bundle bundle = traced(Bundle.all())
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.call.pass-on", "traceparent")
                        .start()) {
            bundle.ask(List.of("{\"id\":\"a\"}", "{\"id\":\"b\"}"));

            SpanData call = one("POST");
            assertThat(api.requests().get(0).headers().get("traceparent"))
                    .matches("00-" + call.getTraceId() + '-' + call.getSpanId() + SAMPLED);
            assertThat(one("batch saddlebag").getAttributes().get(ITEMS)).isEqualTo(2);
            assertThat(one("call saddlebag").getLinks()).hasSize(1);
        }
    }

    @Test
    void shouldTellTheEndpointNothingWhereThatIsNotConfigured() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo);
                Bundle bundle = traced(Bundle.all())
                        .with("saddlebag.call.url", api.url())
                        .start()) {
            bundle.ask(List.of("{\"id\":\"a\"}"));

            assertThat(api.requests().get(0).headers()).doesNotContainKey("traceparent");
        }
    }

    @Test
    void shouldPutTheAttemptsOfAnItemsRequestBelowTheItem() throws Exception {
        try (TestApi api = TestApi.start(
                        request -> request.number() == 1 ? TestApi.answer(503, "") : Singles.echo(request));
                Bundle bundle = traced(Singles.bundle(api))
                        .with("saddlebag.call.pass-on", "traceparent")
                        .start()) {
            bundle.askAsync("{\"id\":\"a\",\"text\":\"x\"}").get();

            SpanData item = one("batch saddlebag");
            List<SpanData> calls = named("POST");
            assertThat(calls).hasSize(2).allSatisfy(call -> {
                assertThat(call.getParentSpanId()).isEqualTo(item.getSpanId());
                assertThat(call.getKind()).isEqualTo(SpanKind.CLIENT);
            });
            assertThat(calls.get(1).getAttributes().get(RESEND)).isEqualTo(1);
            assertThat(api.requests().get(1).headers().get("traceparent"))
                    .matches("00-" + item.getTraceId() + '-' + calls.get(1).getSpanId() + SAMPLED);
            assertThat(named("call saddlebag")).isEmpty();
        }
    }

    @Test
    void shouldAddToCamelsTracerOnlyWhatItLacks() throws Exception {
        Bundle bundle = traced(Bundle.all());
        OpenTelemetryTracer camels = new OpenTelemetryTracer();
        bundle.context().getRegistry().bind("tracer", tracer);
        bundle.context().getRegistry().bind("propagators", telemetry.getPropagators());
        camels.init(bundle.context());
        try (TestApi api = TestApi.start(TestApi::echo);
                Bundle started = bundle.with("saddlebag.call.url", api.url())
                        .plus(asking())
                        .with("saddlebag.batch.max-items", 2)
                        .with("saddlebag.batch.max-wait", "20s")
                        .start()) {
            CompletableFuture<String> first = ask(started, "a");
            CompletableFuture<String> second = ask(started, "b");
            first.get();
            second.get();

            SpanData batch = one("call saddlebag");
            assertThat(named("batch saddlebag")).isEmpty();
            assertThat(batch.getLinks())
                    .hasSize(2)
                    .allSatisfy(link -> assertThat(named("batch"))
                            .extracting(SpanData::getSpanId)
                            .contains(link.getSpanContext().getSpanId()));
            assertThat(named("POST"))
                    .filteredOn(call -> call.getParentSpanId().equals(batch.getSpanId()))
                    .hasSize(1);
        }
    }

    @Test
    void shouldDoNothingWhereNobodyTraces() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo);
                Bundle bundle =
                        Bundle.all().with("saddlebag.call.url", api.url()).start()) {
            bundle.ask(List.of("{\"id\":\"a\"}"));

            assertThat(Tracing.of(bundle.context()).spans()).isNull();
            assertThat(spans.getFinishedSpanItems()).isEmpty();
        }
    }

    /** Camel's own spans have whole addresses: what the documentation says to leave out is left out. */
    @Test
    void shouldTellNothingThatIsSecretAndNothingOfAnItem() throws Exception {
        String secret = "s3cr3t-of-traces";
        Bundle bundle = traced(Bundle.all());
        OpenTelemetryTracer camels = new OpenTelemetryTracer();
        camels.setExcludePatterns(EXCLUDED);
        bundle.context().getRegistry().bind("tracer", tracer);
        bundle.context().getRegistry().bind("propagators", telemetry.getPropagators());
        camels.init(bundle.context());
        try (TestApi api = TestApi.start(
                        request -> request.number() == 1 ? TestApi.answer(503, secret) : TestApi.answer(422, secret));
                Bundle started = bundle.with("saddlebag.call.url", api.url() + "?key=" + secret)
                        .with("saddlebag.auth.bearer", secret)
                        .with("saddlebag.call.header.X-Key", secret)
                        .plus(asking())
                        .start()) {
            assertThat(started.template().asyncRequestBody("direct:ask", "{\"id\":\"a\",\"text\":\"" + secret + "\"}"))
                    .failsWithin(Duration.ofSeconds(20));
            one("call saddlebag");

            assertThat(api.requests().get(1).headers()).containsEntry("x-key", secret);
            assertThat(named("POST")).hasSize(2);
            assertThat(spans.getFinishedSpanItems().toString()).doesNotContain(secret);
            assertThat(Files.readString(Path.of("docs/operations.md"))).contains(EXCLUDED);
        }
    }
}
