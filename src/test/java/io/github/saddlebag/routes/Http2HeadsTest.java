package io.github.saddlebag.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Singles;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads of responses over HTTP/2, frame by frame: interim ones, and those without an end. */
@Tag("slow")
@Timeout(60)
class Http2HeadsTest {

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int PREFACE = 24;
    /** {@code :status: 200} (RFC 7541 A). */
    private static final byte[] OK = {(byte) 0x88};

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private final ServerSocket server;
    private Bundle bundle;

    /** Answers the request of a stream. */
    private interface Behaviour {
        void answer(OutputStream out, int stream) throws Exception;
    }

    Http2HeadsTest() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws Exception {
        over.set(true);
        bundle.close();
        server.close();
        threads.shutdownNow();
    }

    private void serve(Behaviour behaviour) {
        threads.submit(() -> {
            while (!server.isClosed()) {
                Socket socket = server.accept();
                connections.incrementAndGet();
                threads.submit(() -> talk(socket, behaviour));
            }
            return null;
        });
    }

    private static Void talk(Socket socket, Behaviour behaviour) throws Exception {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            in.readNBytes(PREFACE);
            frame(out, SETTINGS, 0, 0, new byte[0]);
            while (true) {
                int head = in.readInt();
                int flags = in.readUnsignedByte();
                int stream = in.readInt();
                in.readNBytes(head >>> 8);
                if ((head & 0xff) == SETTINGS && flags != ACK) {
                    frame(out, SETTINGS, ACK, 0, new byte[0]);
                } else if ((head & 0xff) == HEADERS) {
                    behaviour.answer(out, stream);
                }
            }
        }
    }

    private static void frame(OutputStream out, int type, int flags, int stream, byte[] content) throws IOException {
        byte[] frame = new byte[9 + content.length];
        frame[0] = (byte) (content.length >> 16);
        frame[1] = (byte) (content.length >> 8);
        frame[2] = (byte) content.length;
        frame[3] = (byte) type;
        frame[4] = (byte) flags;
        frame[7] = (byte) (stream >> 8);
        frame[8] = (byte) stream;
        System.arraycopy(content, 0, frame, 9, content.length);
        out.write(frame);
        out.flush();
    }

    /** {@code :status} as a literal that is not indexed (RFC 7541 6.2.2). */
    private static byte[] status(int status) {
        byte[] text = Integer.toString(status).getBytes(StandardCharsets.US_ASCII);
        return new byte[] {8, 3, text[0], text[1], text[2]};
    }

    private static void answer(OutputStream out, int stream) throws IOException {
        frame(out, HEADERS, END_HEADERS, stream, OK);
        frame(out, DATA, END_STREAM, stream, new byte[] {'1'});
    }

    private List<Outcome> ask(int count) throws Exception {
        bundle = Singles.bundle("single")
                .with("saddlebag.call.url", "http://127.0.0.1:" + server.getLocalPort() + "/")
                .with("saddlebag.call.http-version", "2-prior-knowledge")
                .with("saddlebag.call.response-timeout", "1s")
                .with("saddlebag.call.concurrency", 1)
                .with("saddlebag.call.max-attempts", 2)
                .start();
        List<String> items = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            items.add("\"/" + i + "\"");
        }
        return bundle.ask(items);
    }

    @Test
    void shouldPassInterimResponses() throws Exception {
        serve((out, stream) -> {
            for (int status : new int[] {100, 102, 103}) {
                frame(out, HEADERS, END_HEADERS, stream, status(status));
            }
            answer(out, stream);
        });

        List<Outcome> outcomes = ask(5);

        assertThat(outcomes).hasSize(5).noneMatch(Outcome::failed).allSatisfy(outcome -> {
            assertThat(outcome.status()).isEqualTo(200);
            assertThat(outcome.call().attempts()).isEqualTo(1);
        });
        assertThat(connections).hasValue(1);
    }

    @Test
    void shouldEndInterimResponsesWithoutEnd() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        serve((out, stream) -> {
            if (asked.incrementAndGet() > 1) {
                answer(out, stream);
                return;
            }
            threads.submit(() -> {
                while (!over.get()) {
                    frame(out, HEADERS, END_HEADERS, stream, status(102));
                    TimeUnit.MILLISECONDS.sleep(50);
                }
                return null;
            });
        });

        List<Outcome> outcomes = ask(3);

        assertThat(outcomes).hasSize(3).noneMatch(Outcome::failed);
        assertThat(outcomes.get(0).call().attempts()).isEqualTo(2);
        assertThat(outcomes.get(0).call().failed().get(0).error()).contains("saddlebag.call.response-timeout");
    }

    @ParameterizedTest
    @ValueSource(ints = {102, 103})
    void shouldReadNoMoreOfInterimResponsesThanThereMayBe(int status) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        serve((out, stream) -> {
            if (asked.incrementAndGet() > 1) {
                answer(out, stream);
                return;
            }
            // each counts for 42 bytes
            for (int i = 0; i < 1_700; i++) {
                frame(out, HEADERS, END_HEADERS, stream, status(status));
            }
        });

        List<Outcome> outcomes = ask(3);

        assertThat(outcomes).hasSize(3).noneMatch(Outcome::failed);
        assertThat(outcomes.get(0).call().attempts()).isEqualTo(2);
        assertThat(outcomes.get(0).call().failed().get(0).error()).contains("more than 65536 bytes in its head");
        assertThat(connections).hasValue(1);
    }

    @Test
    void shouldReadNoMoreOfAHeadWithoutEndThanThereMayBe() throws Exception {
        serve((out, stream) -> {
            if (connections.get() > 1) {
                answer(out, stream);
                return;
            }
            frame(out, HEADERS, 0, stream, OK);
            byte[] field = new byte[1 + 1 + 1 + 1 + 100];
            field[1] = 1;
            field[2] = 'x';
            field[3] = 100;
            Arrays.fill(field, 4, field.length, (byte) 'y');
            while (!over.get()) {
                frame(out, CONTINUATION, 0, stream, field);
            }
        });

        List<Outcome> outcomes = ask(3);

        assertThat(outcomes).hasSize(3).noneMatch(Outcome::failed);
        assertThat(outcomes.get(0).call().attempts()).isEqualTo(2);
        assertThat(connections).hasValue(2);
    }
}
