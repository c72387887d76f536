package io.github.saddlebag.kafka;

import java.util.Properties;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.kafka.clients.producer.Producer;

/** Gives Camel's component a producer that soon says what is wrong with a topic. */
public final class KafkaProducers extends DefaultKafkaClientFactory {

    @Override
    public Producer getProducer(Properties properties) {
        return new PromptProducer(properties);
    }
}
