package io.github.saddlebag.kafka;

import io.github.saddlebag.support.DaemonThreads;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the brokers of a client. */
final class Brokers {

    /** How long an answer may take. */
    static final int TIMEOUT_MILLIS = 5000;

    private static final Logger LOG = LoggerFactory.getLogger(Brokers.class);
    private static final List<String> OF_CONNECTIONS = List.of("security.", "sasl.", "ssl.", "bootstrap.");

    private Brokers() {}

    /**
     * Connects as a client does.
     *
     * @param client its settings, of which those of connections are taken
     */
    static Admin admin(Properties client) {
        Properties asking = new Properties();
        client.forEach((name, value) -> {
            String key = name.toString();
            if (OF_CONNECTIONS.stream().anyMatch(key::startsWith)) {
                asking.put(key, value);
            }
        });
        asking.put("request.timeout.ms", TIMEOUT_MILLIS);
        asking.put("default.api.timeout.ms", TIMEOUT_MILLIS);
        return Admin.create(asking);
    }

    /**
     * Says soon what is wrong with a topic, if anything is. Asks twice where it is missing: brokers may make it of its first
     * use.
     *
     * @param problem with places for the topic and for what the brokers say
     */
    static void askSoon(Properties client, String topic, String problem) {
        DaemonThreads.of("saddlebag-kafka-topic", () -> ask(client, topic, problem))
                .start();
    }

    private static void ask(Properties client, String topic, String problem) {
        try (Admin admin = admin(client)) {
            for (int times = 0; times < 2; times++) {
                try {
                    admin.describeTopics(List.of(topic)).allTopicNames().get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
                    return;
                } catch (ExecutionException e) {
                    Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
                    if (times > 0 && PromptProducer.isOfTopic(cause)) {
                        LOG.warn(problem, topic, cause.getMessage());
                    }
                }
                TimeUnit.SECONDS.sleep(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.debug("The brokers cannot be asked for topic {}: {}", topic, e.toString());
        }
    }
}
