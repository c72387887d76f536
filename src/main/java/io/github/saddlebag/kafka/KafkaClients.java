package io.github.saddlebag.kafka;

import java.util.Properties;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.kafka.clients.consumer.Consumer;

/** Gives Camel's component a consumer that goes on polling, and commits what is done. */
public final class KafkaClients extends DefaultKafkaClientFactory {

    private final KafkaSource source;

    /** @param source its settings */
    public KafkaClients(KafkaSource source) {
        this.source = source;
    }

    @Override
    public Consumer getConsumer(Properties properties) {
        TrackedConsumer consumer =
                new TrackedConsumer(properties, source.limits(), source.leftBehind(), source.uncommitted());
        source.state().add(consumer);
        return consumer;
    }
}
