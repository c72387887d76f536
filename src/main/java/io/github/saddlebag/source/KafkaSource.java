package io.github.saddlebag.source;

import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.deliver.RecordPosition;
import io.github.saddlebag.setting.Setting;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.consumer.DefaultKafkaManualCommit;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes items of the records of a poll, and commits what was polled. Works without Kafka's classes until it is used. */
public final class KafkaSource {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaSource.class);
    private static final String COMMITS = "SaddlebagKafkaCommits";
    private static final String TOPIC = "kafka.TOPIC";
    private static final String PARTITION = "kafka.PARTITION";
    private static final String OFFSET = "kafka.OFFSET";
    private static final String KEY = "kafka.KEY";
    private static final String MANUAL_COMMIT = "CamelKafkaManualCommit";
    private static final List<String> NOT_THE_RECORDS = List.of("kafka.", "camel", "org.apache.camel.");
    private static final long POLL_TIMEOUT_MILLIS = 200;

    private int maxPoll = 1000;
    private long pollIntervalMillis = 900_000;
    private long gatherMillis = 500;

    private record Place(
            String source, int partition, long number, byte @Nullable [] key, Map<String, byte[]> recordHeaders)
            implements RecordPosition {

        @Override
        public String describe() {
            return source + " partition " + partition + " offset " + number;
        }
    }

    /** The records of a poll, as items. */
    public List<Item> items(Exchange exchange) {
        List<?> polled = exchange.getMessage().getBody(List.class);
        List<Item> items = new ArrayList<>(polled.size());
        Map<String, Object> commits = new LinkedHashMap<>();
        Map<String, List<Polled>> byPartition = new LinkedHashMap<>();
        for (Object one : polled) {
            Message message = ((Exchange) one).getMessage();
            Place place = place(message);
            Item item = item(message, place);
            items.add(item);
            String partition = place.source + '-' + place.partition;
            commits.put(partition, message.getHeader(MANUAL_COMMIT));
            byPartition
                    .computeIfAbsent(partition, name -> new ArrayList<>())
                    .add(new Polled(item, message.getHeader(MANUAL_COMMIT)));
        }
        exchange.setProperty(COMMITS, commits);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onFailure(Exchange failed) {
                boolean delivered = failed.getProperty(BatchConstants.REST_GIVEN_BACK, false, Boolean.class);
                byPartition.values().forEach(polled -> leave(polled, delivered));
            }
        });
        exchange.getMessage().removeHeaders("*");
        return items;
    }

    private record Polled(Item item, Object commit) {

        boolean isDone() {
            Outcome fate = item.fate();
            return fate != null && !fate.givenBack();
        }
    }

    /**
     * The records of a partition are not all done: those in front of the first that has no answer are committed, if what
     * was answered is delivered, and it is from there that the next one goes on.
     */
    private static void leave(List<Polled> polled, boolean delivered) {
        int done = 0;
        while (delivered && done < polled.size() && polled.get(done).isDone()) {
            done++;
        }
        if (done > 0 && polled.get(done - 1).commit instanceof KafkaManualCommit commit) {
            try {
                commit.commit();
            } catch (RuntimeException e) {
                LOG.warn("What was done of a poll cannot be committed, and is done again: {}", e.getMessage());
                done = 0;
            }
        }
        if (done < polled.size()) {
            goBack(polled.get(done).commit);
        }
    }

    /**
     * Lets the consumer begin with this record again. It does so by itself when it connects anew, but not where its
     * route is suspended: then it would go on behind the records that failed, and later commits would lose them. The
     * thread that polls waits for us meanwhile.
     */
    private static void goBack(Object first) {
        if (first instanceof DefaultKafkaManualCommit commit) {
            try {
                commit.getCamelExchangePayload().consumer.seek(commit.getPartition(), commit.getRecordOffset());
            } catch (RuntimeException e) {
                LOG.debug("{} is not ours any more: {}", commit.getPartition(), e.getMessage());
            }
        }
    }

    private static Place place(Message message) {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        message.getHeaders().forEach((name, value) -> {
            if (value instanceof byte[] bytes && isTheRecords(name)) {
                headers.put(name, bytes);
            }
        });
        return new Place(
                message.getHeader(TOPIC, String.class),
                message.getHeader(PARTITION, Integer.class),
                message.getHeader(OFFSET, Long.class),
                (byte[]) message.getHeader(KEY),
                Collections.unmodifiableMap(headers));
    }

    private static boolean isTheRecords(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return NOT_THE_RECORDS.stream().noneMatch(lower::startsWith);
    }

    private static Item item(Message message, Place place) {
        Object value = message.getBody();
        Item item = new Item(value, texts(place.recordHeaders), place);
        if (value == null) {
            item.identify(Long.toString(place.number), true);
            item.fail(
                    new Failure(
                            place.describe() + ": The record has no value (a tombstone): there is nothing to send."),
                    null);
        }
        return item;
    }

    /** Headers as most routes expect them; what is not UTF-8 stays as it is. */
    private static Map<String, Object> texts(Map<String, byte[]> headers) {
        Map<String, Object> texts = new LinkedHashMap<>();
        headers.forEach((name, value) -> texts.put(name, text(value)));
        return Collections.unmodifiableMap(texts);
    }

    private static Object text(byte[] value) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value))
                    .toString();
        } catch (CharacterCodingException e) {
            return value;
        }
    }

    /** Commits the last record of each partition. A member that was thrown out of its group fails, and polls again. */
    @SuppressWarnings("unchecked")
    public void commit(Exchange exchange) {
        Map<String, Object> commits = exchange.getProperty(COMMITS, Map.class);
        for (Object commit : commits.values()) {
            ((KafkaManualCommit) commit).commit();
        }
    }

    /** The most records that are taken at once. */
    public int pollRecords() {
        return maxPoll;
    }

    /** Milliseconds. */
    public long pollIntervalMillis() {
        return pollIntervalMillis;
    }

    /** Milliseconds. */
    public long gatherMillis() {
        return gatherMillis;
    }

    /** Milliseconds; a poll that comes back empty lets go what was gathered. */
    public long pollTimeoutMillis() {
        return Math.min(POLL_TIMEOUT_MILLIS, gatherMillis);
    }

    /** The most records that are taken at once, and done again after a crash. */
    public void setMaxPoll(String maxPoll) {
        this.maxPoll = Setting.integer("source.kafka.max-poll", maxPoll, 1, 1_000_000);
    }

    /** How long the items of a poll may take. */
    public void setMaxPollInterval(String interval) {
        pollIntervalMillis = millis("source.kafka.max-poll-interval", interval);
    }

    /** How long records are gathered before they are handed on. */
    public void setMaxWait(String maxWait) {
        gatherMillis = millis("source.kafka.max-wait", maxWait);
    }

    private static long millis(String noun, String value) {
        long millis = Setting.positiveDuration(noun, value).toMillis();
        if (millis < 1 || millis > Integer.MAX_VALUE) {
            throw Setting.bad(noun, value, "it must be from 1ms to 596h.");
        }
        return millis;
    }
}
