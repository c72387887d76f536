package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.serve.CallerServer;
import io.github.saddlebag.testing.Async;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever connects, however: good callers are served, and each that asked is answered, at a stop too. */
@Tag("slow")
@Timeout(120)
class CallerConnectionsTest {

    private final TestApi api = TestApi.start(TestApi::echo);
    private final CountDownLatch go = new CountDownLatch(1);
    private final List<Socket> sockets = new ArrayList<>();
    private final Bundle bundle = Bundle.all()
            .with("saddlebag.call.url", api.url())
            .with("saddlebag.source.http.enabled", true)
            .with("saddlebag.source.http.port", 0);

    @AfterEach
    void stop() throws IOException {
        go.countDown();
        for (Socket each : sockets) {
            each.close();
        }
        bundle.close();
        api.close();
    }

    private void holdAnswers() {
        api.behave(request -> {
            go.await();
            return TestApi.echo(request);
        });
    }

    private int port() {
        return bundle.context().hasService(CallerServer.class).port();
    }

    private Socket connect(String first) throws IOException {
        Socket socket = new Socket("127.0.0.1", port());
        sockets.add(socket);
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(first.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    private static String request(String body, String... lines) {
        return "POST /items HTTP/1.1\nHost: x\nContent-Type: application/json\n" + String.join("", lines)
                + "Content-Length: " + body.length() + "\n\n" + body;
    }

    /** All until the server closes. */
    private static String rest(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private String answer(String request) throws IOException {
        return rest(connect(request));
    }

    @Test
    void shouldServeOthersWhereMoreHeadsAreBegunThanThereAreConnections() throws Exception {
        bundle.with("saddlebag.source.http.max-connections", 40).start();
        List<Socket> begun = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            begun.add(connect("POST /items HT"));
        }

        for (int i = 0; i < 20; i++) {
            assertThat(answer(request(item("a" + i), "Connection: close\n")))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith(echoOf("a" + i));
        }

        // the oldest made room
        assertThat(rest(begun.get(0))).isEmpty();
    }

    /** Long before their time is over, however many come at once. */
    @Test
    void shouldKeepNoMoreConnectionsThanThereMayBe() throws Exception {
        bundle.with("saddlebag.source.http.max-connections", 20).start();
        List<SocketChannel> begun = new ArrayList<>();
        try {
            for (int i = 0; i < 400; i++) {
                SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port()));
                begun.add(channel);
                channel.configureBlocking(false);
            }

            await().atMost(5, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(begun.stream().filter(CallerConnectionsTest::isOpen))
                            .hasSizeLessThanOrEqualTo(20));
            assertThat(answer(request(item("a"), "Connection: close\n"))).startsWith("HTTP/1.1 200 ");
        } finally {
            for (SocketChannel each : begun) {
                each.close();
            }
        }
    }

    private static boolean isOpen(SocketChannel channel) {
        try {
            return channel.read(ByteBuffer.allocate(1)) == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void shouldCloseWhatAsksForNothing() throws Exception {
        bundle.with("saddlebag.source.http.head-timeout", "100ms")
                .with("saddlebag.source.http.idle-timeout", "100ms")
                .start();

        assertThat(answer("POST /items HTTP/1.1\nHost: x\n")).isEmpty();
        assertThat(answer("")).isEmpty();
        assertThat(answer(request(item("a")))).startsWith("HTTP/1.1 200 ").endsWith(echoOf("a"));
    }

    @Test
    void shouldKeepWhoWaitsForAnAnswerLongerThanAnIdleConnection() throws Exception {
        holdAnswers();
        bundle.with("saddlebag.source.http.head-timeout", "50ms")
                .with("saddlebag.source.http.idle-timeout", "50ms")
                .start();
        Socket waiting = connect(request(item("a")));
        await().until(() -> !api.requests().isEmpty());
        assertThat(answer("")).isEmpty();

        go.countDown();

        assertThat(rest(waiting)).startsWith("HTTP/1.1 200 ").endsWith(echoOf("a"));
    }

    @Test
    void shouldAnswerACallerThatHasEndedItsOwnStream() throws Exception {
        holdAnswers();
        bundle.start();
        Socket waiting = connect(request(item("a")));
        waiting.shutdownOutput();
        await().until(() -> !api.requests().isEmpty());

        go.countDown();

        assertThat(rest(waiting)).startsWith("HTTP/1.1 200 ").endsWith(echoOf("a"));
    }

    @Test
    void shouldAnswerEachRequestThatWasSentBeforeTheEndOfTheStream() throws Exception {
        bundle.start();
        Socket waiting = connect(request(item("a")) + request(item("b")) + request(item("c")));
        waiting.shutdownOutput();

        assertThat(rest(waiting)).contains(echoOf("a"), echoOf("b")).endsWith(echoOf("c"));
    }

    @Test
    void shouldTakeNothingThatComesBehindABodyOfTwoLengths() throws Exception {
        bundle.start();
        String hidden = request(item("hidden"));
        String body = "0\n\n" + hidden;

        String answer = answer("POST /items HTTP/1.1\nHost: x\nContent-Type: application/json\nContent-Length: "
                + body.length() + "\nTransfer-Encoding: chunked\n\n" + body);

        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("Not an item");
        assertThat(answer.split("HTTP/1.1 ", -1)).hasSize(2);
        assertThat(api.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "501 POST /items HTTP/1.1\nHost: x\nContent-Type: application/json\nTransfer-Encoding: gzip\n\n",
                "501 POST /items HTTP/1.1\nHost: x\nContent-Type: application/json\nTransfer-Encoding: gzip, chunked\n\n0\n\n",
                "400 POST /items HTTP/1.1\nHost: x\nHost: y\nContent-Type: application/json\nConnection: close\nContent-Length: 0\n\n",
                "400 POST /items HTTP/1.1\nContent-Type: application/json\nConnection: close\nContent-Length: 0\n\n",
                "400 POST /items HTTP/9\n\n",
                "400 nonsense\n\n",
                "400 POST /items HTTP/1.1\nHost: x\nContent-Length: -1\nConnection: close\n\n",
                "400 POST /%zz HTTP/1.1\nHost: x\nConnection: close\nContent-Length: 0\n\n",
                "404 POST /../x HTTP/1.1\nHost: x\nConnection: close\nContent-Length: 0\n\n",
                "405 TRACE /items HTTP/1.1\nHost: x\nConnection: close\n\n",
                "400 POST /items HTTP/1.1\nHost: x\nContent-Type: application/json\nTransfer-Encoding: chunked\n\nzz\nabc\n0\n\n",
                "400 POST /items HTTP/1.1\nHost: x\nContent-Type: application/json\nTransfer-Encoding: chunked\n\n-1\nabc\n0\n\n",
                "400 POST /items HTTP/1.1\nHost: x\nContent-Type: application/json\nTransfer-Encoding: chunked\n\n9999999999\nabc",
                "403 POST /items HTTP/1.1\nHost: x\nOrigin: http://x\nConnection: close\nContent-Length: 0\n\n",
                "403 POST /items HTTP/1.1\nHost: x\nOrigin: null\nConnection: close\nContent-Length: 0\n\n",
            })
    void shouldRefuseInOneForm(String request) throws Exception {
        bundle.start();

        String answer = answer(request.substring(4));

        assertThat(answer)
                .matches("(?s)HTTP/1\\.[01] " + request.substring(0, 4) + ".*")
                .containsIgnoringCase("content-type: application/problem+json")
                .contains("\"status\":" + request.substring(0, 3));
        assertThat(answer).doesNotContain("io.vertx", "\tat ");
    }

    @Test
    void shouldCloseWhereThatStandsAmongOtherOptions() throws Exception {
        bundle.start();

        assertThat(answer(request(item("a"), "Connection: TE, close\n")))
                .startsWith("HTTP/1.1 200 ")
                .containsIgnoringCase("connection: close")
                .endsWith(echoOf("a"));
    }

    @Test
    void shouldRefuseTooLongHeadsInThatForm() throws Exception {
        bundle.start();

        assertThat(answer("POST /items?" + "x".repeat(5000) + " HTTP/1.1\nHost: x\n\n"))
                .contains(" 414 ")
                .contains("\"status\":414");
        assertThat(answer("POST /items HTTP/1.1\nHost: x\nX: " + "x".repeat(9000) + "\n\n"))
                .startsWith("HTTP/1.1 431 ")
                .contains("\"status\":431");
        String chunked =
                "POST /items HTTP/1.1\nHost: x\nContent-Type: application/json\nTransfer-Encoding: chunked\n\n";
        assertThat(answer(chunked + "2;" + "x".repeat(5000) + "\n{}\n0\n\n")).contains(" 400 ", "\"status\":400");
        assertThat(answer(chunked + "2\n{}\n0\nX: " + "x".repeat(9000) + "\n\n"))
                .contains(" 400 ", "\"status\":400");
    }

    @Test
    void shouldLetPagesOfAllowedOriginsCall() throws Exception {
        bundle.with("saddlebag.source.http.allowed-origins", "https://app.example.com, http://localhost:3000")
                .start();

        String preflight = answer("OPTIONS /items HTTP/1.1\nHost: x\nOrigin: https://app.example.com\n"
                + "Access-Control-Request-Method: POST\nConnection: close\n\n");
        String called = answer(request(item("a"), "Origin: http://localhost:3000\nConnection: close\n"));
        String foreign = answer(request(item("a"), "Origin: https://example.com\nConnection: close\n"));

        assertThat(preflight)
                .startsWith("HTTP/1.1 204 ")
                .containsIgnoringCase("access-control-allow-origin: https://app.example.com")
                .containsIgnoringCase("access-control-allow-methods: POST");
        assertThat(called)
                .startsWith("HTTP/1.1 200 ")
                .containsIgnoringCase("access-control-allow-origin: http://localhost:3000");
        assertThat(foreign).startsWith("HTTP/1.1 403 ").doesNotContainIgnoringCase("access-control");
    }

    @Test
    void shouldNotOfferHttp2UnlessItIsSwitchedOn() throws Exception {
        bundle.start();

        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/items"))
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(item("a")))
                                .build(),
                        BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    }

    /** What was begun is finished or returned, whatever the time for it; and those that come meanwhile are told. */
    @ParameterizedTest
    @ValueSource(ints = {1, 30})
    void shouldAnswerEachCallerThatItAcceptedWhereItStops(int shutdownTimeout) throws Exception {
        api.behave(request -> {
            if (shutdownTimeout == 1) {
                go.await();
            }
            return TestApi.echo(request);
        });
        bundle.with("saddlebag.batch.max-items", 5).with("saddlebag.call.concurrency", 2);
        bundle.start();
        bundle.context().getShutdownStrategy().setTimeout(shutdownTimeout);
        int port = port();
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger turnedAway = new AtomicInteger();
        List<CompletableFuture<Void>> callers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            String id = "c" + i;
            callers.add(Async.run(() -> callUntilTurnedAway(port, id, answered, turnedAway)));
        }
        await().until(() -> shutdownTimeout == 1 ? api.requests().size() == 1 : answered.get() > 50);

        bundle.context().stop();

        for (CompletableFuture<Void> each : callers) {
            each.get(60, TimeUnit.SECONDS);
        }
        assertThat(turnedAway).hasPositiveValue();
    }

    /** The time for a stop may be over while it waits for the last answers. */
    @Test
    void shouldTellCallersWhereAStopIsInterrupted() throws Exception {
        holdAnswers();
        bundle.start();
        Socket caller = connect(request(item("a"), "Connection: close\n"));
        await().until(() -> api.requests().size() == 1);

        Thread.currentThread().interrupt();
        bundle.context().getRoute("saddlebag-source-http").getConsumer().stop();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(rest(caller)).startsWith("HTTP/1.1 503 ");
    }

    @Test
    void shouldCloseNoConnectionWithoutAnAnswerHoweverManyComeWhereItStops() throws Exception {
        bundle.start();
        int port = port();
        AtomicInteger answered = new AtomicInteger();
        List<CompletableFuture<Void>> callers = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            String id = "c" + i;
            callers.add(Async.run(() -> callUntilRefused(port, id, answered)));
        }
        await().until(() -> answered.get() > 100);

        bundle.context().stop();

        for (CompletableFuture<Void> each : callers) {
            each.get(60, TimeUnit.SECONDS);
        }
    }

    private void callUntilRefused(int port, String id, AtomicInteger answered) throws IOException {
        while (true) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream()
                        .write(request(item(id), "Connection: close\n")
                                .replace("\n", "\r\n")
                                .getBytes(StandardCharsets.UTF_8));
                assertThat(rest(socket)).startsWith("HTTP/1.1 ");
                answered.incrementAndGet();
            } catch (ConnectException e) {
                return;
            }
        }
    }

    private void callUntilTurnedAway(int port, String id, AtomicInteger answered, AtomicInteger turnedAway)
            throws IOException {
        while (true) {
            Socket socket;
            try {
                socket = new Socket("127.0.0.1", port);
            } catch (ConnectException e) {
                return;
            }
            try (socket) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream()
                        .write(request(item(id), "Connection: close\n")
                                .replace("\n", "\r\n")
                                .getBytes(StandardCharsets.UTF_8));
                String answer = rest(socket);
                if (answer.startsWith("HTTP/1.1 503 ")) {
                    assertThat(answer).containsIgnoringCase("retry-after: 1").contains("\"status\":503");
                    turnedAway.incrementAndGet();
                    return;
                } else {
                    assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith(echoOf(id));
                    answered.incrementAndGet();
                }
            } catch (SocketException e) {
                throw new AssertionError("accepted, and not answered", e);
            }
        }
    }
}
