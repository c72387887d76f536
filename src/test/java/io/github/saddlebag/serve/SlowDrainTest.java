package io.github.saddlebag.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.TestSettings;
import io.github.saddlebag.setting.Pipeline;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where the machine is busy, those who have begun to ask are answered late: the stop waits for them. */
@Tag("slow")
@Timeout(60)
class SlowDrainTest {

    private static final int CALLERS = 24;

    private final CallerSettings settings = new CallerSettings(TestSettings.of().serve(), Pipeline.OF_FILES);
    private final CallerTransport transport = new CallerTransport(settings);
    private final Vertx vertx = transport.vertx(new VertxOptions());
    private final CountDownLatch begun = new CountDownLatch(1);
    private CallerConnections connections;

    private void letIn(HttpConnection connection) {
        begun.countDown();
        // of a processor that others have as well
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(150));
        connections.opened(connection);
    }

    private void answer(HttpServerRequest request) {
        connections.begins(request);
        request.response().putHeader("Connection", "close").end("late");
    }

    @Test
    void shouldAnswerAllWhoHaveAskedBeforeAStopHoweverLongThatTakes() throws Exception {
        connections = new CallerConnections(vertx, transport, settings);
        HttpServer server = vertx.createHttpServer()
                .connectionHandler(this::letIn)
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        List<Socket> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            Socket socket = new Socket("127.0.0.1", server.actualPort());
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            callers.add(socket);
        }
        begun.await();

        connections.drain();
        vertx.close().toCompletionStage().toCompletableFuture().get();

        for (Socket each : callers) {
            try (each) {
                assertThat(new String(each.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 200 ")
                        .endsWith("late");
            }
        }
    }
}
