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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Makes items of records.
 *
 * @param order what the order of records is kept by
 * @param idFromKey whether their keys are their ids
 * @param tombstones what becomes of those without a value
 */
record RecordItems(RecordPlace.Order order, boolean idFromKey, RecordPlace.Tombstones tombstones) {

    private static final int FRAME = 5;
    private static final String JSON_BEGINS_WITH = "{[\"-0123456789tfn \t\r\n";
    private static final String JSON_ENDS_WITH = "}]\"0123456789el";
    private static final List<String> NOT_THE_RECORDS = List.of("kafka.", "camel", "org.apache.camel.");

    /** The items of the records that were gathered, but for those of partitions that were taken away since. */
    List<Item> of(List<?> gathered) {
        List<Item> items = new ArrayList<>(gathered.size());
        for (Object one : gathered) {
            Polled.Gathered of = (Polled.Gathered) one;
            Polled polled = of.polled();
            if (polled.assigned().isLost()) {
                polled.drop();
                continue;
            }
            Object value = of.record().value();
            if (tombstones == RecordPlace.Tombstones.DROP && value == null) {
                polled.skip();
                continue;
            }
            Item item = item(value, place(of.record(), polled));
            polled.assigned().handOn(polled.offset(), item);
            items.add(item);
        }
        return items;
    }

    private RecordPlace place(ConsumerRecord<Object, Object> record, Polled polled) {
        byte[] key = (byte[]) record.key();
        return new RecordPlace(
                record.topic(),
                record.partition(),
                record.offset(),
                key,
                headers(record.headers()),
                idFromKey && key != null && text(key) instanceof String id ? id : null,
                record.value() == null ? tombstones : null,
                order,
                polled);
    }

    /** Of several with one name the last. */
    private static Map<String, byte[]> headers(Headers all) {
        Map<String, byte[]> headers = null;
        for (Header header : all) {
            if (isTheRecords(header.key())) {
                headers = headers == null ? new LinkedHashMap<>() : headers;
                if (header.value() == null) {
                    headers.remove(header.key());
                } else {
                    headers.put(header.key(), header.value());
                }
            }
        }
        return headers == null ? Map.of() : Collections.unmodifiableMap(headers);
    }

    private static boolean isTheRecords(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return NOT_THE_RECORDS.stream().noneMatch(lower::startsWith);
    }

    private static Item item(@Nullable Object value, RecordPlace place) {
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
