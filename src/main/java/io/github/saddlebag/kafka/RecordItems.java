package io.github.saddlebag.kafka;

import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** Makes items of records. */
final class RecordItems {

    private static final String TOPIC = "kafka.TOPIC";
    private static final String PARTITION = "kafka.PARTITION";
    private static final String OFFSET = "kafka.OFFSET";
    private static final String KEY = "kafka.KEY";
    private static final String MANUAL_COMMIT = "CamelKafkaManualCommit";
    private static final int FRAME = 5;
    private static final String JSON_BEGINS_WITH = "{[\"-0123456789tfn \t\r\n";
    private static final List<String> NOT_THE_RECORDS = List.of("kafka.", "camel", "org.apache.camel.");

    private RecordItems() {}

    /** The items of the records that were gathered, but for those of partitions that were taken away since. */
    static List<Item> of(List<?> gathered, RecordPlace.Order order) {
        List<Item> items = new ArrayList<>(gathered.size());
        Map<TrackedConsumer, Integer> handedOn = new HashMap<>(2);
        for (Object one : gathered) {
            Message message = ((Exchange) one).getMessage();
            Polled polled = message.getHeader(MANUAL_COMMIT, Polled.class);
            Assigned assigned = polled.assigned();
            if (assigned == null) {
                continue;
            }
            handedOn.merge(assigned.owner(), 1, Integer::sum);
            if (assigned.isLost()) {
                polled.drop();
                continue;
            }
            Item item = item(message, place(message, order, polled));
            assigned.handOn(polled.offset(), item);
            items.add(item);
        }
        handedOn.forEach(TrackedConsumer::handedOn);
        return items;
    }

    private static RecordPlace place(Message message, RecordPlace.Order order, Polled polled) {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        message.getHeaders().forEach((name, value) -> {
            if (value instanceof byte[] bytes && isTheRecords(name)) {
                headers.put(name, bytes);
            }
        });
        return new RecordPlace(
                message.getHeader(TOPIC, String.class),
                message.getHeader(PARTITION, Integer.class),
                message.getHeader(OFFSET, Long.class),
                (byte[]) message.getHeader(KEY),
                headers.isEmpty() ? Map.of() : Collections.unmodifiableMap(headers),
                order,
                polled);
    }

    private static boolean isTheRecords(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return NOT_THE_RECORDS.stream().noneMatch(lower::startsWith);
    }

    private static Item item(Message message, RecordPlace place) {
        Object value = unframed(message.getBody());
        Item item = new Item(value, texts(place.recordHeaders()), place);
        if (value == null) {
            item.identifyByPlace();
            item.fail(
                    new Failure(
                            place.describe() + ": The record has no value (a tombstone): there is nothing to send."),
                    null);
        }
        return item;
    }

    /** Without Confluent's framing, a zero and the number of a schema, in front of JSON, which never begins with a zero. */
    static @Nullable Object unframed(@Nullable Object value) {
        return value instanceof byte[] bytes
                        && bytes.length > FRAME
                        && bytes[0] == 0
                        && JSON_BEGINS_WITH.indexOf((char) bytes[FRAME]) >= 0
                ? Arrays.copyOfRange(bytes, FRAME, bytes.length)
                : value;
    }

    /** Headers as most routes expect them; what is not UTF-8 stays as it is. */
    private static Map<String, Object> texts(Map<String, byte[]> headers) {
        if (headers.isEmpty()) {
            return Map.of();
        }
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
}
