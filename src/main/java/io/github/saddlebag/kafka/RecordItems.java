package io.github.saddlebag.kafka;

import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.stats.Reason;
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

/**
 * Makes items of records.
 *
 * @param order what the order of records is kept by
 * @param idFromKey whether their keys are their ids
 * @param tombstones what becomes of those without a value
 */
record RecordItems(RecordPlace.Order order, boolean idFromKey, RecordPlace.Tombstones tombstones) {

    private static final String TOPIC = "kafka.TOPIC";
    private static final String PARTITION = "kafka.PARTITION";
    private static final String OFFSET = "kafka.OFFSET";
    private static final String KEY = "kafka.KEY";
    private static final String MANUAL_COMMIT = "CamelKafkaManualCommit";
    private static final int FRAME = 5;
    private static final String JSON_BEGINS_WITH = "{[\"-0123456789tfn \t\r\n";
    private static final String JSON_ENDS_WITH = "}]\"0123456789el";
    private static final List<String> NOT_THE_RECORDS = List.of("kafka.", "camel", "org.apache.camel.");

    /** The items of the records that were gathered, but for those of partitions that were taken away since. */
    List<Item> of(List<?> gathered) {
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
            if (tombstones == RecordPlace.Tombstones.DROP && message.getBody() == null) {
                polled.skip();
                continue;
            }
            Item item = item(message, place(message, polled));
            assigned.handOn(polled.offset(), item);
            items.add(item);
        }
        handedOn.forEach(TrackedConsumer::handedOn);
        return items;
    }

    private RecordPlace place(Message message, Polled polled) {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        message.getHeaders().forEach((name, value) -> {
            if (value instanceof byte[] bytes && isTheRecords(name)) {
                headers.put(name, bytes);
            }
        });
        byte[] key = (byte[]) message.getHeader(KEY);
        return new RecordPlace(
                message.getHeader(TOPIC, String.class),
                message.getHeader(PARTITION, Integer.class),
                message.getHeader(OFFSET, Long.class),
                key,
                headers.isEmpty() ? Map.of() : Collections.unmodifiableMap(headers),
                idFromKey && key != null && text(key) instanceof String id ? id : null,
                message.getBody() == null ? tombstones : null,
                order,
                polled);
    }

    private static boolean isTheRecords(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return NOT_THE_RECORDS.stream().noneMatch(lower::startsWith);
    }

    private static Item item(Message message, RecordPlace place) {
        Object value = message.getBody();
        byte[] framed = value instanceof byte[] bytes && isFramed(bytes) ? bytes : null;
        byte[] json = framed != null && looksLikeJson(framed) ? Arrays.copyOfRange(framed, FRAME, framed.length) : null;
        Item item = new Item(json != null ? json : value, texts(place.recordHeaders()), place);
        if (framed != null && json == null) {
            item.identifyByPlace();
            item.fail(
                    new Failure(
                            Reason.INVALID_ITEM,
                            place.describe() + ": The record has Confluent's framing (schema "
                                    + ByteBuffer.wrap(framed, 1, Integer.BYTES).getInt()
                                    + "), and no JSON behind it: perhaps it is Avro or Protobuf. Only JSON can be sent."),
                    null);
        }
        return item;
    }

    /** A zero and the number of a schema: no JSON begins with a zero. */
    private static boolean isFramed(byte[] value) {
        return value.length > FRAME && value[0] == 0;
    }

    private static boolean looksLikeJson(byte[] framed) {
        int last = framed.length - 1;
        while (last > FRAME && framed[last] <= ' ' && framed[last] > 0) {
            last--;
        }
        return JSON_BEGINS_WITH.indexOf(framed[FRAME]) >= 0 && JSON_ENDS_WITH.indexOf(framed[last]) >= 0;
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
