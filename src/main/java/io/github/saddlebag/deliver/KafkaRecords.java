package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.setting.Setting;
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
 * that its item was; other items have their id as the key, and their headers, which are a caller's, stay behind. So no
 * item can choose a topic or a partition.
 */
public final class KafkaRecords implements Processor {

    private static final String KEY = "kafka.KEY";

    private boolean letters;
    private ResultLines lines = new ResultLines(false);

    @Override
    public void process(Exchange exchange) {
        List<Message> records = new ArrayList<>();
        Instant now = Instant.now();
        for (Object one : exchange.getMessage().getBody(List.class)) {
            Outcome outcome = (Outcome) one;
            byte[] line =
                    letters ? DeadLetterLine.of(outcome, now).getBytes(StandardCharsets.UTF_8) : lines.line(outcome);
            records.add(record(exchange, outcome, line));
        }
        exchange.getMessage().setBody(records);
    }

    private static Message record(Exchange exchange, Outcome outcome, byte[] value) {
        Message message = new DefaultMessage(exchange);
        message.setBody(value);
        Item item = outcome.item();
        if (item.position() instanceof RecordPosition position) {
            message.getHeaders().putAll(position.recordHeaders());
            if (position.key() != null) {
                message.setHeader(KEY, position.key());
            }
        } else if (item.id() != null) {
            message.setHeader(KEY, item.id().getBytes(StandardCharsets.UTF_8));
        }
        return message;
    }

    /** Whether they are dead letters: true, or false, results. */
    public void setLetters(boolean letters) {
        this.letters = letters;
    }

    /** Whether result lines tell status, address and attempts as well. */
    public void setDetails(String details) {
        lines = new ResultLines(Setting.yesNo("deliver.details", details));
    }
}
