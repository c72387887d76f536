package io.github.saddlebag;

import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static io.github.saddlebag.testing.TestApi.JSON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.saddlebag.serve.CallerServer;
import io.github.saddlebag.testing.TestApi;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three pipelines of a context, one of each mode, none of which disturbs another. */
@Tag("slow")
@Timeout(120)
class PipelinesTogetherTest {

    private static final int COUNT = 30;

    private final AtomicBoolean failing = new AtomicBoolean(true);
    private final TestApi geocode =
            TestApi.start(request -> failing.get() ? TestApi.answer(400, "{}") : TestApi.echo(request));
    private final TestApi prices =
            TestApi.start(request -> TestApi.answer(429, "").with("Retry-After", "200"));
    private final Map<String, byte[]> submitted = new ConcurrentHashMap<>();
    private final TestApi reports = TestApi.start(this::job);
    private final CountDownLatch blocked = new CountDownLatch(1);
    private final AtomicBoolean blocks = new AtomicBoolean();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final DefaultCamelContext context = new DefaultCamelContext();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        blocked.countDown();
        context.stop();
        geocode.close();
        prices.close();
        reports.close();
    }

    private TestApi.Answer job(TestApi.Request request) throws Exception {
        if (request.method().equals("POST")) {
            String id = "j" + request.number();
            submitted.put(id, request.body());
            return TestApi.answer(202, "{\"id\":\"" + id + "\"}");
        }
        String id = request.target().substring(request.target().indexOf("id=") + 3);
        ObjectNode done = JSON.createObjectNode().put("status", "done");
        done.set("results", JSON.readTree(submitted.get(id)));
        return TestApi.json(done);
    }

    private void set(String property, String value) {
        context.getPropertiesComponent().addInitialProperty("saddlebag." + property, value);
    }

    private void start() throws Exception {
        set("pipelines", "geocode,prices,reports");
        set("deliver.directory", folder.toString());
        set("job.poll-interval", "1ms");
        set("pipeline.geocode.call.url", geocode.url());
        set("pipeline.geocode.batch.max-items", "10");
        set("pipeline.prices.call.url", prices.url());
        set("pipeline.prices.call.mode", "single");
        set("pipeline.reports.call.url", reports.url());
        set("pipeline.reports.call.mode", "job");
        set("pipeline.reports.call.concurrency", "2");
        set("pipeline.reports.answer.list", "/results");
        set("pipeline.reports.batch.max-items", "5");
        set("pipeline.reports.deliver.to", "direct");
        context.getRegistry().bind("meters", meters);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:reports-results").routeId("host-results").process(exchange -> {
                    if (blocks.get()) {
                        blocked.await();
                    }
                });
            }
        });
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(PluginHelper.getPackageScanResourceResolver(context)
                        .findResources("classpath:saddlebag/routes/*.camel.yaml"));
        context.getShutdownStrategy().setTimeout(2);
        context.start();
    }

    private CompletableFuture<Exchange> read(String pipeline, String name, int count) throws Exception {
        Path file = Files.write(folder.resolve(name), items(count));
        return context.createProducerTemplate()
                .asyncSend(
                        "direct:" + pipeline + "-read",
                        exchange -> exchange.getMessage().setBody(file));
    }

    private long lines(String file) throws Exception {
        Path path = folder.resolve(file);
        return Files.exists(path) ? Files.readAllLines(path).size() : 0;
    }

    private double counted(String meter, String pipeline, String... tags) {
        return meters.find(meter).tag("pipeline", pipeline).tags(tags).functionCounters().stream()
                .mapToDouble(each -> each.count())
                .sum();
    }

    @Test
    void shouldDisturbNoneByAnotherAndReturnTheItemsOfEach() throws Exception {
        start();
        CompletableFuture<Exchange> paused = read("prices", "p.jsonl", COUNT);
        await().until(() -> !prices.requests().isEmpty());

        // one fails, one is paused: the third goes on
        assertThat(read("geocode", "g.jsonl", COUNT).get(60, TimeUnit.SECONDS).getException())
                .isNull();
        assertThat(lines("geocode/g.jsonl.failed.jsonl")).isEqualTo(COUNT);
        assertThat(read("reports", "r.jsonl", COUNT).get(60, TimeUnit.SECONDS).getException())
                .isNull();
        assertThat(submitted).hasSize(COUNT / 5);
        assertThat(reports.peakInFlight()).isLessThanOrEqualTo(2);
        assertThat(paused).isNotDone();

        // the destination of the third blocks: the first goes on, well again
        failing.set(false);
        blocks.set(true);
        CompletableFuture<Exchange> stuck = read("reports", "s.jsonl", COUNT);
        await().until(() -> submitted.size() > COUNT / 5);
        assertThat(read("geocode", "h.jsonl", COUNT).get(60, TimeUnit.SECONDS).getException())
                .isNull();
        assertThat(lines("geocode/h.jsonl.results.jsonl")).isEqualTo(COUNT);
        assertThat(stuck).isNotDone();
        assertThat(paused).isNotDone();

        assertThat(folder.resolve("prices/p.jsonl.failed.jsonl")).doesNotExist();
        assertThat(counted("saddlebag.dead.letters", "geocode")).isEqualTo(COUNT);
        assertThat(counted("saddlebag.dead.letters", "prices")).isZero();
        assertThat(counted("saddlebag.dead.letters", "reports")).isZero();
        assertThat(meters.find("saddlebag.in.flight")
                        .tag("pipeline", "prices")
                        .gauge()
                        .value())
                .isEqualTo(COUNT);

        // a stop returns what is under way
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(context::stop);
        assertThat(paused.get(60, TimeUnit.SECONDS).getException()).hasMessageContaining("stop");
        blocked.countDown();
        assertThat(stuck.get(60, TimeUnit.SECONDS)).isNotNull();
        stopped.get(60, TimeUnit.SECONDS);
        assertThat(lines("prices/p.jsonl.results.jsonl")).isZero();
        assertThat(folder.resolve("prices/p.jsonl.failed.jsonl")).doesNotExist();
    }

    @Test
    void shouldServeTheCallersOfEachAtItsPathOfOneServerWithItsToken() throws Exception {
        failing.set(false);
        set("source.http.enabled", "true");
        set("source.http.port", "0");
        set("pipeline.geocode.source.http.token", "t0k3n-of-geocode");
        set("pipeline.prices.source.http.path", "/ask");
        start();
        int port = context.hasService(CallerServer.class).port();

        assertThat(post(port, "/items/geocode", "t0k3n-of-geocode").statusCode())
                .isEqualTo(200);
        assertThat(post(port, "/items/geocode", "t0k3n-of-geocode").body()).isEqualTo(echoOf("a"));
        assertThat(post(port, "/items/geocode", "other").statusCode()).isEqualTo(401);
        assertThat(post(port, "/items/reports", "other").statusCode()).isEqualTo(200);
        assertThat(post(port, "/items/prices", "other").statusCode()).isEqualTo(404);
    }

    private static HttpResponse<String> post(int port, String path, String token) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .header("Content-Type", "application/json")
                                .header("Authorization", "Bearer " + token)
                                .POST(HttpRequest.BodyPublishers.ofString(item("a")))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
