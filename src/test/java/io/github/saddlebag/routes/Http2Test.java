package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.answer;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Certificates;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestProxy;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PfxOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 to the endpoint: the same laws, over one connection whose requests keep nothing from one another. */
@Tag("slow")
@Timeout(120)
class Http2Test {

    @TempDir
    private static Path folder;

    private static Path key;
    private static Path trust;

    private final Vertx vertx = Vertx.vertx();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
    private final List<HttpServerRequest> requests = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> asked = new ConcurrentHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger peak = new AtomicInteger();
    private int port;

    @BeforeAll
    static void makeCertificate() throws Exception {
        Certificates certificates = new Certificates(folder);
        key = certificates.key("api", "dns:localhost,dns:api.example.com");
        trust = certificates.trust("trust", key);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private void serve(HttpServerOptions options, Handler<HttpServerRequest> behaviour) throws Exception {
        HttpServer server = vertx.createHttpServer(options.setHost("127.0.0.1").setPort(0))
                .connectionHandler(connections::add)
                .requestHandler(request -> {
                    requests.add(request);
                    asked.merge(request.path(), 1, Integer::sum);
                    peak.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
                    AtomicBoolean over = new AtomicBoolean();
                    Handler<Void> end = ended -> inFlight.addAndGet(over.getAndSet(true) ? 0 : -1);
                    request.response().closeHandler(end).endHandler(end);
                    behaviour.handle(request);
                });
        port = server.listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .actualPort();
    }

    private static HttpServerOptions tls() {
        return new HttpServerOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setKeyCertOptions(new PfxOptions().setPath(key.toString()).setPassword(Certificates.PASSWORD));
    }

    private static HttpServerOptions withStreams(int most) {
        return tls().setInitialSettings(new Http2Settings().setMaxConcurrentStreams(most));
    }

    private Handler<HttpServerRequest> after(int millis) {
        return request -> vertx.setTimer(millis, timer -> request.response().end("1"));
    }

    private Bundle bundle(String url, String version) {
        Bundle bundle = Singles.bundle("single")
                .with("saddlebag.call.url", url)
                .with("saddlebag.call.http-version", version)
                .with("saddlebag.auth.trust-store", trust)
                .with("saddlebag.auth.trust-store-password", Certificates.PASSWORD);
        open.add(bundle);
        return bundle;
    }

    private Bundle secure() {
        return bundle("https://localhost:" + port + "/", "2").with("saddlebag.call.concurrency", 8);
    }

    private static List<String> gets(int count) {
        List<String> items = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            items.add("\"/" + i + "\"");
        }
        return items;
    }

    private static void assertAnsweredAtOnce(List<Outcome> outcomes) {
        assertThat(outcomes)
                .isNotEmpty()
                .noneMatch(Outcome::failed)
                .allSatisfy(o -> assertThat(o.call().attempts()).isEqualTo(1));
    }

    @Test
    void shouldHaveAllRequestsOverOneConnection() throws Exception {
        serve(tls(), after(20));
        Bundle bundle = secure().start();

        assertAnsweredAtOnce(bundle.ask(gets(100)));

        assertThat(requests).extracting(HttpServerRequest::version).hasSize(100).containsOnly(HttpVersion.HTTP_2);
        assertThat(connections).hasSize(1);
        assertThat(peak).hasValue(8);
    }

    @Test
    void shouldSpeakItInClearTextWhereThatIsKnown() throws Exception {
        serve(
                new HttpServerOptions(),
                request -> request.body().onSuccess(body -> request.response().end(body)));
        Bundle bundle =
                bundle("http://127.0.0.1:" + port + "/", "2-prior-knowledge").start();

        List<Outcome> outcomes = bundle.ask(items(50));

        assertAnsweredAtOnce(outcomes);
        assertThat(answer(outcomes.get(49))).contains("\"i50\"");
        assertThat(requests).extracting(HttpServerRequest::version).containsOnly(HttpVersion.HTTP_2);
        assertThat(connections).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"http, 2", "http, 1.1", "https, 1.1"})
    void shouldSpeakTheOtherWhereItIsNotAskedFor(String scheme, String version) throws Exception {
        serve(scheme.equals("http") ? new HttpServerOptions() : tls(), after(5));
        Bundle bundle = bundle(scheme + "://localhost:" + port + "/", version).start();

        assertAnsweredAtOnce(bundle.ask(gets(30)));

        assertThat(requests).extracting(HttpServerRequest::version).containsOnly(HttpVersion.HTTP_1_1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldSpeakTheOtherWithAHostThatHasNoOther(boolean keepsConnections) throws Exception {
        serve(
                tls().setUseAlpn(false),
                request -> vertx.setTimer(50, timer -> {
                    if (!keepsConnections) {
                        request.response().putHeader("Connection", "close");
                    }
                    request.response().end("1");
                }));
        Bundle bundle = secure().start();

        assertAnsweredAtOnce(bundle.ask(gets(40)));

        assertThat(requests).extracting(HttpServerRequest::version).containsOnly(HttpVersion.HTTP_1_1);
        assertThat(peak.get()).isBetween(keepsConnections ? 8 : 1, 8);
        assertThat(connections).hasSizeBetween(8, keepsConnections ? 8 : 40);
    }

    /** More than a connection may take, a response may take and an attempt may take, each. */
    @Test
    void shouldWaitForAStreamAsLongAsItTakes() throws Exception {
        serve(withStreams(2), after(200));
        // each takes a twentieth of it, and all together more than it
        Bundle bundle = secure().with("saddlebag.call.connect-timeout", "4s")
                .with("saddlebag.call.response-timeout", "4s")
                .with("saddlebag.call.total-timeout", "4s")
                .with("saddlebag.call.concurrency", 50)
                .start();

        assertAnsweredAtOnce(bundle.ask(gets(50)));

        assertThat(connections).hasSize(1);
        assertThat(peak).hasValue(2);
    }

    @Test
    void shouldEndARequestThatIsNeverAnsweredAndNoOther() throws Exception {
        List<Long> resets = new CopyOnWriteArrayList<>();
        serve(tls(), request -> {
            if (request.path().equals("/1")) {
                request.response().exceptionHandler(problem -> {
                    if (problem instanceof io.vertx.core.http.StreamResetException reset) {
                        resets.add(reset.getCode());
                    }
                });
            } else {
                request.response().end("1");
            }
        });
        Bundle bundle = secure().with("saddlebag.call.response-timeout", "4s")
                .with("saddlebag.call.max-attempts", 2)
                .start();

        List<Outcome> outcomes = bundle.ask(gets(100));

        assertThat(outcomes.get(0).failure().reason()).contains("saddlebag.call.response-timeout", "2 attempts");
        assertAnsweredAtOnce(outcomes.subList(1, 100));
        assertThat(connections).hasSize(1);
        // CANCEL (RFC 9113 7)
        Awaitility.await().untilAsserted(() -> assertThat(resets).containsExactly(8L, 8L));
    }

    /** Who waits for what one finds out fares as that one; forty who try in turn would take twenty seconds. */
    @Test
    @Timeout(12)
    void shouldNotQueueBehindAHostThatNeverSpeaks() throws Exception {
        port = vertx.createNetServer()
                .connectHandler(silent -> {})
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .actualPort();
        Bundle bundle = secure().with("saddlebag.call.total-timeout", "500ms")
                .with("saddlebag.call.concurrency", 40)
                .with("saddlebag.call.deadline", "3s")
                .with("saddlebag.breaker.sliding-window-size", 100)
                .with("saddlebag.breaker.minimum-number-of-calls", 100)
                .start();

        List<Outcome> outcomes = bundle.ask(gets(40));

        assertThat(outcomes).hasSize(40).allMatch(Outcome::failed);
        // one after the other, there would be time for six
        assertThat(outcomes).allMatch(outcome -> outcome.call().attempts() > 0);
    }

    @Test
    void shouldNotWaitForAStreamWhereThereIsNone() throws Exception {
        serve(withStreams(0), after(1));
        Bundle bundle = secure().with("saddlebag.call.total-timeout", "500ms")
                .with("saddlebag.call.deadline", "2s")
                .start();

        assertThat(bundle.ask(gets(8))).hasSize(8).allMatch(Outcome::failed);
    }

    /** As where a middlebox has forgotten it: nothing comes any more, and nobody says so. */
    @Test
    void shouldLeaveAConnectionOnWhichNobodyAnswers() throws Exception {
        serve(new HttpServerOptions(), after(1));
        List<NetSocket> relayed = new CopyOnWriteArrayList<>();
        int server = port;
        port = vertx.createNetServer()
                .connectHandler(socket -> relay(socket, server, relayed))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .actualPort();
        Bundle bundle = bundle("http://127.0.0.1:" + port + "/", "2-prior-knowledge")
                .with("saddlebag.call.response-timeout", "500ms")
                .with("saddlebag.call.connect-timeout", "500ms")
                .with("saddlebag.call.back-off", "50ms")
                .with("saddlebag.call.max-attempts", 100)
                .start();
        assertAnsweredAtOnce(bundle.ask(gets(1)));

        relayed.forEach(socket -> socket.handler(forgotten -> {}));

        assertThat(bundle.ask(gets(5))).noneMatch(Outcome::failed);
        assertThat(relayed).hasSizeGreaterThan(1);
    }

    private void relay(NetSocket from, int server, List<NetSocket> relayed) {
        relayed.add(from);
        from.pause();
        vertx.createNetClient().connect(server, "127.0.0.1").onSuccess(to -> {
            to.handler(from::write);
            from.handler(to::write);
            from.closeHandler(closed -> to.close());
            from.resume();
        });
    }

    @Test
    void shouldEndAnAnswerThatIsTooLargeAndNoOther() throws Exception {
        serve(tls(), request -> {
            if (request.path().equals("/1")) {
                request.response().end("x".repeat(3 << 20));
            } else {
                after(5).handle(request);
            }
        });
        Bundle bundle = secure().with("saddlebag.answer.max-bytes", "1MB").start();

        List<Outcome> outcomes = bundle.ask(gets(50));

        assertThat(outcomes.get(0).failure().reason()).contains("saddlebag.answer.max-bytes");
        assertAnsweredAtOnce(outcomes.subList(1, 50));
        assertThat(connections).hasSize(1);
    }

    /** As proxies do it now and then: what they have begun they end, and the rest goes over another connection. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldGoOnOverAnotherConnectionWhenOneGoesAway(boolean ends) throws Exception {
        serve(tls(), request -> {
            int number = requests.size();
            if (number % 40 == 0) {
                if (ends) {
                    request.connection().shutdown(5000);
                } else {
                    // it says that it has not looked at the last of them
                    request.connection().goAway(0, request.streamId() - 2);
                    return;
                }
            }
            after(10).handle(request);
        });
        Bundle bundle = secure().with("saddlebag.call.total-timeout", "5s")
                .with("saddlebag.call.max-attempts", 2)
                .start();

        List<Outcome> outcomes = bundle.ask(gets(200));

        assertAnsweredAtOnce(outcomes);
        assertThat(connections).hasSizeBetween(4, 8);
    }

    @Test
    void shouldTryAgainWhatIsRefusedOrBrokenOff() throws Exception {
        serve(tls(), request -> {
            if (asked.get(request.path()) == 1) {
                // REFUSED_STREAM, INTERNAL_ERROR (RFC 9113 7)
                request.response().reset(requests.size() % 2 == 0 ? 7 : 2);
            } else {
                after(5).handle(request);
            }
        });
        Bundle bundle = secure().start();

        List<Outcome> outcomes = bundle.ask(gets(20));

        assertThat(outcomes)
                .noneMatch(Outcome::failed)
                .allSatisfy(o -> assertThat(o.call().attempts()).isEqualTo(2));
        assertThat(outcomes.toString()).contains("REFUSED_STREAM", "RST_STREAM with code 2");
        assertThat(connections).hasSize(1);
    }

    @Test
    void shouldTryAgainWhenTheConnectionBreaks() throws Exception {
        serve(tls(), request -> {
            if (requests.size() == 30) {
                request.connection().close();
            } else {
                after(10).handle(request);
            }
        });
        Bundle bundle = secure().start();

        assertThat(bundle.ask(gets(60))).hasSize(60).noneMatch(Outcome::failed);
        assertThat(connections).hasSize(2);
    }

    @Test
    void shouldSendNoHeadersOfTheConnection() throws Exception {
        serve(tls(), after(1));
        Bundle bundle = secure().with("saddlebag.call.header.Connection", "keep-alive")
                .with("saddlebag.call.header.X-A", "b")
                .start();

        List<Outcome> outcomes =
                bundle.ask(List.of("\"/a\"", "{\"url\":\"/b\",\"headers\":{\"X-B\":\"1\\r\\nX-C: 2\"}}"));

        assertThat(outcomes).extracting(Outcome::failed).containsExactly(false, true);
        assertThat(requests).singleElement().satisfies(request -> {
            assertThat(request.headers().names())
                    .contains("x-a")
                    .doesNotContain("connection", "keep-alive", "transfer-encoding", "upgrade", "host");
            assertThat(request.authority().toString()).isEqualTo("localhost:" + port);
        });
    }

    @Test
    void shouldSpeakItThroughATunnel() throws Exception {
        serve(tls(), after(5));
        TestProxy proxy = TestProxy.start("200 OK", port);
        Bundle bundle = bundle("https://api.example.com/", "2")
                .with("saddlebag.call.proxy", proxy.url())
                .start();
        open.add(proxy);

        assertAnsweredAtOnce(bundle.ask(gets(50)));

        assertThat(proxy.asked()).containsExactly("CONNECT api.example.com:443 HTTP/1.1");
        assertThat(requests).extracting(HttpServerRequest::version).containsOnly(HttpVersion.HTTP_2);
    }

    @Test
    void shouldWantACertificateOfTheName() throws Exception {
        serve(tls(), after(1));
        Bundle bundle = bundle("https://127.0.0.1:" + port + "/", "2")
                .with("saddlebag.call.max-attempts", 2)
                .start();

        assertThat(bundle.ask(gets(2)))
                .allSatisfy(o -> assertThat(o.failure().reason()).contains("TLS", "127.0.0.1"));
        assertThat(requests).isEmpty();
    }

    @Test
    void shouldNotStartWithAVersionThatIsNone() {
        Bundle bundle = bundle("http://127.0.0.1:1/", "3");

        assertThatThrownBy(bundle::start)
                .hasStackTraceContaining("saddlebag.call.http-version is '3': give 1.1, 2 or 2-prior-knowledge.");
    }
}
