package io.github.saddlebag.routes;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.sun.net.httpserver.HttpServer;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Responses as they should not be: each is tried again or refused, and none is taken for an answer. */
@Tag("slow")
@Timeout(120)
class MalformedAnswersTest {

    private static final String GOOD = "[{\"id\":\"a\",\"result\":1},{\"id\":\"b\",\"result\":2}]";

    private final WireMockServer server = new WireMockServer(wireMockConfig().dynamicPort());

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    private List<Outcome> send(ResponseDefinitionBuilder response, String... settings) throws Exception {
        server.stubFor(post(urlPathEqualTo("/batch")).willReturn(response));
        Bundle bundle = Bundle.all()
                .with("saddlebag.call.url", server.baseUrl() + "/batch")
                .with("saddlebag.call.max-attempts", 2);
        for (int i = 0; i < settings.length; i += 2) {
            bundle.with(settings[i], settings[i + 1]);
        }
        try (bundle) {
            @SuppressWarnings("unchecked")
            List<Outcome> outcomes = bundle.start()
                    .template()
                    .requestBody("batch:saddlebag", List.of("{\"id\":\"a\"}", "{\"id\":\"b\"}"), List.class);
            return outcomes;
        }
    }

    private int requests() {
        return server.findAll(postRequestedFor(urlPathEqualTo("/batch"))).size();
    }

    private static void assertAllFailed(List<Outcome> outcomes, String reason) {
        assertThat(outcomes)
                .hasSize(2)
                .allSatisfy(outcome ->
                        assertThat(outcome.failure().reason()).contains(reason).doesNotContain("<html>"));
    }

    @Test
    void shouldTryAPageOfHtmlAgainThatComesWithStatus200() throws Exception {
        List<Outcome> outcomes =
                send(aResponse().withHeader("Content-Type", "text/html").withBody("<html><body>Sign in</body></html>"));

        assertAllFailed(outcomes, "is an HTML page, not JSON");
        assertThat(requests()).as("twice as a whole, then each").isEqualTo(4);
    }

    @Test
    void shouldTryJsonAgainThatIsCutOff() throws Exception {
        List<Outcome> outcomes = send(aResponse().withBody(GOOD.substring(0, 30)));

        assertAllFailed(outcomes, "is not valid JSON");
        assertThat(requests()).isEqualTo(4);
    }

    /** CouchDB for one answers JSON as text/plain. */
    @Test
    void shouldTakeGoodAnswersWhateverTheirContentType() throws Exception {
        List<Outcome> outcomes = send(aResponse()
                .withHeader("Content-Type", "text/plain; charset=utf-8")
                .withBody(GOOD));

        assertThat(outcomes).noneMatch(Outcome::failed);
    }

    @Test
    void shouldTryAnEmptyBodyAgain() throws Exception {
        assertAllFailed(send(aResponse().withStatus(200)), "the response is empty");
        assertThat(requests()).isEqualTo(4);
    }

    @Test
    void shouldTakeNoContentForNoAnswer() throws Exception {
        assertAllFailed(send(aResponse().withStatus(204)), "the response is empty");
    }

    @Test
    void shouldNotFollowARedirectNorTryItAgain() throws Exception {
        List<Outcome> outcomes =
                send(aResponse().withStatus(302).withHeader("Location", server.baseUrl() + "/elsewhere"));

        assertAllFailed(outcomes, "The endpoint answered 302");
        assertThat(requests()).isEqualTo(1);
        assertThat(server.getAllServeEvents()).hasSize(1);
    }

    @Test
    void shouldReadAnAnswerThatIsCompressed() throws Exception {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
            zip.write(GOOD.getBytes(StandardCharsets.UTF_8));
        }

        List<Outcome> outcomes =
                send(aResponse().withHeader("Content-Encoding", "gzip").withBody(zipped.toByteArray()));

        assertThat(outcomes).noneMatch(Outcome::failed);
    }

    /** A bomb: a few kilobytes that become many megabytes. */
    @Test
    void shouldNotUnpackMoreThanIsAllowed() throws Exception {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
            byte[] blank = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 64; i++) {
                zip.write(blank);
            }
        }

        List<Outcome> outcomes = send(
                aResponse().withHeader("Content-Encoding", "gzip").withBody(zipped.toByteArray()),
                "saddlebag.answer.max-bytes",
                "1MB");

        assertAllFailed(outcomes, "the response is larger than 1048576 bytes (saddlebag.answer.max-bytes)");
        assertThat(requests()).as("as a whole, then each half").isEqualTo(3);
    }

    /** Neither is it read to its end to keep the connection: it has none. */
    @Test
    void shouldNotReadAResponseWithoutEnd() throws Exception {
        HttpServer endless = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        endless.createContext("/batch", exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            exchange.sendResponseHeaders(200, 0);
            try (GZIPOutputStream zip = new GZIPOutputStream(exchange.getResponseBody())) {
                byte[] noise = new byte[1 << 16];
                while (!Thread.interrupted()) {
                    ThreadLocalRandom.current().nextBytes(noise);
                    zip.write(noise);
                }
            }
        });
        ExecutorService threads = Executors.newCachedThreadPool();
        endless.setExecutor(threads);
        endless.start();
        try {
            List<Outcome> outcomes = send(
                    aResponse(),
                    "saddlebag.call.url",
                    "http://127.0.0.1:" + endless.getAddress().getPort() + "/batch",
                    "saddlebag.answer.max-bytes",
                    "1MB");

            assertAllFailed(outcomes, "the response is larger than 1048576 bytes");
        } finally {
            threads.shutdownNow();
            endless.stop(0);
        }
    }

    @Test
    void shouldRefuseAnAnswerThatIsNestedTooDeeply() throws Exception {
        assertAllFailed(
                send(aResponse().withBody("[".repeat(2000) + "]".repeat(2000))),
                "the response is nested more than 1000 levels deep");
    }

    @Test
    void shouldGiveUpOnAResponseThatTricklesLongerThanItMay() throws Exception {
        long started = System.nanoTime();

        List<Outcome> outcomes = send(
                aResponse().withBody(GOOD).withChunkedDribbleDelay(40, 20_000),
                "saddlebag.call.response-timeout",
                "700ms");

        assertAllFailed(outcomes, "the response did not come within its time (saddlebag.call.response-timeout)");
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void shouldGiveUpOnAResponseThatDoesNotBegin() throws Exception {
        assertAllFailed(
                send(aResponse().withBody(GOOD).withFixedDelay(20_000), "saddlebag.call.response-timeout", "300ms"),
                "the response did not come within its time (saddlebag.call.response-timeout)");
    }

    @Test
    void shouldTryAgainAfterABrokenConnection() throws Exception {
        for (Fault fault : Fault.values()) {
            server.resetRequests();
            assertAllFailed(send(aResponse().withFault(fault)), "4 attempts in");
            assertThat(requests()).as(fault.name()).isBetween(4, 6);
        }
    }
}
