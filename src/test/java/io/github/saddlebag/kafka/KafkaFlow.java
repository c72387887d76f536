package io.github.saddlebag.kafka;

import static io.github.saddlebag.testing.Items.item;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** A real broker, which the classes of a JVM share, an endpoint, and topics for each test. */
@Tag("slow")
abstract class KafkaFlow {

    static final AtomicInteger NUMBER = new AtomicInteger();
    static Broker broker;

    @TempDir
    Path folder;

    final String in = "in" + NUMBER.incrementAndGet();
    final String out = "out" + NUMBER.get();
    final String letters = "letters" + NUMBER.get();
    final TestApi api = TestApi.start(TestApi::echo);
    final List<Bundle> bundles = new ArrayList<>();

    @BeforeAll
    static void startBroker() throws Exception {
        broker = Broker.shared();
    }

    @BeforeEach
    void createTopics() throws Exception {
        broker.topic(in, 3);
        broker.topic(out, 3);
        broker.topic(letters, 1);
    }

    @AfterEach
    void stop() {
        api.close();
        bundles.forEach(Bundle::close);
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("saddlebag.call.url", api.url());
        properties.put("saddlebag.answer.result", "/result");
        properties.put("saddlebag.source.kafka.enabled", true);
        properties.put("saddlebag.source.kafka.brokers", broker.address());
        properties.put("saddlebag.source.kafka.topic", in);
        properties.put("saddlebag.source.kafka.group", in);
        properties.put("saddlebag.source.kafka.max-wait", "100ms");
        properties.put("saddlebag.deliver.kafka.enabled", true);
        properties.put("saddlebag.deliver.kafka.brokers", broker.address());
        properties.put("saddlebag.deliver.kafka.topic", out);
        properties.put("saddlebag.deliver.directory", folder);
        properties.put("saddlebag.dead-letter.kafka.topic", letters);
        return properties;
    }

    Map<String, Object> toTopicProperties() {
        Map<String, Object> properties = properties();
        properties.put("saddlebag.deliver.to", "kafka");
        properties.put("saddlebag.dead-letter.to", "direct:saddlebag-dead-letters-kafka");
        return properties;
    }

    Bundle bundle() {
        return with(properties());
    }

    private Bundle with(Map<String, Object> properties) {
        Bundle bundle = Bundle.all();
        bundles.add(bundle);
        properties.forEach(bundle::with);
        return Instance.quick(bundle);
    }

    Bundle toTopics() {
        return with(toTopicProperties());
    }

    Bundle toTopics(List<String> more) {
        Bundle bundle = toTopics();
        more.forEach(setting -> bundle.with(setting.split("=")[0], setting.split("=")[1]));
        return bundle;
    }

    /** The routes as they ship in a JVM of their own, from topics to topics. */
    Process instance(List<String> options, List<String> more) throws IOException {
        List<String> properties = new ArrayList<>();
        Map<String, Object> all = toTopicProperties();
        more.forEach(setting -> all.put(setting.split("=", 2)[0], setting.split("=", 2)[1]));
        all.forEach((property, value) -> properties.add(property + "=" + value));
        List<String> java = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1"));
        java.addAll(options);
        return Child.java(
                folder.resolve("instance.log"),
                Child.classPath(),
                Instance.class,
                java,
                properties.toArray(String[]::new));
    }

    /** How many items were sent, each time counted. */
    int itemsSent() {
        return api.requests().stream().mapToInt(r -> r.ids().size()).sum();
    }

    ProducerRecord<byte[], byte[]> record(int partition, String key, String value) {
        return new ProducerRecord<>(in, partition, bytes(key), bytes(value));
    }

    List<ProducerRecord<byte[], byte[]>> records(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> record(i % 3, "k" + i, item("i" + i)))
                .toList();
    }

    static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** How often each id has a result. */
    Map<String, Integer> results() throws Exception {
        Map<String, Integer> counts = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> result : broker.read(out)) {
            counts.merge(TestApi.JSON.readTree(result.value()).path("id").asText(), 1, Integer::sum);
        }
        return counts;
    }

    void awaitCommitted(Map<Integer, Long> offsets) {
        await().atMost(Duration.ofSeconds(40)).until(() -> broker.committed(in), offsets::equals);
    }

    /**
     * Gives ids out, while there is a broker and while there is none; how many.
     *
     * @param items at least so many
     * @param ahead how many may be ahead of the endpoint
     * @param until goes on until then
     */
    CompletableFuture<Integer> giveOut(int items, Semaphore ahead, CountDownLatch until) {
        return CompletableFuture.supplyAsync(() -> {
            int last = 0;
            try (KafkaProducer<byte[], byte[]> producer = broker.producer()) {
                while (last < items || until.getCount() > 0) {
                    ahead.acquireUninterruptibly();
                    last++;
                    producer.send(record(last % 3, "k" + last, item("i" + last)));
                }
            }
            return last;
        });
    }

    /** The endpoint takes its time, and then lets as many follow. */
    void slowDown(Semaphore ahead) {
        api.behave(request -> {
            TestApi.Answer answer = TestApi.echo(request);
            ahead.release(request.ids().size());
            return new TestApi.Answer(answer.status(), answer.headers(), answer.body(), answer.delivery(), 50);
        });
    }
}
