package io.github.saddlebag.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A small HTTP server that answers as a test says, and can do what servers should not: reset, tear, trickle, hang. It
 * remembers every request, and when it came.
 */
public final class TestApi implements AutoCloseable {

    public static final ObjectMapper JSON = new ObjectMapper();

    /** What it was asked. Names of headers are in lower case. */
    public record Request(
            int number, long nanos, String method, String target, Map<String, String> headers, byte[] body) {

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        public JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The ids of the items of a JSON array, as text. */
        public List<String> ids() {
            List<String> ids = new ArrayList<>();
            json().forEach(item -> ids.add(item.path("id").asText()));
            return ids;
        }
    }

    /** What it does with a request. */
    @FunctionalInterface
    public interface Behaviour {
        Answer answer(Request request) throws Exception;
    }

    /** What is spoken on a connection. */
    @FunctionalInterface
    private interface Security {
        Socket on(Socket plain) throws IOException;
    }

    /** Writes what it likes, byte by byte. */
    @FunctionalInterface
    public interface Wire {

        /** @return whether the connection stays open for the next request */
        boolean write(OutputStream out) throws IOException;
    }

    /**
     * An answer, and how it is delivered.
     *
     * @param wire writes it as no server should; null: it is written as it is
     */
    public record Answer(
            int status, Map<String, String> headers, byte[] body, Delivery delivery, int pauseMs, Wire wire) {

        public Answer(int status, Map<String, String> headers, byte[] body, Delivery delivery, int pauseMs) {
            this(status, headers, body, delivery, pauseMs, null);
        }

        public Answer with(String header, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(header, value);
            return new Answer(status, more, body, delivery, pauseMs, wire);
        }

        public Answer delivered(Delivery how) {
            return new Answer(status, headers, body, how, pauseMs, wire);
        }

        /** Waits so long before the answer. */
        public Answer after(int millis) {
            return new Answer(status, headers, body, delivery, millis, wire);
        }
    }

    /** How an answer is delivered. */
    public enum Delivery {
        WHOLE,
        /** The connection is reset instead. */
        RESET,
        /** Half the body, then the end of the connection. */
        TORN,
        /** Nothing, ever. */
        HANG,
        /** A byte each 20 ms. */
        TRICKLE
    }

    private final ServerSocket server;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger peak = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Security security;
    private volatile Behaviour behaviour;
    private volatile int countedFrom;

    private TestApi(ServerSocket server, Behaviour behaviour, Security security) {
        this.security = security;
        this.server = server;
        this.behaviour = behaviour;
    }

    /** Starts one on a free port of loopback. */
    public static TestApi start(Behaviour behaviour) {
        return start(0, behaviour);
    }

    public static TestApi start(int port, Behaviour behaviour) {
        try {
            ServerSocket server = new ServerSocket(port, 200, InetAddress.getLoopbackAddress());
            return start(new TestApi(server, behaviour, socket -> socket));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts one that speaks TLS, and answers nobody who shows no certificate that it trusts. */
    public static TestApi startTls(SSLContext tls, boolean needsCertificate, Behaviour behaviour) {
        try {
            ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
            return start(new TestApi(server, behaviour, socket -> secured(socket, tls, needsCertificate)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Socket secured(Socket plain, SSLContext tls, boolean needsCertificate) throws IOException {
        // it must not close the other: what the client has sent is to be read first, or the reason may be lost
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, null, false);
        socket.setNeedClientAuth(needsCertificate);
        try {
            socket.startHandshake();
            return socket;
        } catch (IOException e) {
            plain.shutdownOutput();
            plain.setSoTimeout(2000);
            plain.getInputStream().transferTo(OutputStream.nullOutputStream());
            throw e;
        }
    }

    private static TestApi start(TestApi api) {
        daemon(api::accept);
        return api;
    }

    /** Answers a JSON array of items by an array of {@code {"id","result"}}, the result being {@code "r:" + text}. */
    public static Answer echo(Request request) {
        ArrayNode answers = JSON.createArrayNode();
        for (JsonNode item : request.json()) {
            ObjectNode answer = answers.addObject();
            answer.set("id", item.path("id"));
            answer.put("result", "r:" + item.path("text").asText());
        }
        return json(answers);
    }

    public static Answer json(JsonNode node) {
        return answer(200, node.toString()).with("Content-Type", "application/json");
    }

    public static Answer answer(int status, String body) {
        return answer(status, body.getBytes(StandardCharsets.UTF_8));
    }

    public static Answer answer(int status, byte[] body) {
        return new Answer(status, Map.of(), body, Delivery.WHOLE, 0);
    }

    /** An answer that is written byte by byte; {@link Faults} has some. */
    public static Answer wire(Wire wire) {
        return new Answer(200, Map.of(), new byte[0], Delivery.WHOLE, 0, wire);
    }

    public void behave(Behaviour newBehaviour) {
        behaviour = newBehaviour;
    }

    public int port() {
        return server.getLocalPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port() + "/batch";
    }

    public List<Request> requests() {
        return requests;
    }

    /** How many connections were made. */
    public int connections() {
        return accepted.get();
    }

    /** Requests before that number count towards no {@link #peakInFlight}. */
    public void countFrom(int number) {
        countedFrom = number;
    }

    /** The most requests that were being answered at once. */
    public int peakInFlight() {
        return peak.get();
    }

    /** The most requests that arrived in any window of this length. */
    public int mostWithin(long windowMillis) {
        long window = windowMillis * 1_000_000;
        List<Long> times = requests.stream().map(Request::nanos).sorted().toList();
        int most = 0;
        int from = 0;
        for (int to = 0; to < times.size(); to++) {
            while (times.get(to) - times.get(from) >= window) {
                from++;
            }
            most = Math.max(most, to - from + 1);
        }
        return most;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                accepted.incrementAndGet();
                connections.add(socket);
                daemon(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket plain) {
        try (plain;
                Socket socket = security.on(plain)) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            Request request = read(in);
            while (request != null) {
                requests.add(request);
                int counted = request.number() < countedFrom ? 0 : 1;
                peak.accumulateAndGet(inFlight.addAndGet(counted), Math::max);
                Answer answer;
                try {
                    answer = behaviour.answer(request);
                    LockSupport.parkNanos(answer.pauseMs * 1_000_000L);
                } finally {
                    inFlight.addAndGet(-counted);
                }
                if (!write(socket, answer)) {
                    return;
                }
                request = read(in);
            }
        } catch (Exception e) {
            // the client went away, or the test's behaviour is broken: then the connection is closed
        } finally {
            connections.remove(plain);
        }
    }

    private Request read(InputStream in) throws IOException {
        String start = line(in);
        if (start == null || start.isEmpty()) {
            return null;
        }
        long nanos = System.nanoTime();
        Map<String, String> headers = new TreeMap<>();
        String header = line(in);
        while (header != null && !header.isEmpty()) {
            int colon = header.indexOf(':');
            headers.merge(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).trim(),
                    (a, b) -> a + ", " + b);
            header = line(in);
        }
        byte[] body = "chunked".equals(headers.get("transfer-encoding"))
                ? chunked(in)
                : in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        String[] parts = start.split(" ");
        return new Request(count.incrementAndGet(), nanos, parts[0], parts[1], headers, body);
    }

    private static byte[] chunked(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(in).trim(), 16);
            body.writeBytes(in.readNBytes(size));
            line(in);
            if (size == 0) {
                return body.toByteArray();
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int b = in.read();
        if (b < 0) {
            return null;
        }
        while (b >= 0 && b != '\n') {
            if (b != '\r') {
                bytes.write(b);
            }
            b = in.read();
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private boolean write(Socket socket, Answer answer) throws Exception {
        if (answer.delivery == Delivery.RESET) {
            socket.setSoLinger(true, 0);
            return false;
        }
        if (answer.delivery == Delivery.HANG) {
            closed.await();
            return false;
        }
        OutputStream out = socket.getOutputStream();
        if (answer.wire != null) {
            return answer.wire.write(out);
        }
        StringBuilder head = new StringBuilder("HTTP/1.1 " + answer.status + " Test\r\n");
        answer.headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (answer.status != 204) {
            head.append("Content-Length: ").append(answer.body.length).append("\r\n");
        }
        byte[] top = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(top);
        int length = answer.delivery == Delivery.TORN ? answer.body.length / 2 : answer.body.length;
        if (answer.delivery != Delivery.TRICKLE) {
            whole.write(answer.body, 0, length);
            out.write(whole.toByteArray());
            out.flush();
            return answer.delivery == Delivery.WHOLE;
        }
        out.write(top);
        for (byte b : answer.body) {
            out.write(b);
            out.flush();
            LockSupport.parkNanos(20_000_000);
        }
        return true;
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "test-api");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            server.close();
            for (Socket connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
