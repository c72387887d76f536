package io.github.saddlebag.deliver;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.saddlebag.batch.Call;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.batch.Position;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** Writes failed items as JSON lines: the item as it came, why it failed, and what was tried. */
public final class DeadLetterLines {

    private static final JsonFactory FACTORY = new JsonFactory();

    private DeadLetterLines() {}

    /** One line for each outcome, each with its line feed. */
    public static byte[] of(List<Outcome> failed, Instant now) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(failed.size() * 256);
        for (Outcome outcome : failed) {
            try (JsonGenerator json = FACTORY.createGenerator(out)) {
                json.configure(JsonGenerator.Feature.AUTO_CLOSE_TARGET, false);
                write(outcome, now, json);
            }
            out.write('\n');
        }
        return out.toByteArray();
    }

    private static void write(Outcome outcome, Instant now, JsonGenerator json) throws IOException {
        Item item = outcome.item();
        json.writeStartObject();
        writeId(item, json);
        writeItem(item, json);
        Failure failure = outcome.failure();
        json.writeStringField("reason", failure == null ? "" : failure.reason());
        if (failure != null && failure.detail() != null) {
            json.writeStringField("detail", failure.detail());
        }
        Call call = outcome.call();
        if (call != null) {
            if (call.status() > 0) {
                json.writeNumberField("status", call.status());
            }
            if (call.url() != null) {
                json.writeStringField("url", call.url());
            }
            json.writeNumberField("attempts", call.attempts());
            json.writeStringField("batch", call.batch());
        }
        Position position = item.position();
        if (position != null) {
            json.writeStringField("source", position.source());
            json.writeNumberField("line", position.number());
        }
        json.writeStringField("time", now.toString());
        json.writeEndObject();
    }

    private static void writeId(Item item, JsonGenerator json) throws IOException {
        String id = item.id();
        if (id == null) {
            return;
        }
        json.writeFieldName("id");
        if (item.numericId()) {
            json.writeNumber(id);
        } else {
            json.writeString(id);
        }
    }

    /** A JSON item stands as {@code item}; anything else as {@code text}. */
    private static void writeItem(Item item, JsonGenerator json) throws IOException {
        byte[] content = item.content();
        if (content != null) {
            json.writeFieldName("item");
            json.writeRawValue(new String(JsonText.onOneLine(content), StandardCharsets.UTF_8));
        } else if (item.body() instanceof byte[] bytes) {
            json.writeStringField("text", new String(bytes, StandardCharsets.UTF_8));
        } else {
            json.writeStringField("text", String.valueOf(item.body()));
        }
    }
}
