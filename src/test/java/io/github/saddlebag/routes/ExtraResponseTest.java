package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that sends one response more than was asked for: each item got the answer of another one. */
@Timeout(30)
class ExtraResponseTest {

    private static final int ITEMS = 40;

    private final List<Socket> sockets = new ArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final Bundle bundle = Bundle.all();
    private ServerSocket server;
    private final AtomicInteger late = new AtomicInteger();
    private volatile int extraEvery = 1;
    private volatile boolean isLate;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread accepting = new Thread(() -> {
            try {
                while (true) {
                    Socket socket = server.accept();
                    connections.incrementAndGet();
                    synchronized (sockets) {
                        sockets.add(socket);
                    }
                    new Thread(() -> serve(socket)).start();
                }
            } catch (IOException e) {
                // closed
            }
        });
        accepting.start();
        bundle.with("saddlebag.call.url", "http://127.0.0.1:" + server.getLocalPort() + "/batch")
                .with("saddlebag.answer.match", "position")
                .with("saddlebag.batch.max-items", 1)
                .with("saddlebag.single.items", "data")
                .with("saddlebag.call.back-off", "1ms");
    }

    @AfterEach
    void stop() throws IOException {
        bundle.close();
        server.close();
        synchronized (sockets) {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private void serve(Socket socket) {
        try {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            for (int i = 1; ; i++) {
                String body = body(in);
                if (body == null) {
                    return;
                }
                byte[] answer = body.getBytes(StandardCharsets.UTF_8);
                byte[] response = ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                                + answer.length + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.UTF_8);
                boolean twice = i % extraEvery == 0;
                byte[] all = new byte[response.length * (twice ? 2 : 1)];
                System.arraycopy(response, 0, all, 0, response.length);
                System.arraycopy(response, 0, all, all.length - response.length, response.length);
                out.write(all);
                out.flush();
                if (isLate) {
                    Thread.sleep(20);
                    out.write(response);
                    out.flush();
                    late.incrementAndGet();
                }
            }
        } catch (IOException | InterruptedException e) {
            // gone
        }
    }

    /** The body of the next request; null: there is none. */
    private static String body(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            if (c < 0) {
                return null;
            }
            head.append((char) c);
        }
        String length = head.toString().replaceAll("(?is).*content-length: (\\d+).*", "$1");
        return new String(in.readNBytes(Integer.parseInt(length)), StandardCharsets.UTF_8);
    }

    private static List<String> given() {
        return IntStream.rangeClosed(1, ITEMS).mapToObj(i -> item("i" + i)).toList();
    }

    private static String id(Object answer) {
        try {
            JsonNode json = TestApi.JSON.readTree((byte[]) answer);
            return json.path("id").asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"batch, 1, 1", "batch, 8, 1", "batch, 4, 3", "single, 1, 1", "single, 8, 1", "single, 4, 3"})
    void shouldGiveNobodyTheResponseToAnother(String mode, int concurrency, int every) throws Exception {
        extraEvery = every;
        bundle.with("saddlebag.call.mode", mode)
                .with("saddlebag.call.concurrency", concurrency)
                .start();

        List<Outcome> outcomes = bundle.ask(given());

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(outcomes)
                .allSatisfy(outcome -> assertThat(id(outcome.answer()))
                        .isEqualTo(outcome.item().id()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldGiveNobodyAResponseThatCameLater(String mode) throws Exception {
        extraEvery = Integer.MAX_VALUE;
        isLate = true;
        bundle.with("saddlebag.call.mode", mode).start();

        for (int i = 1; i <= 5; i++) {
            int asked = i;
            List<Outcome> outcomes = bundle.ask(List.of(item("i" + i)));
            assertThat(id(outcomes.get(0).answer())).isEqualTo("i" + i);
            await().pollInterval(Duration.ofMillis(10)).until(() -> late.get() == asked);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldHaveAConnectionForEachRequestWhereThatIsConfigured(String mode) throws Exception {
        bundle.with("saddlebag.call.mode", mode)
                .with("saddlebag.call.header.Connection", "close")
                .start();

        assertThat(bundle.ask(given())).noneMatch(Outcome::failed);
        assertThat(connections).hasValue(ITEMS);
    }

    @Test
    void shouldUseACleanConnectionAgain() throws Exception {
        extraEvery = Integer.MAX_VALUE;
        bundle.with("saddlebag.call.concurrency", 1).start();

        assertThat(bundle.ask(given())).noneMatch(Outcome::failed);
        assertThat(connections).hasValue(1);
    }
}
