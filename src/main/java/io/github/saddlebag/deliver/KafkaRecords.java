package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.output.ResultLines;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultMessage;

/**
 * Turns outcomes into the records that are sent. A record has the key and the headers of the record
 * that its item was, and where that failed, the place of it as headers; other items have their id as the key, and their headers, which are a caller's, stay behind. So no
 * item can choose a topic or a partition.
 */
public final class KafkaRecords implements Processor {

    private static final String KEY = "kafka.KEY";
    private static final String TOPIC = "kafka.OVERRIDE_TOPIC";
    private static final String TOPIC_OF = "saddlebag-topic";
    private static final String PARTITION_OF = "saddlebag-partition";
    private static final String OFFSET_OF = "saddlebag-offset";

    private final boolean letters;
    private final ResultLines lines;

    /**
     * @param letters whether they are dead letters; otherwise result lines
     * @param details whether result lines tell status, address and attempts as well
     */
    public KafkaRecords(boolean letters, boolean details) {
        this.letters = letters;
        this.lines = new ResultLines(details);
    }

    @Override
    public void process(Exchange exchange) {
        List<Message> records = new ArrayList<>();
        Instant now = Instant.now();
        String topic = exchange.getMessage().getHeader(Deliveries.TARGET, "", String.class);
        for (Object one : exchange.getMessage().getBody(List.class)) {
            Outcome outcome = (Outcome) one;
            byte[] line =
                    letters ? DeadLetterLine.of(outcome, now).getBytes(StandardCharsets.UTF_8) : lines.line(outcome);
            Message record = record(exchange, outcome, line);
            if (!topic.isEmpty()) {
                record.setHeader(TOPIC, topic);
            }
            records.add(record);
        }
        exchange.getMessage().setBody(records);
    }

    private static Message record(Exchange exchange, Outcome outcome, byte[] value) {
        Message message = new DefaultMessage(exchange);
        Item item = outcome.item();
        // a record without a value that is passed on
        boolean passed = item.position() != null && item.position().isEmpty() && !outcome.failed();
        message.setBody(passed ? null : value);
        if (item.position() instanceof RecordPosition position) {
            message.getHeaders().putAll(position.recordHeaders());
            if (position.key() != null) {
                message.setHeader(KEY, position.key());
            }
            if (outcome.failed()) {
                message.setHeader(TOPIC_OF, bytes(position.source()));
                message.setHeader(PARTITION_OF, bytes(Integer.toString(position.partition())));
                message.setHeader(OFFSET_OF, bytes(Long.toString(position.number())));
            }
        } else if (item.id() != null) {
            message.setHeader(KEY, bytes(item.id()));
        }
        return message;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
