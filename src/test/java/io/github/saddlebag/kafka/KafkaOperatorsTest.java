package io.github.saddlebag.kafka;

import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.cli.Saddlebag;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Commands;
import io.github.saddlebag.testing.TestApi;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What operators ask, and are told. */
@Tag("slow")
@Timeout(120)
class KafkaOperatorsTest extends KafkaFlow {

    private final List<Process> commands = new ArrayList<>();

    @AfterEach
    void end() {
        commands.forEach(Process::destroyForcibly);
    }

    private Path said() {
        return folder.resolve("said");
    }

    private Process command(String name, Map<String, Object> properties, List<String> lines) throws IOException {
        List<String> all = new ArrayList<>(lines);
        properties.forEach((property, value) -> all.add(property + "=" + value));
        Path config = Files.write(folder.resolve("config"), all);
        List<String> command = Commands.java("-Xmx128m");
        command.addAll(List.of(Saddlebag.class.getName(), name, "--config", config.toString()));
        Process process = Child.start(said(), command);
        commands.add(process);
        return process;
    }

    private Map<String, Object> asUser() {
        Map<String, Object> properties = toTopicProperties();
        properties.put("saddlebag.source.kafka.brokers", broker.userAddress());
        properties.put("saddlebag.deliver.kafka.brokers", broker.userAddress());
        return properties;
    }

    private static List<String> login() {
        return List.of(
                "camel.component.kafka.security-protocol=SASL_PLAINTEXT",
                "camel.component.kafka.sasl-mechanism=PLAIN",
                "camel.component.kafka.sasl-jaas-config=org.apache.kafka.common.security.plain.PlainLoginModule"
                        + " required username=\"alice\" password=\"secret\";");
    }

    private String check(Map<String, Object> properties, List<String> lines, int status) throws Exception {
        Process check = command("check", properties, lines);
        assertThat(check.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String text = Files.readString(said());
        assertThat(check.exitValue()).as(text).isEqualTo(status);
        return text;
    }

    @Test
    void shouldTellBeforeTheStartWhichTopicIsMissingAndWhatIsTooMuch() throws Exception {
        Map<String, Object> properties = toTopicProperties();
        properties.put("saddlebag.source.kafka.consumers", 4);
        properties.put("saddlebag.call.rate", 50);
        properties.put("saddlebag.deliver.kafka.topic", out + "-mistyped");

        assertThat(check(properties, List.of(), 2))
                .contains(
                        "error: saddlebag.deliver.kafka.topic is '" + out
                                + "-mistyped': the brokers have no such topic.",
                        "warning: saddlebag.source.kafka.consumers is 4, and there are 3 partitions",
                        "saddlebag.call.rate (50)",
                        "for each instance")
                .doesNotContain(letters);
    }

    @Test
    void shouldTellBeforeTheStartWhatIsNotAllowed() throws Exception {
        broker.allow(in, AclOperation.DESCRIBE);

        assertThat(check(asUser(), login(), 2))
                .contains(
                        "error: saddlebag.source.kafka.topic is '" + in + "': there is no right to read it.",
                        "error: saddlebag.source.kafka.group is '" + in + "': the brokers say: ",
                        "error: saddlebag.deliver.kafka.topic is '" + out + "': the brokers say: ",
                        "error: saddlebag.dead-letter.kafka.topic is '" + letters + "': the brokers say: ")
                .doesNotContain("secret", "Exception");
    }

    @Test
    void shouldOnlyWarnBeforeTheStartOfBrokersThatDoNotAnswer() throws Exception {
        Map<String, Object> properties = toTopicProperties();
        properties.put("saddlebag.source.kafka.brokers", "127.0.0.1:1");

        assertThat(check(properties, List.of(), 0))
                .contains("warning: saddlebag.source.kafka.brokers is '127.0.0.1:1': ")
                .doesNotContain("error");
    }

    @Test
    void shouldSayWhereResultsGoAndWhyTheyDoNotAndStop() throws Exception {
        broker.send(records(30));
        Map<String, Object> properties = toTopicProperties();
        properties.put("saddlebag.deliver.kafka.topic", out + "-mistyped");
        Process run = command("run", properties, List.of());

        await().until(() -> Files.readString(said())
                .contains("Records cannot be sent to the topic " + out
                        + "-mistyped: This server does not host this topic-partition."));
        assertThat(Files.readString(said()))
                .contains(
                        "results go to the topic " + out + "-mistyped of " + broker.address(),
                        "dead letters go to the topic " + letters);
        run.destroy();
        // well below the 45 s that the runtime would have
        assertThat(run.waitFor(25, TimeUnit.SECONDS)).isTrue();
        assertThat(run.exitValue()).isEqualTo(143);
        assertThat(broker.committed(in)).isEmpty();
    }

    @Test
    void shouldSayThatATopicTakesNoSuchRecordsAndGoOnOnceItDoes() throws Exception {
        String small = out + "-small";
        broker.topic(small, 1, Map.of("max.message.bytes", "1000"));
        broker.send(List.of(record(0, "k", "{\"id\":\"a\",\"text\":\"" + "x".repeat(3000) + "\"}")));
        Map<String, Object> properties = toTopicProperties();
        properties.put("saddlebag.deliver.kafka.topic", small);
        properties.put("saddlebag.deliver.max-back-off", "1s");
        command("run", properties, List.of());

        await().until(() -> Files.readString(said())
                .contains("The request included a message larger than the max message size the server will accept"));
        assertThat(broker.committed(in)).isEmpty();
        broker.change(small, "max.message.bytes", "100000");

        awaitCommitted(Map.of(0, 1L));
        assertThat(broker.read(small)).hasSize(1);
        assertThat(itemsSent()).isEqualTo(1);
    }

    @Test
    void shouldStopInTimeWhereTheBrokersAreAwayAndLoseNothing() throws Exception {
        // it cannot leave the group: the next one waits for that long
        List<String> quick = List.of(
                "camel.component.kafka.session-timeout-ms=3000", "camel.component.kafka.heartbeat-interval-ms=500");
        Process run = command("run", toTopicProperties(), quick);
        broker.send(List.of(record(0, "k", item("first"))));
        await().until(() -> results().containsKey("first"));
        CountDownLatch answer = new CountDownLatch(1);
        api.behave(request -> {
            answer.await();
            return TestApi.echo(request);
        });
        broker.send(records(30));
        await().until(() -> itemsSent() == 31);
        broker.kill();
        answer.countDown();

        run.destroy();
        // the runtime has 45 s for its routes
        assertThat(run.waitFor(70, TimeUnit.SECONDS)).isTrue();
        assertThat(run.exitValue()).isEqualTo(143);
        broker.start();
        api.behave(TestApi::echo);
        toTopics().start();
        awaitCommitted(Map.of(0, 11L, 1, 10L, 2, 10L));
        assertThat(results()).hasSize(31);
    }

    @Test
    void shouldSayOnceThatItMayNotRead() throws Exception {
        broker.send(records(3));
        Process run = command("run", asUser(), login());
        await().untilAsserted(() -> assertThat(Files.readString(said())).contains("No records can be polled: "));

        await().during(Duration.ofSeconds(4))
                .until(() ->
                        Files.readAllLines(said()).size() < 30 && warnings().allMatch(new HashSet<>()::add));
        assertThat(run.isAlive()).isTrue();
    }

    private Stream<String> warnings() throws IOException {
        return Files.readAllLines(said()).stream()
                .filter(line -> line.contains("No records can be polled"))
                .map(line -> line.substring(line.indexOf("No records")));
    }

    @Test
    void shouldSayOnceThatThereIsNoTopicAndTakeItWhenThereIs() throws Exception {
        Map<String, Object> properties = toTopicProperties();
        properties.put("saddlebag.source.kafka.topic", in + "-later");
        command("run", properties, List.of("camel.component.kafka.metadata-max-age-ms=1000"));
        await().untilAsserted(() -> assertThat(Files.readString(said()))
                .contains("Records of the topic " + in + "-later cannot be read: This server does not host"));

        broker.topic(in + "-later", 1);
        broker.send(List.of(new ProducerRecord<>(in + "-later", bytes("k"), bytes(item("a")))));
        await().until(() -> results().equals(Map.of("a", 1)));
    }

    @Test
    void shouldTellMetricsHowPartitionsStand() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        api.behave(request -> {
            if (request.ids().contains("i5")) {
                answer.await();
            }
            return TestApi.echo(request);
        });
        Bundle bundle = toTopics(List.of("saddlebag.batch.max-items=1", "saddlebag.source.kafka.max-ahead=20"));
        MeterRegistry meters = new SimpleMeterRegistry();
        bundle.context().getRegistry().bind("meters", meters);
        bundle.start();
        broker.send(IntStream.rangeClosed(0, 99)
                .mapToObj(i -> record(0, "k" + i, item("i" + i)))
                .toList());
        KafkaState state = bundle.context()
                .getRegistry()
                .lookupByNameAndType("saddlebagKafka", KafkaSource.class)
                .state();

        await().untilAsserted(() -> assertThat(state.partitions())
                .filteredOn(one -> one.partition() == 0)
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.topic()).isEqualTo(in);
                    assertThat(one.firstUnfinished()).isEqualTo(5);
                    assertThat(one.lag()).isEqualTo(95);
                    assertThat(one.underWay()).isEqualTo(1);
                    assertThat(one.ahead()).isBetween(20L, 95L);
                    assertThat(one.paused()).isTrue();
                }));
        assertThat(meters.get("saddlebag.kafka.lag").gauge().value()).isEqualTo(95);
        assertThat(meters.get("saddlebag.kafka.ahead").gauge().value()).isBetween(20.0, 95.0);
        assertThat(meters.get("saddlebag.kafka.partitions").gauge().value()).isEqualTo(3);
        assertThat(meters.get("saddlebag.kafka.paused").gauge().value()).isEqualTo(1);
        // what is done is committed within a second
        await().untilAsserted(() -> assertThat(
                        meters.get("saddlebag.kafka.commits").functionCounter().count())
                .isPositive());
        assertThat(meters.get("saddlebag.kafka.rebalances").functionCounter().count())
                .isPositive();
        answer.countDown();
        await().untilAsserted(() -> assertThat(state.partitions())
                .filteredOn(one -> one.partition() == 0)
                .singleElement()
                .satisfies(one -> assertThat(one.lag()).isZero()));
        assertThat(state.commits()).isPositive();
        assertThat(state.rebalances()).isPositive();
        bundle.close();
        assertThat(state.partitions()).isEmpty();
    }
}
