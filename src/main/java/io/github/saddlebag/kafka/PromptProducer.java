package io.github.saddlebag.kafka;

import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * A producer that says soon what is wrong with a topic: it asks the brokers at its first record. And where one record has
 * waited in vain for a topic ({@code max.block.ms}), those behind it fail at once, for a second, instead of each waiting
 * as long.
 */
final class PromptProducer extends KafkaProducer<Object, Object> {

    private static final long FAIL_NANOS = 1_000_000_000L;

    private final Properties properties;
    private final Map<String, Missing> topics = new ConcurrentHashMap<>();

    /** @param error null: there was none yet */
    private record Missing(@Nullable Exception error, long untilNanos) {}

    PromptProducer(Properties properties) {
        super(properties);
        this.properties = properties;
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<Object, Object> record, @Nullable Callback callback) {
        String topic = record.topic();
        Missing known = topics.get(topic);
        if (known == null) {
            topics.put(topic, new Missing(null, 0));
            Brokers.askSoon(
                    properties,
                    topic,
                    "Records cannot be sent to the topic {}: {} They wait, and are sent once they can be.");
        } else if (known.error != null && System.nanoTime() - known.untilNanos < 0) {
            if (callback != null) {
                callback.onCompletion(null, known.error);
            }
            return CompletableFuture.failedFuture(known.error);
        }
        return super.send(record, (metadata, error) -> {
            if (error != null && isOfTopic(error)) {
                topics.put(topic, new Missing(error, System.nanoTime() + FAIL_NANOS));
            }
            if (callback != null) {
                callback.onCompletion(metadata, error);
            }
        });
    }

    static boolean isOfTopic(Throwable error) {
        return error instanceof TopicAuthorizationException
                || error instanceof InvalidTopicException
                || error instanceof UnknownTopicOrPartitionException
                || error instanceof TimeoutException
                        && error.getMessage() != null
                        && error.getMessage().contains("not present in metadata");
    }
}
