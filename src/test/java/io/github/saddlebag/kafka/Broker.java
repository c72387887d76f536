package io.github.saddlebag.kafka;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.ConsumerGroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A real broker in a JVM of its own, so that it can be killed and started again: of the version that is a dependency, or of
 * the class path {@code -Dsaddlebag.kafka.broker=target/test-classes:DISTRIBUTION/libs/*}.
 */
final class Broker implements AutoCloseable {

    private static Broker shared;

    private final Path folder;
    private final int port = freePort();
    private final int controllerPort = freePort();
    private final int userPort = freePort();
    private Process process;

    Broker(Path folder) {
        this.folder = folder;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    /** Where the user {@code alice} connects, whose password is {@code secret}. */
    String userAddress() {
        return "127.0.0.1:" + userPort;
    }

    /** Lets the user do something with a topic. */
    void allow(String topic, AclOperation operation) throws Exception {
        try (Admin admin = admin(20_000)) {
            admin.createAcls(List.of(new AclBinding(
                            new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                            new AccessControlEntry("User:alice", "*", operation, AclPermissionType.ALLOW))))
                    .all()
                    .get();
        }
    }

    /** The one of this JVM, which ends with it; started anew where a test has left it killed. */
    static synchronized Broker shared() throws Exception {
        if (shared == null) {
            shared = new Broker(newFolder());
        }
        return shared.process != null && shared.process.isAlive() ? shared : shared.start();
    }

    Broker start() throws Exception {
        launch();
        await().atMost(Duration.ofSeconds(120)).ignoreExceptions().until(() -> {
            if (!process.isAlive()) {
                // while it was away, another process may have used one of its ports for a moment
                launch();
            }
            try (Admin admin = admin(1000)) {
                return admin.describeCluster().nodes().get(1, TimeUnit.SECONDS).size() == 1;
            }
        });
        return this;
    }

    private void launch() throws Exception {
        process = Child.java(
                folder.resolve("broker.log"),
                System.getProperty("saddlebag.kafka.broker", Child.classPath()),
                BrokerMain.class,
                List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"),
                folder.toString(),
                "" + port,
                "" + controllerPort,
                "" + userPort);
    }

    /** As by a power cut of the process: nothing is flushed, nobody is told. */
    void kill() throws Exception {
        process.destroyForcibly().waitFor();
    }

    Admin admin() {
        return admin(20_000);
    }

    private Admin admin(int timeoutMillis) {
        return Admin.create(Map.of(
                "bootstrap.servers",
                address(),
                "default.api.timeout.ms",
                timeoutMillis,
                "request.timeout.ms",
                timeoutMillis));
    }

    void topic(String name, int partitions) throws Exception {
        topic(name, partitions, Map.of());
    }

    void topic(String name, int partitions, Map<String, String> settings) throws Exception {
        try (Admin admin = admin(20_000)) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(settings)))
                    .all()
                    .get();
        }
    }

    /** Sets another value for a topic. */
    void change(String topic, String setting, String value) throws Exception {
        try (Admin admin = admin(20_000)) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, topic),
                            List.of(new AlterConfigOp(new ConfigEntry(setting, value), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    /** The offset of the next record that a group would take, by partition; partitions without one are left out. */
    Map<Integer, Long> committed(String group) throws Exception {
        Map<Integer, Long> offsets = new TreeMap<>();
        try (Admin admin = admin(20_000)) {
            admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .forEach((partition, offset) -> offsets.put(partition.partition(), offset.offset()));
        }
        return offsets;
    }

    /** What was committed with the offsets, by partition. */
    Map<Integer, String> metadata(String group) throws Exception {
        Map<Integer, String> metadata = new TreeMap<>();
        try (Admin admin = admin(20_000)) {
            admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .forEach((partition, offset) -> metadata.put(partition.partition(), offset.metadata()));
        }
        return metadata;
    }

    /** The members of a group, one that joins again by another name; empty while it changes. */
    String members(String group) throws Exception {
        try (Admin admin = admin(20_000)) {
            ConsumerGroupDescription now =
                    admin.describeConsumerGroups(List.of(group)).all().get().get(group);
            return now.state() == ConsumerGroupState.STABLE
                    ? now.members().stream()
                            .map(MemberDescription::consumerId)
                            .sorted()
                            .collect(Collectors.joining(","))
                    : "";
        }
    }

    KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", address(), "max.request.size", 16 << 20, "delivery.timeout.ms", 120_000),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    void send(List<ProducerRecord<byte[], byte[]>> records) {
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            records.forEach(producer::send);
            producer.flush();
        }
    }

    /** All records of a topic, up to its present end. */
    List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", address()), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(p -> new TopicPartition(topic, p.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    static Path newFolder() throws IOException {
        return Files.createTempDirectory(Path.of("target"), "kafka-");
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
