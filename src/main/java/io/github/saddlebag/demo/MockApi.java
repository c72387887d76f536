package io.github.saddlebag.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.saddlebag.support.DaemonThreads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A batch geocoder that misbehaves as real ones do: it throttles, is slow now and then, fails, and refuses bad
 * addresses. Every POST with a JSON array of {@code {"id","address"}} is answered with an array of
 * {@code {"id","position"}} or {@code {"id","error"}}; the positions are invented, but always the same for an address.
 *
 * <p>At an address that ends with {@code -job} it answers 202 and an id instead, and the array when that is asked for
 * after a while.
 */
public final class MockApi implements AutoCloseable {

    private static final JsonFactory JSON = new JsonFactory();
    private static final ObjectMapper MAPPER = new ObjectMapper(JSON);

    /**
     * What it does to its callers.
     *
     * @param latencyMs milliseconds before each answer
     * @param slowShare the share of requests that take a second longer
     * @param rate requests per second above which it answers 429; 0: no limit
     * @param errorShare the share of requests that it answers with 500
     * @param refuseShare the share of items that it refuses
     * @param seed of its random numbers
     */
    public record Faults(int latencyMs, double slowShare, int rate, double errorShare, double refuseShare, long seed) {}

    /** A request that is answered later. */
    private record Job(byte[] answer, long readyNanos) {}

    /** The request that a watched item came in. */
    public record Sighting(int request, int items, String sent, String answered) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(DaemonThreads.named("saddlebag-mock"));
    private final Faults faults;
    private final Random random;
    private final Map<String, Job> jobs = new ConcurrentHashMap<>();
    private final LongAdder answered = new LongAdder();
    private final LongAdder items = new LongAdder();
    private final LongAdder throttled = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final @Nullable String watched;
    private volatile @Nullable Sighting sighting;
    private double tokens;
    private long refilledNanos = System.nanoTime();
    private int requests;
    private volatile Duration jobTime = Duration.ofSeconds(1);

    private MockApi(HttpServer server, Faults faults, @Nullable String watched) {
        this.server = server;
        this.faults = faults;
        this.random = new Random(faults.seed);
        this.tokens = faults.rate;
        this.watched = watched;
    }

    /**
     * Starts it on loopback.
     *
     * @param port 0: a free one
     * @param watched the id of an item to remember the request of, or null
     */
    public static MockApi start(int port, Faults faults, @Nullable String watched) throws IOException {
        // answers of two writes would wait 40 ms for an acknowledgement otherwise
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        MockApi api = new MockApi(server, faults, watched);
        server.createContext("/", api::handle);
        server.setExecutor(api.threads);
        server.start();
        return api;
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/geocode";
    }

    /** How long a job takes. */
    public void jobsTake(Duration time) {
        jobTime = time;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            boolean asked = exchange.getRequestMethod().equals("GET");
            if (asked && isJob(exchange)) {
                askFor(exchange);
                return;
            }
            boolean get = asked && exchange.getRequestURI().getRawQuery() != null;
            if (!get && !exchange.getRequestMethod().equals("POST")) {
                answer(exchange, 405, problem("Send addresses by POST, or one by GET."));
                return;
            }
            int number;
            boolean over;
            boolean fails;
            boolean slow;
            synchronized (this) {
                number = ++requests;
                over = overRate();
                fails = random.nextDouble() < faults.errorShare;
                slow = random.nextDouble() < faults.slowShare;
            }
            if (over) {
                throttled.increment();
                exchange.getResponseHeaders().set("Retry-After", "1");
                answer(exchange, 429, problem("At most " + faults.rate + " requests per second."));
                return;
            }
            pause(faults.latencyMs + (slow ? 1000 : 0));
            if (fails) {
                failed.increment();
                answer(exchange, 500, problem("The geocoder stumbled."));
                return;
            }
            if (get) {
                geocodeOne(exchange, query(exchange));
            } else {
                geocode(exchange, number, body);
            }
        }
    }

    /** The parameters of a GET as an item. */
    private static JsonNode query(HttpExchange exchange) {
        ObjectNode item = MAPPER.createObjectNode();
        for (String pair : exchange.getRequestURI().getRawQuery().split("&")) {
            String[] parts = pair.split("=", 2);
            item.put(decoded(parts[0]), parts.length == 2 ? decoded(parts[1]) : "");
        }
        return item;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private void geocodeOne(HttpExchange exchange, JsonNode item) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(64);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.setCodec(MAPPER);
            writeAnswer(item, json);
        }
        byte[] answer = out.toByteArray();
        answered.increment();
        items.increment();
        if (isKnown(item)) {
            answer(exchange, 200, answer);
        } else {
            answer(exchange, 422, problem("no such address"));
        }
    }

    private static boolean isJob(HttpExchange exchange) {
        return exchange.getRequestURI().getPath().endsWith("-job");
    }

    private void askFor(HttpExchange exchange) throws IOException {
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        String id = query.replaceAll("(?:.*&)?id=([^&]*).*", "$1");
        Job job = jobs.get(id);
        if (job == null) {
            answer(exchange, 404, problem("There is no such job."));
        } else if (System.nanoTime() - job.readyNanos < 0) {
            answerPending(exchange, id);
        } else {
            answer(exchange, 200, job.answer);
        }
    }

    private void submit(HttpExchange exchange, byte[] answer) throws IOException {
        String id = "job-" + (jobs.size() + 1) + '-' + Long.toHexString(System.nanoTime());
        jobs.put(id, new Job(answer, System.nanoTime() + jobTime.toNanos()));
        exchange.getResponseHeaders().set("Location", exchange.getRequestURI().getPath() + "?id=" + id);
        answerPending(exchange, id);
    }

    private static void answerPending(HttpExchange exchange, String id) throws IOException {
        String body = "{\"id\":\"" + id + "\",\"status\":\"pending\"}";
        answer(exchange, 202, body.getBytes(StandardCharsets.UTF_8));
    }

    private void geocode(HttpExchange exchange, int number, byte[] body) throws IOException {
        JsonNode list;
        try {
            list = MAPPER.readTree(body);
        } catch (IOException e) {
            answer(exchange, 400, problem("The body is not JSON."));
            return;
        }
        if (list.hasNonNull("address") || list.hasNonNull("text")) {
            geocodeOne(exchange, list);
            return;
        }
        if (!list.isArray()) {
            answer(exchange, 400, problem("The body is neither an address nor a JSON array of them."));
            return;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + 64);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.setCodec(MAPPER);
            json.writeStartArray();
            for (JsonNode item : list) {
                writeAnswer(item, json);
            }
            json.writeEndArray();
        }
        byte[] answer = out.toByteArray();
        if (watched != null) {
            watch(number, list, answer);
        }
        answered.increment();
        items.add(list.size());
        if (isJob(exchange)) {
            submit(exchange, answer);
        } else {
            answer(exchange, 200, answer);
        }
    }

    private void writeAnswer(JsonNode item, JsonGenerator json) throws IOException {
        json.writeStartObject();
        if (item.has("id")) {
            json.writeFieldName("id");
            json.writeTree(item.path("id"));
        }
        locate(item, json);
        json.writeEndObject();
    }

    private void locate(JsonNode item, JsonGenerator json) throws IOException {
        if (!isKnown(item)) {
            json.writeStringField("error", "no such address");
            return;
        }
        long hash = hash(address(item));
        json.writeObjectFieldStart("position");
        json.writeNumberField("lat", BigDecimal.valueOf(hash % 180_000 - 90_000, 3));
        json.writeNumberField("lon", BigDecimal.valueOf(hash / 180_000 % 360_000 - 180_000, 3));
        json.writeEndObject();
    }

    private boolean isKnown(JsonNode item) {
        String address = address(item);
        return address.chars().anyMatch(Character::isLetter) && hash(address) % 10_000 >= faults.refuseShare * 10_000;
    }

    private static String address(JsonNode item) {
        return item.path("address").asText(item.path("text").asText(""));
    }

    private static long hash(String address) {
        CRC32 crc = new CRC32();
        crc.update(address.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }

    private void watch(int number, JsonNode list, byte[] answer) throws IOException {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).path("id").asText().equals(watched)) {
                sighting = new Sighting(
                        number,
                        list.size(),
                        list.get(i).toString(),
                        MAPPER.readTree(answer).get(i).toString());
            }
        }
    }

    /** A bucket of one second's tokens. */
    private boolean overRate() {
        if (faults.rate <= 0) {
            return false;
        }
        long now = System.nanoTime();
        tokens = Math.min(faults.rate, tokens + (now - refilledNanos) / 1e9 * faults.rate);
        refilledNanos = now;
        if (tokens < 1) {
            return true;
        }
        tokens--;
        return false;
    }

    private static byte[] problem(String detail) {
        return ("{\"detail\":\"" + detail + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders()
                .set("Content-Type", status < 300 ? "application/json" : "application/problem+json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static void pause(int millis) {
        if (millis <= 0) {
            return;
        }
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Requests that were answered with positions. */
    public long answered() {
        return answered.sum();
    }

    /** Items in those requests. */
    public long items() {
        return items.sum();
    }

    public long throttled() {
        return throttled.sum();
    }

    public long failed() {
        return failed.sum();
    }

    @Nullable
    public Sighting sighting() {
        return sighting;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
