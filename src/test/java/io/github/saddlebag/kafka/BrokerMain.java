package io.github.saddlebag.kafka;

import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * Starts a broker: folder, port, port of its controller, port for the user {@code alice}, who may do only what she is
 * allowed by name.
 */
final class BrokerMain {

    private BrokerMain() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Path data = folder.resolve("data");
        Properties config = config(data, args[1], args[2], args[3]);
        if (!Files.exists(data.resolve("meta.properties"))) {
            Path file = folder.resolve("broker.properties");
            try (Writer out = Files.newBufferedWriter(file)) {
                config.store(out, "");
            }
            String[] format = {"format", "-t", Uuid.randomUuid().toString(), "-c", file.toString()};
            StorageTool.execute(format, System.out);
        }
        new KafkaRaftServer(new KafkaConfig(config, false), Time.SYSTEM).startup();
    }

    private static Properties config(Path data, String port, String controllerPort, String userPort) {
        Properties config = new Properties();
        config.setProperty("process.roles", "broker,controller");
        config.setProperty("node.id", "1");
        config.setProperty("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        String listeners = "PLAINTEXT://127.0.0.1:" + port + ",SASL_PLAINTEXT://127.0.0.1:" + userPort;
        config.setProperty("listeners", listeners + ",CONTROLLER://127.0.0.1:" + controllerPort);
        config.setProperty("advertised.listeners", listeners);
        config.setProperty("sasl.enabled.mechanisms", "PLAIN");
        config.setProperty(
                "listener.name.sasl_plaintext.plain.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required user_alice=\"secret\";");
        config.setProperty("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        config.setProperty("super.users", "User:ANONYMOUS");
        config.setProperty("controller.listener.names", "CONTROLLER");
        config.setProperty(
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT");
        config.setProperty("log.dirs", data.toString());
        config.setProperty("offsets.topic.replication.factor", "1");
        config.setProperty("offsets.topic.num.partitions", "1");
        config.setProperty("transaction.state.log.replication.factor", "1");
        config.setProperty("transaction.state.log.min.isr", "1");
        config.setProperty("transaction.state.log.num.partitions", "1");
        config.setProperty("group.initial.rebalance.delay.ms", "0");
        config.setProperty("group.min.session.timeout.ms", "1000");
        config.setProperty("auto.create.topics.enable", "false");
        config.setProperty("message.max.bytes", "16777216");
        config.setProperty("log.cleaner.backoff.ms", "100");
        return config;
    }
}
